using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// Products of at most four columns over a long sum, whose sides both lie along their rows: the gradient of few filters. A thread adds up 4
/// × 4 outer products straight from memory, four on their way together; neighbouring threads take neighbouring rows. Eight threads share
/// each block's sum and join theirs in order. What rows have in common is worked out once and stands in shared memory: the columns, and
/// the term's part of addresses.
/// </summary>
internal readonly struct OuterProduct<TLeft, TRight>(Problem problem, TLeft left, TRight right) : IKernel
    where TLeft : struct, IOperand<TLeft>
    where TRight : struct, IOperand<TRight>
{
    /// <summary>A group's results.</summary>
    internal const int Rows = 4 * RowThreads, Columns = 4;

    /// <summary>Terms of the sum in shared memory at a time: one of each thread.</summary>
    private const int RowThreads = 32, Shares = GpuBackend.GroupSize / RowThreads, Chunk = GpuBackend.GroupSize;

    public void Execute()
    {
        var place = problem.Place(Rows, Columns);
        var x = left.ForLayer(place.Layer);
        var y = right.ForLayer(place.Layer);
        int first = place.Piece * problem.PieceDepth, end = Math.Min(x.Depth, first + problem.PieceDepth), thread = Group.IdxX,
            share = thread / RowThreads, block = thread - (share * RowThreads);
        Cursor rows = x.Row(place.Row + (4 * block)), columns = y.Row(place.Column);
        var shared = SharedMemory.Allocate<Float4>(Shares * Rows);

        // The last loads of all are in vain, and still look for their terms.
        var terms = SharedMemory.Allocate<Float4>(Chunk + (4 * Shares));
        Block4x4 sum = default;
        for (int from = first; from < end; from += Chunk)
        {
            Group.Barrier();
            shared[thread] = y.Load(columns, from + thread, end);
            terms[thread] = x.Term(from + thread).Word;
            Group.Barrier();
            int until = Math.Min(Chunk, end - from);
            for (int i = share; ; i += 4 * Shares)
            {
                Float4 a = Load(x, rows, terms, i, until), b = Load(x, rows, terms, i + Shares, until),
                    c = Load(x, rows, terms, i + (2 * Shares), until), d = Load(x, rows, terms, i + (3 * Shares), until);

                // Where the loop ends stands between loads and their use: the assembler moves no load past it, to need fewer registers.
                if (i >= until)
                {
                    break;
                }

                sum.Add(a, shared[i]);
                sum.Add(b, shared[i + Shares]);
                sum.Add(c, shared[i + (2 * Shares)]);
                sum.Add(d, shared[i + (3 * Shares)]);
            }
        }

        Group.Barrier();
        sum.Store(new SharedRows(shared, Rows), 4 * block, share);
        Group.Barrier();
        if (thread < Rows)
        {
            Float4 total = default;
            for (int i = 0; i < Shares; i++)
            {
                total += shared[(i * Rows) + thread];
            }

            problem.Store(place, place.Row + thread, place.Column, total);
        }
    }

    private static Float4 Load(TLeft x, Cursor rows, ArrayView<Float4> terms, int i, int until) =>
        x.Load(rows, new Cursor(terms[i]), i < until);
}

/// <summary>Rows of four in shared memory; the column says whose share.</summary>
internal readonly struct SharedRows(ArrayView<Float4> shared, int rows) : ISink
{
    public void Store(int row, int column, Float4 value) => shared[(column * rows) + row] = value;
}
