using ILGPU;
using LisNative.Formulas;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

internal sealed partial class GpuBackend
{
    /// <summary>The fewest elements of a thread that are worth a piece.</summary>
    internal const int ShortestRun = 32;

    /// <summary>What is too short for a group, and so many outputs that each may have one thread.</summary>
    private const int ShortColumn = 64, ManyThreads = 1 << 16;

    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction =>
        ReductionPlan.Reduce(x, y, (from, to, plan) =>
            Reduce(op, from.Device, View(from).SubView(from.Offset), Dense(to), plan, joins: false), inOrder: SumsInOrder);

    /// <remarks>Two launches for sixteen tensors: of their pieces, and of what joins these.</remarks>
    public bool TryReduceEach<TOp>(TOp op, ReadOnlySpan<Tensor> x, Tensor y) where TOp : unmanaged, IReduction
    {
        if (SumsInOrder || !Array.TrueForAll(x.ToArray(), t => t.IsDense))
        {
            return false;
        }

        const int Piece = ShortestRun * GroupSize;
        var (pieces, whole) = (new GroupPieces<TOp>[x.Length], new GroupPieces<TOp>[x.Length]);

        // One element more, where the views of what has no pieces begin.
        using var partial = y.Device.Empty([x.ToArray().Sum(Pieces) + 1]);
        for (int i = 0, at = 0; i < x.Length; i++)
        {
            int count = Pieces(x[i]);
            var own = Dense(partial).SubView(at, count);
            pieces[i] = new(new(Dense(x[i]), own, Row(x[i].Count), Piece, joins: false), 1, count);
            whole[i] = new(new(own, Dense(y).SubView(i), Row(count), count, joins: true), 1, 1);
            at += count;
        }

        var none = new GroupPieces<TOp>(new(Dense(partial), Dense(partial), Row(0), Piece, joins: false), 0, 0);
        LaunchMultiTensor<TOp, GroupPieces<TOp>>(op, pieces, none);
        LaunchMultiTensor<TOp, GroupPieces<TOp>>(op, whole, none);
        return true;

        static int Pieces(Tensor x) => (x.Count + Piece - 1) / Piece;
        static ReductionPlan Row(int length) => new(1, length, length, 1, 1);
    }

    /// <summary>One pass; if it had to be cut into pieces, their results are reduced in turn.</summary>
    private void Reduce<TOp>(TOp op, Device device, ArrayView<float> x, ArrayView<float> y, ReductionPlan plan, bool joins)
        where TOp : unmanaged, IReduction
    {
        int outputs = plan.Outer * plan.Inner;
        bool byGroups = !SumsInOrder && plan.Reduced >= ShortColumn && outputs < ManyThreads;
        int wanted = byGroups ? new ColumnTiles(plan.Inner).Pieces(plan.Reduced, plan.Outer) : 1;
        int length = SumsInOrder ? ReductionPlan.Run : (plan.Reduced + wanted - 1) / wanted, pieces = (plan.Reduced + length - 1) / length;
        using var partial = pieces > 1 ? device.Empty([outputs * pieces]) : null;
        var job = new PartialReduction(x, partial is null ? y : Dense(partial), plan, length, joins);
        if (byGroups)
        {
            var all = new GroupPieces<TOp>(job, plan.Outer, pieces);
            launcher.Launch(new GroupReduction<TOp>(op, all), all.Groups);
        }
        else
        {
            Each(new ColumnReduction<TOp>(op, job, pieces, outputs * pieces), (long)outputs * pieces);
        }

        if (partial is not null)
        {
            Reduce(op, device, Dense(partial), y, new(plan.Outer, pieces * plan.Inner, pieces, plan.Inner, plan.Inner), joins: true);
        }
    }
}
