using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>Operators that place elements elsewhere, and those along axes.</summary>
internal static class ShapeOperators
{
    internal static void Concat(Operation op)
    {
        string[] inputs = [.. Enumerable.Range(0, op.Inputs).Select(op.Computed)];
        op.Emit(new ConcatNode { Inputs = inputs, Output = op.Output, Axis = op.Axis(op.Int("axis", 0), op.SizesOf(0).Length) });
    }

    internal static void Flatten(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        int axis = op.Int("axis", 1), at = axis == sizes.Length ? axis : op.Axis(axis, sizes.Length);
        Reshaped(op, op.Computed(0), op.Output, [Product(op, sizes[..at]), Product(op, sizes[at..])]);
    }

    internal static void Reshape(Operation op)
    {
        double[] target = op.Constant(1).ToNumbers();
        int[] sizes = op.SizesOf(0);
        string asked = string.Join(", ", target.Select(t => Constant.IsOfBatch(t) ? "N" : double.IsNaN(t) ? "?" : $"{t}"));
        InputException Refused() => op.Refuse($"expected a shape of the same elements with the batch as an axis, found [{asked}] for "
            + Sizes.Text(sizes));
        int rest = Array.IndexOf(target, -1.0), per = Product(op, sizes);
        bool copies = op.Int("allowzero", 0) == 0;
        int[] found = [.. target.Select((t, i) => t == 0 && copies && i < sizes.Length ? sizes[i] : op.Size(t))];
        if (rest >= 0)
        {
            // What is left is a number where another axis has the batch, else of the batch.
            found[rest] = 1;
            long others = Sizes.PerSample(found), all = Sizes.PerBatch(per);
            bool isNamed = Sizes.BatchAxis(found) >= 0 || (rest > 0 && FixesBatch(op, found));
            found[rest] = others > 0 && all % others == 0 ? isNamed ? (int)(all / others) : Sizes.OfBatch(all / others) : throw Refused();
        }

        if (Sizes.BatchAxis(found) < 0 && FixesBatch(op, found))
        {
            found[0] = Sizes.Batch;
        }

        bool fits = found.Count(s => s <= Sizes.Batch) == 1 && found.All(s => s is > 0 or <= Sizes.Batch) && Sizes.PerSample(found)
            == Sizes.PerBatch(per);
        Reshaped(op, op.Computed(0), op.Output, fits ? found : throw Refused());
    }

    /// <summary>Whether sizes begin with the batch that the file fixes.</summary>
    private static bool FixesBatch(Operation op, int[] sizes) =>
        op.Builder.FixedBatch > 0 && sizes.Length > 0 && sizes[0] == op.Builder.FixedBatch;

    internal static void Squeeze(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        int[]? axes = op.IntsOrInput("axes", 1)?.Select(a => op.Axis(a, sizes.Length)).ToArray();
        if (axes is not null && axes.Any(a => sizes[a] != 1))
        {
            throw op.Refuse($"expected axes of size 1 of {Sizes.Text(sizes)}, found {string.Join(", ", axes)}");
        }

        Reshaped(op, op.Computed(0), op.Output, [.. sizes.Where((s, a) => !(axes?.Contains(a) ?? s == 1))]);
    }

    internal static void Unsqueeze(Operation op)
    {
        int[] sizes = op.SizesOf(0), axes = op.IntsOrInput("axes", 1) ?? [];
        int rank = sizes.Length + axes.Length;
        int[] ones = [.. axes.Select(a => op.Axis(a, rank))];
        if (ones.Distinct().Count() != ones.Length)
        {
            throw op.Refuse($"expected each axis once, found {string.Join(", ", axes)}");
        }

        var left = new Queue<int>(sizes);
        Reshaped(op, op.Computed(0), op.Output, [.. Enumerable.Range(0, rank).Select(a => ones.Contains(a) ? 1 : left.Dequeue())]);
    }

    /// <summary>To what a shape and its own sizes broadcast to.</summary>
    internal static void Expand(Operation op)
    {
        int[] target = [.. op.Constant(1).ToNumbers().Select(op.Size)], sizes = op.AnySizes(0);
        if (op.Builder.FixedBatch > 1 && Sizes.BatchAxis(sizes) is >= 0 and var batch && target.Length == sizes.Length
            && target[batch] == op.Builder.FixedBatch * Sizes.PerBatch(sizes[batch]))
        {
            target[batch] = sizes[batch];
        }

        op.Emit(new ExpandNode { Inputs = [op.Value(0), op.Builder.Input], Output = op.Output, To = Sizes.Broadcast(sizes, target) });
    }

    internal static void Transpose(Operation op) => op.Emit(new PermuteNode
    {
        Inputs = [op.Computed(0)],
        Output = op.Output,
        Order = op.Ints("perm") ?? [.. Enumerable.Range(0, op.SizesOf(0).Length).Reverse()],
    });

    internal static void Slice(Operation op)
    {
        string value = op.Computed(0);
        if (IndexOperators.Backwards(op))
        {
            return;
        }

        var cuts = Folding.Slices(op, op.SizesOf(0)).ToArray();
        if (cuts.Length == 0)
        {
            op.EmitFunction("affine", 1);
        }

        foreach (var (i, (axis, start, length, step)) in cuts.Index())
        {
            string output = i == cuts.Length - 1 ? op.Output : $"{op.Output}.{i}";
            op.Emit(new SliceNode
            {
                Inputs = [value],
                Output = output,
                Axis = axis,
                Start = start,
                Length = length,
                Step = step,
                Of = op.SizesOf(0)[axis],
            });
            value = output;
        }
    }

    internal static void Split(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        int axis = op.Axis(op.Int("axis", 0), sizes.Length), parts = op.Outputs.Count;
        int each = (sizes[axis] + parts - 1) / parts;
        int[] lengths = op.IntsOrInput("split", 1)
            ?? [.. Enumerable.Range(0, parts).Select(i => Math.Min(each, sizes[axis] - (i * each)))];
        if (lengths.Length != parts || lengths.Sum() != sizes[axis])
        {
            throw op.Refuse($"expected {parts} parts of axis {axis} of {Sizes.Text(sizes)}, found {string.Join(", ", lengths)}");
        }

        foreach (var (i, output) in op.Outputs.Index().Where(o => op.Builder.IsRead(o.Item)))
        {
            op.Emit(new SliceNode
            {
                Inputs = [op.Computed(0)],
                Output = output,
                Axis = axis,
                Start = lengths[..i].Sum(),
                Length = lengths[i],
                Of = sizes[axis],
            });
        }
    }

    internal static void Reduce(Operation op, string operation)
    {
        int rank = op.SizesOf(0).Length;
        int[] axes = op.IntsOrInput("axes", 1) ?? [.. Enumerable.Range(0, rank)];
        op.Emit(new ReduceNode
        {
            Inputs = [op.Computed(0)],
            Output = op.Output,
            Operation = operation,
            Axes = [.. axes.Select(a => op.Axis(a, rank))],
            Keep = op.Int("keepdims", 1) != 0,
        });
    }

    /// <summary>Along one axis; before version 13 along all from it on.</summary>
    internal static void Softmax(Operation op, bool log)
    {
        int[] sizes = op.SizesOf(0);
        bool old = op.Builder.Version < 13;
        int axis = op.Axis(op.Int("axis", old ? 1 : -1), sizes.Length);
        if (!old || sizes[(axis + 1)..].All(s => s == 1))
        {
            op.Emit(new SoftmaxNode { Inputs = [op.Computed(0)], Output = op.Output, Axis = axis, Log = log });
            return;
        }

        if (axis != 1)
        {
            throw op.Refuse($"expected the last axis or all behind the batch, found those from {axis} on of {Sizes.Text(sizes)}");
        }

        string rows = $"{op.Output}.rows", result = $"{op.Output}.softmax";
        Reshaped(op, op.Computed(0), rows, [sizes[0], Product(op, sizes[1..])]);
        op.Emit(new SoftmaxNode { Inputs = [rows], Output = result, Axis = 1, Log = log });
        Reshaped(op, result, op.Output, sizes);
    }

    /// <summary>The same elements under other sizes, all of them.</summary>
    internal static void Reshaped(Operation op, string value, string output, int[] sizes)
    {
        int[] from = op.Builder.SizesOf(value)!;
        op.Emit(new ReshapeNode { Inputs = [value], Output = output, Sample = ReshapeNode.Stored(sizes), From = ReshapeNode.Stored(from) });
    }

    private static int Product(Operation op, int[] sizes)
    {
        try
        {
            return Sizes.Product(sizes);
        }
        catch (ArgumentException)
        {
            throw op.Refuse($"expected {(op.SizesOf(0).Length == 4 ? "a fixed height and width" : "fixed sizes behind the batch")}, found "
                + $"{Sizes.Text(op.SizesOf(0))}; an output before it, or a file exported with fixed sizes, helps");
        }
    }
}
