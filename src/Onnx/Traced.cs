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

        if (view.Offset == offset && from.ToHashSet().SetEquals(to))
        {
            // Axes of size 1 lie anywhere: they stay behind and a reshape places them.
            long[] order = [.. to.Select(axis => Array.IndexOf(from, axis)), .. Enumerable.Range(from.Length, shape.Rank - from.Length)];
            Shape squeezed = Shape.Create([.. from.Select(a => a.Size), .. Enumerable.Repeat(1, shape.Rank - from.Length)]);
            string flat = squeezed == shape ? name : graph.Node("Reshape", [name, sizes(squeezed)]);
            return Reshaped(graph.Node("Transpose", [flat], Attribute("perm", order)),
                Shape.Create([.. to.Select(a => a.Size), .. Enumerable.Repeat(1, shape.Rank - from.Length)]));
        }

        if (view.Shape.Rank == shape.Rank
            && Enumerable.Range(0, shape.Rank).All(axis => view.Shape[axis] == 1 || view.Strides[axis] == strides[axis]))
        {
            int[] cut =
                [.. Enumerable.Range(0, shape.Rank).Where(axis => view.Shape[axis] != shape[axis]).OrderByDescending(a => strides[a])];
            var (starts, ends, rest) = (new long[cut.Length], new long[cut.Length], view.Offset - offset);
            foreach (var (i, axis) in cut.Index())
            {
                (starts[i], rest) = Math.DivRem(rest, strides[axis]);
                ends[i] = starts[i] + view.Shape[axis];
            }

            return graph.Node("Slice",
                [name, graph.Integers(starts), graph.Integers(ends), graph.Integers([.. cut.Select(axis => (long)axis)])]);
        }

        throw new NotSupportedException(
            $"ONNX export: {view.Shape} with strides {string.Join(", ", view.Strides.ToArray())} is no simple view of {shape} with strides "
            + $"{string.Join(", ", strides)}");
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
