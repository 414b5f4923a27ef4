using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// A piece of a reduction [outer, reduced, inner] and where its results go, [outer, piece, inner]. Pieces depend on the shape alone and are
/// joined in order, so the bits do not depend on the device's schedule.
/// </summary>
internal readonly struct Piecewise(ArrayView<float> x, ArrayView<float> y, ReductionPlan plan, int pieceLength, bool joins)
{
    internal readonly ArrayView<float> Y = y;
    internal readonly int Inner = plan.Inner;

    private readonly ArrayView<float> x = x;
    private readonly int outerStride = plan.OuterStride, reduced = plan.Reduced, reducedStride = plan.ReducedStride, length = pieceLength;

    /// <summary>Whether the elements are results of pieces already, to be combined.</summary>
    private readonly int joins = joins ? 1 : 0;

    /// <summary>Every <paramref name="step"/>-th element of a piece, from <paramref name="from"/> on.</summary>
    internal GpuLane Reduce<TOp>(TOp op, int outer, int piece, int column, int from, int step) where TOp : unmanaged, IReduction
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
internal readonly struct ColumnReduction<TOp>(TOp op, Piecewise piecewise, int pieces, int count) : ISmallKernel where TOp : unmanaged, IReduction
{
    public void Run()
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        int row = i / piecewise.Inner, column = i - (row * piecewise.Inner), outer = row / pieces;
        piecewise.Y[i] = piecewise.Reduce(op, outer, row - (outer * pieces), column, 0, 1).Value;
    }
}

/// <summary>A group for each output and piece: threads take every 256th element, and join theirs as a tree in shared memory.</summary>
internal readonly struct RowReduction<TOp>(TOp op, RowPieces<TOp> all) : ISmallKernel where TOp : unmanaged, IReduction
{
    public void Run() => all.Run(op, Grid.IdxX);
}

/// <summary>What a <see cref="RowReduction{TOp}"/> works on, alone or together with others.</summary>
internal readonly struct RowPieces<TOp>(Piecewise piecewise, int outputs, int pieces) : IPart<TOp>, IParts<RowPieces<TOp>> where TOp : unmanaged, IReduction
{
    private readonly Piecewise piecewise = piecewise;
    private readonly int pieces = pieces;

    public int Groups { get; } = outputs * pieces;

    public RowPieces<TOp> Find(ref int group) => this;

    public void Run(TOp op, int group)
    {
        var sums = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int thread = Group.IdxX, outer = group / pieces;
        var result = Tree.Join(op, sums, piecewise.Reduce(op, outer, group - (outer * pieces), 0, thread, GpuBackend.GroupSize));
        if (thread == 0)
        {
            piecewise.Y[group] = result.Value;
        }
    }
}
