using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// A piece of a reduction [outer, reduced, inner] and where its results go, [outer, piece, inner]. Pieces depend on the shape alone and are
/// joined in order, so the bits do not depend on the device's schedule.
/// </summary>
internal readonly struct PartialReduction(ArrayView<float> x, ArrayView<float> y, ReductionPlan plan, int pieceLength, bool joins)
{
    internal readonly ArrayView<float> Y = y;
    internal readonly int Inner = plan.Inner;

    private readonly ArrayView<float> x = x;
    private readonly int outerStride = plan.OuterStride, reduced = plan.Reduced, reducedStride = plan.ReducedStride, length = pieceLength;

    /// <summary>Whether the elements are results of pieces already, to be combined.</summary>
    private readonly int joins = joins ? 1 : 0;

    /// <summary>
    /// Every <paramref name="step"/>-th element of a piece, from <paramref name="from"/> on, in order. Eight are on their way from memory
    /// together.
    /// </summary>
    internal GpuLane Reduce<TOp>(TOp op, int outer, int piece, int column, int from, int step) where TOp : unmanaged, IReduction
    {
        int first = piece * length, last = Math.Min(first + length, reduced), start = (outer * outerStride) + column;
        var sum = new GpuLane(op.Start);
        for (int r = first + from; r < last; r += 8 * step)
        {
            int later = r + (4 * step);
            Float4 a = Load(start, r, step, last), b = Load(start, later, step, last);
            sum = Take(op, Take(op, sum, a, r, step, last), b, later, step, last);
        }

        return sum;
    }

    private Float4 Load(int start, int r, int step, int last) =>
        new(Load(start, r, last), Load(start, r + step, last), Load(start, r + (2 * step), last), Load(start, r + (3 * step), last));

    private float Load(int start, int r, int last) => Intrinsics.LoadIf(r < last, x, start + (r * reducedStride));

    private GpuLane Take<TOp>(TOp op, GpuLane sum, Float4 four, int r, int step, int last) where TOp : unmanaged, IReduction
    {
        sum = Take(op, sum, four.X, r < last);
        sum = Take(op, sum, four.Y, r + step < last);
        sum = Take(op, sum, four.Z, r + (2 * step) < last);
        return Take(op, sum, four.W, r + (3 * step) < last);
    }

    private GpuLane Take<TOp>(TOp op, GpuLane sum, float element, bool isThere) where TOp : unmanaged, IReduction
    {
        var value = new GpuLane(element);
        return !isThere ? sum : joins != 0 ? op.Combine(sum, value) : op.Accumulate(sum, value);
    }
}

/// <summary>A thread for each output column and piece, in order: neighbours read neighbours.</summary>
internal readonly struct ColumnReduction<TOp>(TOp op, PartialReduction piecewise, int pieces, int count) : ISmallKernel
    where TOp : unmanaged, IReduction
{
    public void Execute()
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

/// <summary>A group for some neighbouring columns of a piece.</summary>
internal readonly struct GroupReduction<TOp>(TOp op, GroupPieces<TOp> all) : ISmallKernel where TOp : unmanaged, IReduction
{
    public void Execute() => all.Execute(op, Grid.IdxX);
}

/// <summary>
/// What a <see cref="GroupReduction{TOp}"/> works on, alone or together with others: a tile of a piece. Each column's threads join theirs
/// as a tree in shared memory.
/// </summary>
internal readonly struct GroupPieces<TOp>(PartialReduction piecewise, int outer, int pieces) : IPart<TOp>, IParts<GroupPieces<TOp>>
    where TOp : unmanaged, IReduction
{
    private readonly PartialReduction piecewise = piecewise;
    private readonly ColumnTiles tiles = new(piecewise.Inner);

    public int Groups { get; } = outer * pieces * new ColumnTiles(piecewise.Inner).Count;

    public GroupPieces<TOp> Find(ref int group) => this;

    public void Execute(TOp op, int group)
    {
        var shared = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int tile = group % tiles.Count, at = group / tiles.Count, outer = at / pieces;
        var own = tiles.Place(tile);
        var part = own.Works ? piecewise.Reduce(op, outer, at - (outer * pieces), own.Column, own.Row, tiles.Rows) : new(op.Start);
        var result = Tree.Join(op, shared, part, tiles.Columns, own.InTile);
        if (own.Works && own.Row == 0)
        {
            piecewise.Y[(at * piecewise.Inner) + own.Column] = result.Value;
        }
    }
}
