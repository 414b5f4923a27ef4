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
    internal Traced(string name, Shape shape, Tensor first) : this(name, shape, first.Strides.ToArray(), first.Offset)
    {
    }

    private Traced(string name, Shape shape, int[] strides, int offset) =>
        (this.name, this.shape, this.strides, this.offset) = (name, shape, strides, offset);

    /// <summary>The name of what a view shows: the value itself, or a reshape, a transposition or a slice of it.</summary>
    /// <param name="view">Without broadcast axes.</param>
    /// <param name="graph">Where nodes go.</param>
    /// <exception cref="NotSupportedException">It is neither.</exception>
    internal string As(Tensor view, OnnxGraph graph)
    {
        int[] steps = view.Strides.ToArray(), turned = [.. Enumerable.Range(0, steps.Length).Where(a => steps[a] < 0 && view.Shape[a] > 1)];
        if (turned.Length > 0)
        {
            using var forwards = view.Flip(turned);
            string All(long number) => graph.Integers([.. turned.Select(_ => number)]);
            return graph.Node("Slice", [As(forwards, graph), All(-1), All(-int.MaxValue), graph.Integers([.. turned]), All(-1)]);
        }

        Axis[] from = Axes(shape, strides), to = Axes(view.Shape, view.Strides);
        if (view.Offset == offset && from.SequenceEqual(to))
        {
            return Reshaped(graph, name, shape, view.Shape);
        }

        Axis[] split = [.. to.OrderByDescending(a => a.Stride)];
        if (view.Offset == offset && Layout.IsContiguous(shape, strides) && view.Count == shape.Count
            && split.Zip([.. split.Skip(1), new(1, 1)]).All(a => a.First.Stride == a.Second.Size * a.Second.Stride))
        {
            return Split(graph, name, shape, split, to, view.Shape);
        }

        return Sliced(view, graph) ?? Rearranged(view, graph) ?? PerSample(graph)?.As(view, graph) ?? throw new NotSupportedException(
            $"ONNX export: {view.Shape} with strides {string.Join(", ", view.Strides.ToArray())} is no simple view of {shape} with strides "
            + $"{string.Join(", ", strides)}");
    }

    /// <summary>An axis that has several positions of each sample as two; null if there is none.</summary>
    private Traced? PerSample(OnnxGraph graph)
    {
        int batch = graph.Batch;
        int axis = Array.FindIndex(shape.Sizes.ToArray(), s => s > batch && s % batch == 0);
        if (axis < 0)
        {
            return null;
        }

        int each = shape[axis] / batch;
        Shape now = [.. shape.Sizes[..axis], batch, each, .. shape.Sizes[(axis + 1)..]];
        return new(graph.Node("Reshape", [name, graph.Sizes(now)]), now,
            [.. strides[..axis], each * strides[axis], .. strides[axis..]], offset);
    }

    /// <summary>Some positions of each axis but the batch's; null if the view is something else.</summary>
    private string? Sliced(Tensor view, OnnxGraph graph)
    {
        int rank = shape.Rank, rest = view.Offset - offset;
        if (view.Shape.Rank != rank || Enumerable.Range(0, rank).Any(a => view.Shape[a] > 1 && view.Strides[a] % strides[a] != 0)
            || Enumerable.Range(0, rank).Any(a => shape[a] % graph.Batch == 0 && view.Shape[a] != shape[a]))
        {
            return null;
        }

        int[] steps = [.. Enumerable.Range(0, rank).Select(a => view.Shape[a] > 1 ? view.Strides[a] / strides[a] : 1)];
        var starts = new int[rank];
        foreach (int axis in Enumerable.Range(0, rank).Where(a => view.Shape[a] != shape[a]).OrderByDescending(a => strides[a]))
        {
            (starts[axis], rest) = Math.DivRem(rest, strides[axis]);
        }

        return rest == 0 && Enumerable.Range(0, rank).All(a => starts[a] + ((view.Shape[a] - 1) * steps[a]) < shape[a])
            ? Cut(graph, view.Shape.Sizes.ToArray(), starts, steps) : null;
    }

    /// <summary>
    /// Of each axis a part, which may be split in several; those in another order. That is Slice, Transpose to the order in memory,
    /// Reshape, Transpose, Reshape, each where it is needed; null if the view is something else.
    /// </summary>
    private string? Rearranged(Tensor view, OnnxGraph graph)
    {
        Axis[] to = Axes(view.Shape, view.Strides), split = [.. to.OrderByDescending(a => a.Stride)];
        int[] order = Layout.OutermostFirst(strides), kept = new int[shape.Rank], starts = new int[shape.Rank],
            steps = new int[shape.Rank];
        int taken = 0, rest = view.Offset - offset;
        foreach (int axis in order)
        {
            (kept[axis], int first) = (1, taken);
            while (shape[axis] > 1 && taken < split.Length && split[taken].Stride >= strides[axis])
            {
                kept[axis] *= split[taken++].Size;
            }

            steps[axis] = taken > first ? split[taken - 1].Stride / strides[axis] : 1;
            bool follow = Enumerable.Range(first, taken - first).All(i =>
                split[i].Stride == (i + 1 < taken ? split[i + 1].Stride * split[i + 1].Size : steps[axis] * strides[axis]));
            (starts[axis], rest) = shape[axis] > 1 ? Math.DivRem(rest, strides[axis]) : (0, rest);
            if (!follow || rest < 0 || (shape[axis] % graph.Batch == 0 && kept[axis] != shape[axis])
                || starts[axis] + ((kept[axis] - 1) * steps[axis]) >= shape[axis])
            {
                return null;
            }
        }

        if (taken < split.Length || rest != 0)
        {
            return null;
        }

        var (value, now) = (Cut(graph, kept, starts, steps), Shape.Create([.. order.Select(axis => kept[axis])]));
        return Split(graph, Ordered(graph, value, order), now, split, to, view.Shape);
    }

    /// <summary>A value whose axes are split, in another order, under a shape.</summary>
    private static string Split(OnnxGraph graph, string value, Shape now, Axis[] split, Axis[] to, Shape result)
    {
        Shape refined = Shape.Create([.. split.Select(a => a.Size)]), ordered = Shape.Create([.. to.Select(a => a.Size)]);
        int[] order = [.. to.Select(a => Array.IndexOf(split, a))];
        if (ordered == refined)
        {
            return Reshaped(graph, value, now, result);
        }

        value = Ordered(graph, Reshaped(graph, value, now, refined), order);
        return Reshaped(graph, value, ordered, result);
    }

    private static string Reshaped(OnnxGraph graph, string value, Shape now, Shape result) =>
        now == result ? value : graph.Node("Reshape", [value, graph.Sizes(result)]);

    private static string Ordered(OnnxGraph graph, string value, int[] order) =>
        order.SequenceEqual(Enumerable.Range(0, order.Length)) ? value
            : graph.Node("Transpose", [value], Attribute("perm", [.. order]));

    /// <summary>So many positions of each axis, from a start on, a step apart.</summary>
    private string Cut(OnnxGraph graph, int[] lengths, int[] starts, int[] steps)
    {
        int[] cut = [.. Enumerable.Range(0, shape.Rank).Where(axis => lengths[axis] != shape[axis])];
        string Numbers(Func<int, int> of) => graph.Integers([.. cut.Select(of)]);
        if (cut.Length == 0)
        {
            return name;
        }

        string[] all = [name, Numbers(axis => starts[axis]), Numbers(axis => starts[axis] + ((lengths[axis] - 1) * steps[axis]) + 1),
            Numbers(axis => axis)];
        return graph.Node("Slice", cut.Any(axis => steps[axis] > 1) ? [.. all, Numbers(axis => steps[axis])] : all);
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
