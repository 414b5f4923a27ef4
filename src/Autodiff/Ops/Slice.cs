namespace LisNative;

// Slice ↔ Pad: each is the other's gradient.
public partial class Var
{
    /// <summary><paramref name="length"/> positions of an axis from <paramref name="start"/> on; dx = dy, padded with zeros.</summary>
    public Var Slice(int axis, int start, int length) => new Var(Value.Slice(axis, start, length)).From(
        (this, dy => dy.Pad(axis, start, Shape[Shape.Axis(axis)] - start - length)));

    /// <summary>Zeros before and after an axis; dx = the slice between.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Var Pad(int axis, int before, int after)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        axis = Shape.Axis(axis);
        int[] sizes = Shape.Sizes.ToArray();
        int length = sizes[axis];
        sizes[axis] += before + after;
        var padded = Value.Device.Zeros(Shape.Create(sizes));
        using var inside = padded.Slice(axis, before, length);
        inside.CopyFrom(Value);
        return new Var(padded).From((this, dy => dy.Slice(axis, before, length)));
    }

    /// <summary>Tensors one after another along an axis; each gradient is its slice of dy.</summary>
    /// <exception cref="ArgumentException">There are none, or their other axes differ.</exception>
    public static Var Concat(int axis, params IReadOnlyList<Var> parts)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("Concat: nothing to join");
        }

        var first = parts[0].Shape;
        axis = first.Axis(axis);
        if (parts.FirstOrDefault(p => p.Shape.Rank != first.Rank || p.Shape.Without(axis) != first.Without(axis)) is { } odd)
        {
            throw new ArgumentException($"Concat: {first} and {odd.Shape} differ in another axis than {axis}");
        }

        int[] sizes = first.Sizes.ToArray();
        sizes[axis] = parts.Sum(p => p.Shape[axis]);
        var result = parts[0].Value.Device.Empty(Shape.Create(sizes));
        var edges = new List<Edge>();
        int at = 0;
        foreach (var part in parts)
        {
            int start = at, length = part.Shape[axis];
            using var place = result.Slice(axis, start, length);
            place.CopyFrom(part.Value);
            edges.Add((part, dy => dy.Slice(axis, start, length)));
            at += length;
        }

        return new Var(result).From([.. edges]);
    }
}
