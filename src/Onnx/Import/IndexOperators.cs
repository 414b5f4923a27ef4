using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>Operators that take or give positions.</summary>
internal static class IndexOperators
{
    internal static void Gather(Operation op)
    {
        int[] sizes = op.AnySizes(0);
        int axis = op.Axis(op.Int("axis", 0), sizes.Length);
        if (op.Known(1) is { Sizes.Length: 0 } && op.Known(0) is null && sizes[axis] > Sizes.Batch)
        {
            string cut = $"{op.Output}.cut";
            int start = op.Axis(op.Whole(1)[0], sizes[axis]);
            op.Emit(new SliceNode { Inputs = [op.Computed(0)], Output = cut, Axis = axis, Start = start, Length = 1, Of = sizes[axis] });
            ShapeOperators.Reshaped(op, cut, op.Output, [.. sizes[..axis], .. sizes[(axis + 1)..]]);
            return;
        }

        op.Emit(new GatherNode { Inputs = [op.Value(0), Positions(op, sizes[axis])], Output = op.Output, Axis = axis });
    }

    internal static void GatherElements(Operation op)
    {
        int[] sizes = op.AnySizes(0);
        int axis = op.Axis(op.Int("axis", 0), sizes.Length);
        op.Emit(new TakeAlongAxisNode { Inputs = [op.Value(0), Positions(op, sizes[axis])], Output = op.Output, Axis = axis });
    }

    internal static void ScatterElements(Operation op)
    {
        int[] sizes = op.AnySizes(0);
        int axis = op.Axis(op.Int("axis", 0), sizes.Length);
        if (op.Text("reduction", "none") is not "add" and var reduction)
        {
            throw op.Refuse($"expected numbers that are added (add), found the reduction \"{reduction}\"");
        }

        op.Emit(new ScatterAddNode { Inputs = [op.Value(0), Positions(op, sizes[axis]), op.Value(2)], Output = op.Output, Axis = axis });
    }

    internal static void Extreme(Operation op, bool least)
    {
        if (op.Int("select_last_index", 0) != 0)
        {
            throw op.Refuse("expected the first of equals, found the last");
        }

        op.Emit(new ArgMaxNode
        {
            Inputs = [op.Computed(0)],
            Output = op.Output,
            Axis = op.Axis(op.Int("axis", 0), op.SizesOf(0).Length),
            Keep = op.Int("keepdims", 1) != 0,
            Least = least,
        });
    }

    /// <summary>Reads axes from their ends, where all that a slice takes is that.</summary>
    internal static bool Backwards(Operation op)
    {
        int[] steps = op.IntsOrInput("steps", 4) ?? [], starts = op.IntsOrInput("starts", 1) ?? [], ends = op.IntsOrInput("ends", 2) ?? [];
        int[] axes = op.IntsOrInput("axes", 3) ?? [.. Enumerable.Range(0, starts.Length)], sizes = op.SizesOf(0);
        if (steps.Length == 0 || steps.Length != axes.Length || !steps.All(s => s == -1)
            || !axes.Index().All(a => sizes[op.Axis(a.Item, sizes.Length)] is > 0 and var size && ends[a.Index] < -size
                && (starts[a.Index] == -1 || starts[a.Index] >= size - 1)))
        {
            return false;
        }

        string value = op.Computed(0);
        foreach (var (i, axis) in axes.Select(a => op.Axis(a, sizes.Length)).Index())
        {
            string output = i == axes.Length - 1 ? op.Output : $"{op.Output}.{i}";
            float[] order = [.. Enumerable.Range(0, sizes[axis]).Reverse().Select(p => (float)p)];
            string numbers = op.Builder.AddWeight($"{output}.order", [order.Length], order);
            op.Emit(new GatherNode { Inputs = [value, numbers], Output = output, Axis = axis });
            value = output;
        }

        return true;
    }

    /// <summary>The second input as positions of an axis; those that the file holds may count from its end.</summary>
    private static string Positions(Operation op, int size)
    {
        if (op.Known(1) is not { } known)
        {
            return op.Computed(1);
        }

        float[] positions = Array.ConvertAll(op.Whole(1), p => size > 0 ? (float)op.Axis(p, size)
            : p >= 0 ? p : throw op.Refuse($"expected positions from the beginning of an axis of open size, found {p}"));
        return op.Builder.AddWeight($"{op.Output}.positions", known.Sizes, positions);
    }
}
