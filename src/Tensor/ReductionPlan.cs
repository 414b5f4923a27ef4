namespace LisNative;

/// <summary>How a reduction walks its input: [outer, reduced, inner] with the strides of the first two; the inner axis is contiguous.</summary>
internal readonly record struct ReductionPlan(int Outer, int OuterStride, int Reduced, int ReducedStride, int Inner)
{
    /// <summary>The plan for x reduced to the shape of y, or null when x must be copied into another order first.</summary>
    internal static ReductionPlan? Of(Tensor x, Shape y)
    {
        int[] axes = [.. Enumerable.Range(0, x.Shape.Rank).Where(i => x.Shape[i] != 1).OrderByDescending(i => x.Strides[i])];
        bool Reduced(int axis) => y[axis] == 1;
        int[] kept = [.. axes.Where(a => !Reduced(a))];
        if (!kept.SequenceEqual(kept.Order()))
        {
            return null;
        }

        // Runs of kept and reduced axes, in memory order; at most kept, reduced, kept.
        var runs = new List<(bool Reduced, int Size, int Stride)>();
        foreach (int axis in axes)
        {
            if (runs.Count > 0 && runs[^1].Reduced == Reduced(axis))
            {
                if (runs[^1].Stride != x.Strides[axis] * x.Shape[axis])
                {
                    return null;
                }

                runs[^1] = (Reduced(axis), runs[^1].Size * x.Shape[axis], x.Strides[axis]);
            }
            else
            {
                runs.Add((Reduced(axis), x.Shape[axis], x.Strides[axis]));
            }
        }

        if (runs.Count == 0 || runs[0].Reduced)
        {
            runs.Insert(0, (false, 1, 1));
        }

        if (runs.Count == 1)
        {
            // Nothing is reduced: rows of one element.
            runs = [(false, 1, 0), (true, 1, 0), runs[0]];
        }

        return runs.Count > 3 || runs[^1].Stride != 1 ? null
            : new ReductionPlan(runs[0].Size, runs[0].Stride, runs[1].Size, runs[1].Stride, runs.Count == 3 ? runs[2].Size : 1);
    }

    /// <summary>Reduces x into y by a kernel that follows a plan; x is first copied into an order that has one, if it has none.</summary>
    internal static void Reduce(Tensor x, Tensor y, float start, Action<Tensor, Tensor, ReductionPlan> kernel)
    {
        y.Changed();
        if (x.Count == 0)
        {
            y.Device.Backend.Fill(y, start);
        }
        else if (Of(x, y.Shape) is { } plan)
        {
            kernel(x, y, plan);
        }
        else
        {
            // Kept axes outside, reduced axes inside: one that always has a plan.
            int[] order = [.. Enumerable.Range(0, x.Shape.Rank).OrderBy(i => y.Shape[i] == 1 && x.Shape[i] != 1)];
            using var permuted = x.Permute(order);
            using var copy = x.Device.Empty(permuted.Shape);
            x.Device.Backend.Copy(permuted, copy);
            using var target = y.Reshape([.. order.Select(i => y.Shape[i])]);
            Reduce(copy, target, start, kernel);
        }
    }
}
