using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// Products of at most four columns over a long sum, whose sides both lie along their rows: the gradient of few filters. A thread adds up 4 × 4 outer products straight from memory, two at a
/// time; neighbouring threads take neighbouring rows. Eight threads share each block's sum and join theirs in order.
/// </summary>
internal readonly struct OuterProduct<TLeft, TRight>(Problem problem, TLeft left, TRight right) : IKernel
    where TLeft : struct, IOperand<TLeft>
    where TRight : struct, IOperand<TRight>
{
    /// <summary>A group's results.</summary>
    internal const int Rows = 4 * RowThreads, Columns = 4;

    private const int RowThreads = 32, Shares = GpuBackend.GroupSize / RowThreads;

    public void Run()
    {
        var place = problem.Place(Rows, Columns);
        var x = left.Of(place.Layer);
        var y = right.Of(place.Layer);
        int first = place.Piece * problem.PieceDepth, end = Math.Min(x.Depth, first + problem.PieceDepth), share = Group.IdxX / RowThreads, block = Group.IdxX - (share * RowThreads);
        Cursor rows = x.Row(place.Row + (4 * block)), columns = y.Row(place.Column);
        Block4x4 sum = default;
        for (int d = first + share; d < end; d += 2 * Shares)
        {
            Float4 a = x.Load(rows, d, end), b = y.Load(columns, d, end), nextA = x.Load(rows, d + Shares, end), nextB = y.Load(columns, d + Shares, end);
            sum.Add(a, b);
            sum.Add(nextA, nextB);
        }

        var shared = SharedMemory.Allocate<Float4>(Shares * Rows);
        sum.Store(new SharedRows(shared, Rows), 4 * block, share);
        Group.Barrier();
        int row = Group.IdxX;
        if (row < Rows)
        {
            Float4 total = default;
            for (int i = 0; i < Shares; i++)
            {
                total += shared[(i * Rows) + row];
            }

            problem.Store(place, place.Row + row, place.Column, total);
        }
    }
}

/// <summary>Rows of four in shared memory; the column says whose share.</summary>
internal readonly struct SharedRows(ArrayView<Float4> shared, int rows) : ISink
{
    public void Store(int row, int column, Float4 value) => shared[(column * rows) + row] = value;
}
