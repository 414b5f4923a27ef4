using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// A tensor [segments, rows, length], contiguous along the last axis, of which every row, its segments one after another, becomes one
/// number: a channel of planes over all images.
/// </summary>
internal readonly record struct SegmentedRows(int Rows, int RowStride, int Segments, int SegmentStride, int Length)
{
    /// <summary>The plan for the rows as if they lay in one piece each: it sums in the same order.</summary>
    internal ReductionPlan Plan => new(Rows, Segments * Length, Segments * Length, 1, 1);

    /// <summary>x reduced to the shape of y seen so, or null.</summary>
    internal static SegmentedRows? TryCreate(Tensor x, Shape y)
    {
        Span<int> sizes = [1, 1, 1], strides = [0, 0, 0];
        int run = 0;
        for (int axis = 0; axis < x.Shape.Rank; axis++)
        {
            int size = x.Shape[axis], stride = x.Strides[axis];
            if (size == 1)
            {
                continue;
            }

            bool begins = (y[axis] == 1) != (run != 1);
            run += begins ? 1 : 0;
            if (run > 2 || (sizes[run] > 1 && strides[run] != stride * size))
            {
                return null;
            }

            (sizes[run], strides[run]) = (sizes[run] * size, stride);
        }

        return run == 2 && strides[0] >= sizes[1] * strides[1] && sizes[0] > 1 && strides[1] > 0 && strides[2] == 1
            ? new(sizes[1], strides[1], sizes[0], strides[0], sizes[2]) : null;
    }
}

/// <summary>Reduces pieces of the rows; a piece a part.</summary>
internal readonly unsafe struct SegmentedReduction<TLane, TOp>(TOp op, float* x, float* y, SegmentedRows rows) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
    where TOp : unmanaged, IReduction
{
    public void Execute(int part)
    {
        var plan = rows.Plan;
        int first = part % plan.Pieces * plan.PieceLength, length = Math.Min(plan.PieceLength, plan.Reduced - first);
        float* row = x + ((nint)(part / plan.Pieces) * rows.RowStride);
        new RowReduction<TLane, TOp>(op).Run(
            new Segments(row, first, rows.SegmentStride, rows.Length, Scratch.Rent(Reductions.PairwiseBase)), 1, length, y + part);
    }

    /// <summary>One row from an element on: as it lies, but what is in two segments or more is gathered.</summary>
    private readonly struct Segments(float* begin, int start, nint stride, int segment, float* gathered) : IRows<Segments>
    {
        public float* Block(int row, int first, int count)
        {
            int i = (start + first) / segment, from = start + first - (i * segment);
            if (from + count <= segment)
            {
                return begin + (i * stride) + from;
            }

            for (int at = 0, n; at < count; at += n, i++, from = 0)
            {
                n = Math.Min(segment - from, count - at);
                new ReadOnlySpan<float>(begin + (i * stride) + from, n).CopyTo(new Span<float>(gathered + at, n));
            }

            return gathered;
        }

        public Segments From(int first) => new(begin, start + first, stride, segment, gathered);
    }
}
