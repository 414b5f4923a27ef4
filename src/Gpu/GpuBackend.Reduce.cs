using ILGPU;
using LisNative.Formulas;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

public sealed partial class GpuBackend
{
    /// <summary>Elements that one thread takes in order, and that one group takes along a row; longer runs are cut when there are few outputs.</summary>
    private const int ColumnPiece = ReductionPlan.Run, RowPiece = 32 * GroupSize, ShortRow = 64, ManyThreads = 1 << 16;

    /// <inheritdoc/>
    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction =>
        ReductionPlan.Reduce(x, y, op.Start, (from, to, plan) => Reduce(op, from.Device, View(from).SubView(from.Offset), Dense(to), plan, joins: false), inOrder: SumsInOrder);

    /// <summary>One pass; if it had to be cut into pieces, their results are reduced in turn.</summary>
    private void Reduce<TOp>(TOp op, Device device, ArrayView<float> x, ArrayView<float> y, ReductionPlan plan, bool joins) where TOp : unmanaged, IReduction
    {
        int outputs = plan.Outer * plan.Inner;
        bool rows = !SumsInOrder && plan.Inner == 1 && plan.Reduced >= ShortRow;
        int length = rows ? RowPiece : !SumsInOrder && outputs >= ManyThreads ? plan.Reduced : ColumnPiece, pieces = (plan.Reduced + length - 1) / length;
        using var partial = pieces > 1 ? device.Empty([outputs * pieces]) : null;
        var job = new Piecewise<TOp>(op, x, partial is null ? y : Dense(partial), plan, length, joins);
        if (rows)
        {
            launcher.Launch(new RowReduction<TOp>(job, pieces), (long)outputs * pieces);
        }
        else
        {
            Each(new ColumnReduction<TOp>(job, pieces, outputs * pieces), (long)outputs * pieces);
        }

        if (partial is not null)
        {
            Reduce(op, device, Dense(partial), y, new(plan.Outer, pieces * plan.Inner, pieces, plan.Inner, plan.Inner), joins: true);
        }
    }
}
