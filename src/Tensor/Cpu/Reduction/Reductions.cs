using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// A reduction seen as [outer, reduced, inner], the inner axis contiguous. The reduced axis is cut into pieces by its shape
/// alone; pieces are reduced in parallel and joined in order, so the bits do not depend on the number of threads. Rows that are one piece
/// are reduced some at a time.
/// </summary>
internal readonly unsafe struct Reductions<TLane, TOp>(TOp op, float* x, float* y, ReductionPlan plan, int rows = 1) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
    where TOp : unmanaged, IReduction
{
    public void Execute(int part)
    {
        if (plan is { Inner: 1, ReducedStride: 1, Pieces: 1 })
        {
            int row = part * rows;
            new RowReduction<TLane, TOp>(op).Run(
                new ContiguousRows(x + ((long)row * plan.OuterStride), plan.OuterStride), Math.Min(rows, plan.Outer - row), plan.Reduced,
                y + row);
            return;
        }

        int block = part % plan.Blocks, piece = part / plan.Blocks % plan.Pieces, outer = part / plan.Blocks / plan.Pieces;
        int first = piece * plan.PieceLength, length = Math.Min(plan.PieceLength, plan.Reduced - first),
            column = block * Reductions.Columns;
        float* from = x + ((long)outer * plan.OuterStride) + ((long)first * plan.ReducedStride) + column;
        float* to = y + ((((long)outer * plan.Pieces) + piece) * plan.Inner) + column;
        if (plan.Inner == 1 && plan.ReducedStride == 1)
        {
            new RowReduction<TLane, TOp>(op).Run(new ContiguousRows(from, 0), 1, length, to);
        }
        else
        {
            Down(from, to, length, Math.Min(Reductions.Columns, plan.Inner - column));
        }
    }

    /// <summary>Joins the pieces of every output, first to last.</summary>
    private void Join(float* partial, float* result)
    {
        for (int outer = 0; outer < plan.Outer; outer++, result += plan.Inner)
        {
            new ReadOnlySpan<float>(partial, plan.Inner).CopyTo(new Span<float>(result, plan.Inner));
            partial += plan.Inner;
            for (int piece = 1; piece < plan.Pieces; piece++, partial += plan.Inner)
            {
                Join(partial, result, plan.Inner);
            }
        }
    }

    /// <summary>result[i] = result[i] joined with piece[i].</summary>
    private void Join(float* piece, float* result, int n)
    {
        int i = 0;
        for (; i <= n - TLane.Width; i += TLane.Width)
        {
            TLane.Store(op.Combine(TLane.Load(result + i), TLane.Load(piece + i)), result + i);
        }

        for (; i < n; i++)
        {
            result[i] = Combine(result[i], piece[i]);
        }
    }

    /// <summary>Rows of a few columns to one row, halved likewise.</summary>
    private void Down(float* a, float* result, int rows, int columns)
    {
        if (rows > Reductions.PairwiseBase)
        {
            int half = rows / 2;
            float* second = stackalloc float[Reductions.Columns];
            Down(a, result, half, columns);
            Down(a + ((long)half * plan.ReducedStride), second, rows - half, columns);
            Join(second, result, columns);
            return;
        }

        new Span<float>(result, columns).Fill(op.Start);
        for (int r = 0; r < rows; r++, a += plan.ReducedStride)
        {
            int c = 0;
            for (; c <= columns - TLane.Width; c += TLane.Width)
            {
                TLane.Store(op.Accumulate(TLane.Load(result + c), TLane.Load(a + c)), result + c);
            }

            for (; c < columns; c++)
            {
                result[c] = op.Accumulate(ScalarLane.Create(result[c]), ScalarLane.Create(a[c])).Value;
            }
        }
    }

    /// <summary>The last step, as a task.</summary>
    internal readonly struct Joining(Reductions<TLane, TOp> job, float* partial, float* result) : ITask
    {
        public void Execute(int part) => job.Join(partial, result);
    }

    private float Combine(float a, float b) => op.Combine(ScalarLane.Create(a), ScalarLane.Create(b)).Value;
}

/// <summary>How a reduction is cut into parts.</summary>
internal static class Reductions
{
    /// <summary>Columns that a part sums at a time: their sums stay in the first-level cache.</summary>
    internal const int Columns = 256;

    /// <summary>Terms that are added one after another; longer sums are halved.</summary>
    internal const int PairwiseBase = 256;

    /// <summary>Elements reduced in one piece; longer runs are cut when there are few outputs to share out.</summary>
    private const int PieceElements = 16384, FewParts = 16;

    extension(ReductionPlan plan)
    {
        internal int Blocks => (plan.Inner + Columns - 1) / Columns;

        internal int PieceLength => (long)plan.Outer * plan.Inner >= FewParts * Columns ? Math.Max(1, plan.Reduced)
            : Math.Max(1, PieceElements / Math.Min(plan.Inner, Columns));

        internal int Pieces => Math.Max(1, (plan.Reduced + plan.PieceLength - 1) / plan.PieceLength);

        /// <summary>Whole rows that a part takes.</summary>
        internal int Rows => plan is { Inner: 1, ReducedStride: 1, Pieces: 1 } ? Math.Max(1, PieceElements / Math.Max(1, plan.Reduced)) : 1;

        internal int Parts => (plan.Outer + plan.Rows - 1) / plan.Rows * plan.Pieces * plan.Blocks;
    }
}
