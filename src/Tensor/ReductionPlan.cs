namespace LisNative;

/// <summary>
/// How a reduction walks its input: [outer, reduced, inner] with the strides of the first two; the inner axis is contiguous.
/// </summary>
internal readonly record struct ReductionPlan(int Outer, int OuterStride, int Reduced, int ReducedStride, int Inner)
{
    /// <summary>Elements that are reduced one after another where the order is specified; of more, such runs' results likewise.</summary>
    internal const int Run = 128;

    /// <summary>
    /// The plan for x reduced to the shape of y, or null when x must be copied into another order first. Neighbouring axes that are kept,
    /// or reduced, are one run if they lie so in memory; a plan has at most three: kept, reduced, kept.
    /// </summary>
    internal static ReductionPlan? TryCreate(Tensor x, Shape y)
    {
        int[] sizes = [1, 1, 1], strides = [1, 1, 1];
        int run = 0, lastKept = -1;
        bool begins = true;
        foreach (int axis in Layout.OutermostFirst(x.Strides))
        {
            bool reduced = y[axis] == 1;
            if (x.Shape[axis] == 1)
            {
                continue;
            }

            if (reduced != (run == 1))
            {
                (run, begins) = (run + 1, true);
            }

            if (run > 2 || (!reduced && axis < lastKept) || (!begins && strides[run] != x.Strides[axis] * x.Shape[axis]))
            {
                return null;
            }

            (sizes[run], strides[run], begins) = (sizes[run] * x.Shape[axis], x.Strides[axis], false);
            lastKept = reduced ? lastKept : axis;
        }

        // Where nothing is reduced, rows of one element.
        return strides[run] != 1 ? null : run == 0 ? new(1, 0, 1, 0, sizes[0]) : new(sizes[0], strides[0], sizes[1], strides[1], sizes[2]);
    }

    /// <summary>
    /// Reduces x into y by a kernel that follows a plan; x is first copied into an order that has one, if it has none or if the order of
    /// positions is asked for, not that of memory.
    /// </summary>
    internal static void Reduce(Tensor x, Tensor y, Action<Tensor, Tensor, ReductionPlan> kernel, bool inOrder = false)
    {
        if (!inOrder && TryCreate(x, y.Shape) is { } plan)
        {
            kernel(x, y, plan);
        }
        else
        {
            // Kept axes outside, reduced axes inside: one that always has a plan.
            int[] order = [.. Enumerable.Range(0, x.Shape.Rank).OrderBy(i => y.Shape[i] == 1 && x.Shape[i] != 1)];
            using var permuted = x.Permute(order);
            using var copy = permuted.Contiguous();
            using var target = y.Reshape([.. order.Select(i => y.Shape[i])]);
            Reduce(copy, target, kernel);
        }
    }
}
