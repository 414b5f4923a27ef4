using LisNative.Memory;

namespace LisNative;

// Slice ↔ Unslice: each is the other's gradient; padding and joining are made of them.
public partial class Var
{
    /// <summary>
    /// <paramref name="length"/> positions of an axis from <paramref name="start"/> on, every <paramref name="step"/>-th; dx = dy among
    /// zeros.
    /// </summary>
    public Var Slice(int axis, int start, int length, int step = 1) => new Var(Value.Slice(axis, start, length, step)).WithEdges(
        (this, dy => dy.Unslice(axis, Shape[Shape.Axis(axis)], start, step)));

    /// <summary>
    /// This at every <paramref name="step"/>-th position from <paramref name="start"/> on of an axis of the given size, zeros elsewhere; dx
    /// = that slice of dy.
    /// </summary>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public Var Unslice(int axis, int size, int start, int step = 1)
    {
        axis = Shape.Axis(axis);
        int[] sizes = Shape.Sizes.ToArray();
        int length = sizes[axis];
        if (start < 0 || step < 1 || (length > 0 && start + ((long)(length - 1) * step) >= size))
        {
            throw new ArgumentException($"Unslice: axis {axis} of {Shape} from {start} by {step} does not fit a size of {size}");
        }

        sizes[axis] = size;
        var whole = Value.Device.Zeros(Shape.Create(sizes));
        using var inside = whole.Slice(axis, start, length, step);
        inside.CopyFrom(Value);
        return new Var(whole).WithEdges((this, dy => dy.Slice(axis, start, length, step)));
    }

    /// <summary>Zeros before and after an axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Var Pad(int axis, int before, int after)
    {
        Require.AtLeast(nameof(Pad), 0, before);
        Require.AtLeast(nameof(Pad), 0, after);
        return Unslice(axis, before + Shape[Shape.Axis(axis)] + after, before);
    }

    /// <summary>Copies of one value before and after each axis; dx = that slice of dy.</summary>
    internal Var Pad(int[] before, int[] after, double value = 0)
    {
        var whole = Value.Device.Full([.. Shape.Sizes.ToArray().Select((s, axis) => before[axis] + s + after[axis])], value);
        using (new Scope())
        {
            Cut(new Var(whole)).Value.CopyFrom(Value);
        }

        return new Var(whole).WithEdges((this, Cut));

        Var Cut(Var dy)
        {
            for (int axis = 0; axis < before.Length; axis++)
            {
                dy = dy.Slice(axis, before[axis], Shape[axis]);
            }

            return dy;
        }
    }
}
