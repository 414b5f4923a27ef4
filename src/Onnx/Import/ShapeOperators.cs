using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>Operators that place elements elsewhere, and those along axes. The batch stays the first axis.</summary>
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
        int axis = op.Int("axis", 1);
        if ((axis < 0 ? axis + sizes.Length : axis) != 1)
        {
            throw op.Refuse($"expected the batch to stay an axis of its own (axis 1), found axis {axis}");
        }

        Reshaped(op, op.Computed(0), op.Output, [(int)Elements(op, sizes)]);
    }

    internal static void Reshape(Operation op)
    {
        double[] target = op.Constant(1).ToNumbers();
        int[] sizes = op.SizesOf(0);
        string asked = string.Join(", ", target.Select(t => t == Constant.Batch ? "N" : double.IsNaN(t) ? "?" : $"{t}"));
        InputException Refused() =>
            op.Refuse($"expected a shape of the same elements with the batch first, found [{asked}] for {Sizes.Text(sizes)}");
        if (target.Length == 0)
        {
            throw Refused();
        }

        long count = Elements(op, sizes);
        bool copies = op.Int("allowzero", 0) == 0;
        int[] sample = [.. target.Skip(1).Select((t, i) => t == 0 && copies && i + 1 < sizes.Length ? sizes[i + 1] : op.Integer(t))];
        long rest = sample.Where(s => s != -1).Aggregate(1L, (p, s) => p * s);
        if (sample.Count(s => s == -1) > 1 || rest <= 0 || (sample.Contains(-1) && target[0] == -1))
        {
            throw Refused();
        }

        sample = [.. sample.Select(s => s == -1 ? (int)(count / rest) : s)];
        bool batchFirst = target[0] is Constant.Batch or 0 or -1 || target[0] == op.Builder.FixedBatch;
        if (!batchFirst || sample.Aggregate(1L, (p, s) => p * s) != count)
        {
            throw Refused();
        }

        Reshaped(op, op.Computed(0), op.Output, sample);
    }

    internal static void Squeeze(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        int[]? axes = op.IntsOrInput("axes", 1)?.Select(a => op.Axis(a, sizes.Length)).ToArray();
        if (axes is not null && axes.Any(a => sizes[a] != 1))
        {
            throw op.Refuse($"expected axes of size 1 of {Sizes.Text(sizes)}, found {string.Join(", ", axes)}");
        }

        Reshaped(op, op.Computed(0), op.Output, [.. sizes.Where((s, a) => a > 0 && !(axes?.Contains(a) ?? s == 1))]);
    }

    internal static void Unsqueeze(Operation op)
    {
        int[] sizes = op.SizesOf(0), axes = op.IntsOrInput("axes", 1) ?? [];
        int rank = sizes.Length + axes.Length;
        int[] ones = [.. axes.Select(a => op.Axis(a, rank))];
        if (ones.Contains(0) || ones.Distinct().Count() != ones.Length)
        {
            throw op.Refuse($"expected the batch to stay the first axis, found axes {string.Join(", ", axes)}");
        }

        var left = new Queue<int>(sizes[1..]);
        Reshaped(op, op.Computed(0), op.Output, [.. Enumerable.Range(1, rank - 1).Select(a => ones.Contains(a) ? 1 : left.Dequeue())]);
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

    /// <summary>One position of an axis, which is gone afterwards.</summary>
    internal static void Gather(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        int axis = op.Axis(op.Int("axis", 0), sizes.Length);
        if (op.Constant(1).Sizes.Length > 0 || axis == 0)
        {
            throw op.Refuse("expected one position of an axis behind the batch, found others");
        }

        string cut = $"{op.Output}.cut";
        int start = op.Axis(op.Whole(1)[0], sizes[axis]);
        op.Emit(new SliceNode { Inputs = [op.Computed(0)], Output = cut, Axis = axis, Start = start, Length = 1, Of = sizes[axis] });
        Reshaped(op, cut, op.Output, [.. sizes.Where((_, a) => a > 0 && a != axis)]);
    }

    internal static void Split(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        int axis = op.Axis(op.Int("axis", 0), sizes.Length), parts = op.Outputs.Count;
        int each = (sizes[axis] + parts - 1) / parts;
        int[] lengths = op.IntsOrInput("split", 1)
            ?? [.. Enumerable.Range(0, parts).Select(i => Math.Min(each, sizes[axis] - (i * each)))];
        if (lengths.Length != parts || axis == 0 || lengths.Sum() != sizes[axis])
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
    internal static void Softmax(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        bool old = op.Builder.Version < 13;
        int axis = op.Axis(op.Int("axis", old ? 1 : -1), sizes.Length);
        if (!old || sizes[(axis + 1)..].All(s => s == 1))
        {
            op.Emit(new SoftmaxNode { Inputs = [op.Computed(0)], Output = op.Output, Axis = axis });
            return;
        }

        if (axis != 1)
        {
            throw op.Refuse($"expected the last axis or all behind the batch, found those from {axis} on of {Sizes.Text(sizes)}");
        }

        string rows = $"{op.Output}.rows", result = $"{op.Output}.softmax";
        Reshaped(op, op.Computed(0), rows, [(int)Elements(op, sizes)]);
        op.Emit(new SoftmaxNode { Inputs = [rows], Output = result, Axis = 1 });
        Reshaped(op, result, op.Output, sizes[1..]);
    }

    private static void Reshaped(Operation op, string value, string output, int[] sample) =>
        op.Emit(new ReshapeNode { Inputs = [value], Output = output, Sample = sample, From = op.Builder.SizesOf(value)![1..] });

    private static long Elements(Operation op, int[] sizes)
    {
        try
        {
            return Sizes.PerSample(sizes);
        }
        catch (ArgumentException e)
        {
            throw op.Refuse($"{e.Message}; an output before it, or a file exported with a fixed height and width, helps", e);
        }
    }
}
