using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// A piece of a reduction [outer, reduced, inner] and where its results go, [outer, piece, inner]. Pieces depend on the shape alone and are
/// joined in order, so the bits do not depend on the device's schedule.
/// </summary>
internal readonly struct Piecewise<TOp>(TOp op, ArrayView<float> x, ArrayView<float> y, ReductionPlan plan, int pieceLength, bool joins) where TOp : unmanaged, IReduction
{
    internal readonly ArrayView<float> Y = y;
    internal readonly int Inner = plan.Inner;

    private readonly TOp op = op;
    private readonly ArrayView<float> x = x;
    private readonly int outerStride = plan.OuterStride, reduced = plan.Reduced, reducedStride = plan.ReducedStride, length = pieceLength;

    /// <summary>Whether the elements are results of pieces already, to be combined.</summary>
    private readonly int joins = joins ? 1 : 0;

    /// <summary>What the threads of a group have, joined.</summary>
    internal GpuLane Join(ArrayView<float> shared, GpuLane own) => Tree.Join(op, shared, own);

    /// <summary>Every <paramref name="step"/>-th element of a piece, from <paramref name="from"/> on.</summary>
    internal GpuLane Reduce(int outer, int piece, int column, int from, int step)
    {
        int first = piece * length, last = Math.Min(first + length, reduced), start = (outer * outerStride) + column;
        var sum = new GpuLane(op.Start);
        for (int r = first + from; r < last; r += step)
        {
            var value = new GpuLane(x[start + (r * reducedStride)]);
            sum = joins != 0 ? op.Combine(sum, value) : op.Accumulate(sum, value);
        }

        return sum;
    }
}

/// <summary>A thread for each output column and piece: neighbours read neighbours.</summary>
internal readonly struct ColumnReduction<TOp>(Piecewise<TOp> piecewise, int pieces, int count) : IKernel where TOp : unmanaged, IReduction
{
    public void Run()
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        int row = i / piecewise.Inner, column = i - (row * piecewise.Inner), outer = row / pieces;
        piecewise.Y[i] = piecewise.Reduce(outer, row - (outer * pieces), column, 0, 1).Value;
    }
}

/// <summary>A group for each output and piece: threads take every 256th element, and join theirs as a tree in shared memory.</summary>
internal readonly struct RowReduction<TOp>(Piecewise<TOp> piecewise, int pieces) : IKernel where TOp : unmanaged, IReduction
{
    public void Run()
    {
        var sums = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int thread = Group.IdxX, output = Grid.IdxX, outer = output / pieces;
        var result = piecewise.Join(sums, piecewise.Reduce(outer, output - (outer * pieces), 0, thread, GpuBackend.GroupSize));
        if (thread == 0)
        {
            piecewise.Y[output] = result.Value;
        }
    }
}
