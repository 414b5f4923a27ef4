namespace LisNative;

public partial class Var
{
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

        return new Var(result).WithEdges([.. edges]);
    }
}
