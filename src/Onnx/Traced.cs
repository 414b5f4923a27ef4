using static LisNative.Onnx.OnnxGraph;

namespace LisNative.Onnx;

/// <summary>A value of the graph and how it lies in memory, so that views of that memory can be told as operators.</summary>
internal sealed class Traced
{
    private readonly string name;
    private readonly Shape shape;
    private readonly int[] strides;
    private readonly int offset;

    internal Traced(string name, Tensor x) : this(name, x.Shape, x)
    {
    }

    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="first">How its first elements lie.</param>
    internal Traced(string name, Shape shape, Tensor first) =>
        (this.name, this.shape, strides, offset) = (name, shape, first.Strides.ToArray(), first.Offset);

    /// <summary>The name of what a view shows: the value itself, or a reshape, a transposition or a slice of it.</summary>
    /// <param name="view">Without broadcast axes.</param>
    /// <param name="graph">Where nodes go.</param>
    /// <param name="sizes">A constant of sizes for a reshape.</param>
    /// <exception cref="NotSupportedException">It is neither.</exception>
    internal string As(Tensor view, OnnxGraph graph, Func<Shape, string> sizes)
    {
        Axis[] from = Axes(shape, strides), to = Axes(view.Shape, view.Strides);
        string Reshaped(string value, Shape now) => now == view.Shape ? value : graph.Node("Reshape", [value, sizes(view.Shape)]);
        if (view.Offset == offset && from.SequenceEqual(to))
        {
            return Reshaped(name, shape);
        }

        if (view.Offset == offset && view.IsContiguous && Layout.IsContiguous(shape, strides) && view.Count == shape.Count)
        {
            return graph.Node("Reshape", [name, sizes(view.Shape)]);
        }

        if (view.Shape.Rank == shape.Rank
            && Enumerable.Range(0, shape.Rank).All(axis => view.Shape[axis] == 1 || view.Strides[axis] == strides[axis]))
        {
            int rest = view.Offset - offset;
            var starts = new int[shape.Rank];
            foreach (int axis in Enumerable.Range(0, shape.Rank).Where(a => view.Shape[a] != shape[a]).OrderByDescending(a => strides[a]))
            {
                (starts[axis], rest) = Math.DivRem(rest, strides[axis]);
            }

            return Cut(graph, view.Shape.Sizes.ToArray(), starts);
        }

        return Rearranged(view, graph, sizes) ?? throw new NotSupportedException(
            $"ONNX export: {view.Shape} with strides {string.Join(", ", view.Strides.ToArray())} is no simple view of {shape} with strides "
            + $"{string.Join(", ", strides)}");
    }

    /// <summary>
    /// Of each axis a part, which may be split in several; those in another order. That is Slice, Transpose to the order in memory,
    /// Reshape, Transpose, Reshape, each where it is needed; null if the view is something else.
    /// </summary>
    private string? Rearranged(Tensor view, OnnxGraph graph, Func<Shape, string> sizes)
    {
        Axis[] to = Axes(view.Shape, view.Strides), split = [.. to.OrderByDescending(a => a.Stride)];
        int[] order = Layout.OutermostFirst(strides), kept = new int[shape.Rank], starts = new int[shape.Rank];
        int taken = 0, rest = view.Offset - offset;
        foreach (int axis in order)
        {
            (kept[axis], int first) = (1, taken);
            while (shape[axis] > 1 && taken < split.Length && split[taken].Stride >= strides[axis])
            {
                kept[axis] *= split[taken++].Size;
            }

            bool follow = Enumerable.Range(first, taken - first).All(i =>
                split[i].Stride == (i + 1 < taken ? split[i + 1].Stride * split[i + 1].Size : strides[axis]));
            (starts[axis], rest) = shape[axis] > 1 ? Math.DivRem(rest, strides[axis]) : (0, rest);
            if (!follow || rest < 0 || starts[axis] + kept[axis] > shape[axis])
            {
                return null;
            }
        }

        if (taken < split.Length || rest != 0)
        {
            return null;
        }

        var (value, now) = (Cut(graph, kept, starts), Shape.Create([.. order.Select(axis => kept[axis])]));
        value = Ordered(graph, value, order);
        Shape refined = Shape.Create([.. split.Select(a => a.Size)]);
        value = refined == now ? value : graph.Node("Reshape", [value, sizes(refined)]);
        value = Ordered(graph, value, [.. to.Select(a => Array.IndexOf(split, a))]);
        return Shape.Create([.. to.Select(a => a.Size)]) == view.Shape ? value : graph.Node("Reshape", [value, sizes(view.Shape)]);
    }

    private static string Ordered(OnnxGraph graph, string value, int[] order) =>
        order.SequenceEqual(Enumerable.Range(0, order.Length)) ? value
            : graph.Node("Transpose", [value], Attribute("perm", order.Select(a => (long)a)));

    /// <summary>Of each axis so many positions.</summary>
    private string Cut(OnnxGraph graph, int[] lengths, int[] starts)
    {
        int[] cut = [.. Enumerable.Range(0, shape.Rank).Where(axis => lengths[axis] != shape[axis])];
        string Numbers(Func<int, int> of) => graph.Integers([.. cut.Select(axis => (long)of(axis))]);
        return cut.Length == 0 ? name
            : graph.Node(
                "Slice", [name, Numbers(axis => starts[axis]), Numbers(axis => starts[axis] + lengths[axis]), Numbers(axis => axis)]);
    }

    /// <summary>The axes that have a length; where one of size 1 lies says nothing.</summary>
    private static Axis[] Axes(Shape shape, ReadOnlySpan<int> strides)
    {
        var axes = new List<Axis>();
        for (int i = 0; i < shape.Rank; i++)
        {
            if (shape[i] > 1)
            {
                axes.Add(new(shape[i], strides[i]));
            }
        }

        return [.. axes];
    }

    private readonly record struct Axis(int Size, int Stride);
}
