namespace LisNative;

public partial class Var
{
    /// <summary>Tensors one after another along an axis; each gradient is its slice of dy.</summary>
    /// <exception cref="ArgumentException">There are none, or their other axes differ.</exception>
    public static Var Concat(int axis, params IReadOnlyList<Var> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var result = new Var(Tensor.Concat(axis, [.. parts.Select(p => p.Value)]));
        axis = result.Shape.Axis(axis);
        var edges = new List<Edge>();
        int at = 0;
        foreach (var part in parts)
        {
            int start = at, length = part.Shape[axis];
            edges.Add((part, dy => dy.Slice(axis, start, length)));
            at += length;
        }

        return result.WithEdges([.. edges]);
    }

    /// <summary>Tensors of one shape beside one another along a new axis; each gradient is its layer of dy.</summary>
    /// <exception cref="ArgumentException">There are none, or their shapes differ.</exception>
    public static Var Stack(int axis, params IReadOnlyList<Var> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var result = new Var(Tensor.Stack(axis, [.. parts.Select(p => p.Value)]));
        axis = result.Shape.Axis(axis);
        return result.WithEdges(
            [.. parts.Select((part, i) => new Edge(part, dy => dy.Slice(axis, i, 1).Reshape(part.Shape.Sizes)))]);
    }
}
