namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>Tensors one after another along an axis.</summary>
    /// <exception cref="ArgumentException">There are none, or their other axes differ.</exception>
    public static Tensor Concat(int axis, params IReadOnlyList<Tensor> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var first = parts.Count > 0 ? parts[0].Shape : throw new ArgumentException("Concat: nothing to join; expected a tensor or more");
        axis = first.Axis(axis);
        if (parts.FirstOrDefault(p => p.Shape.Rank != first.Rank || p.Shape.Without(axis) != first.Without(axis)) is { } odd)
        {
            throw new ArgumentException($"Concat: {first} and {odd.Shape} differ in another axis than {axis}");
        }

        int[] sizes = first.Sizes.ToArray();
        sizes[axis] = checked(parts.Sum(p => p.Shape[axis]));
        var result = parts[0].Device.Empty(Shape.Create(sizes));
        int at = 0;
        foreach (var part in parts)
        {
            using var place = result.Slice(axis, at, part.Shape[axis]);
            place.CopyFrom(part);
            at += part.Shape[axis];
        }

        return result;
    }

    /// <summary>Tensors of one shape beside one another along a new axis.</summary>
    /// <exception cref="ArgumentException">There are none, or their shapes differ.</exception>
    public static Tensor Stack(int axis, params IReadOnlyList<Tensor> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.FirstOrDefault(p => p.Shape != parts[0].Shape) is { } odd)
        {
            throw new ArgumentException($"Stack: {parts[0].Shape} and {odd.Shape}: expected one shape");
        }

        Tensor[] layers = [.. parts.Select(p => p.Unsqueeze(axis))];
        var result = Concat(axis, layers);
        Array.ForEach(layers, layer => layer.Dispose());
        return result;
    }

    /// <summary>A view with an axis of size 1 more, which is then number <paramref name="axis"/>; −1 makes it the innermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public Tensor Unsqueeze(int axis) => Reshape(Shape.With(axis).Sizes);

    /// <summary>A view without the given axes, which have size 1; without all that have when none is given.</summary>
    /// <exception cref="ArgumentException">An axis has another size.</exception>
    public Tensor Squeeze(params ReadOnlySpan<int> axes) => Reshape(Shape.Squeezed(axes).Sizes);

    /// <summary>The positions 0, 1, … of an axis, [count]: made on the device, so that a recording can hold it.</summary>
    internal static Tensor Positions(Device device, int count)
    {
        var result = device.Zeros([count]);
        for (int known = 1; known < count; known *= 2)
        {
            int more = Math.Min(known, count - known);
            using Tensor from = result.Slice(0, 0, more), to = result.Slice(0, known, more), moved = from + known;
            to.CopyFrom(moved);
        }

        return result;
    }
}
