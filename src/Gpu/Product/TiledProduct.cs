using System.Runtime.CompilerServices;
using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// y[layer, row, column] = Σ_d left[layer, row, d] · right[layer, column, d], for matrices and convolutions alike. A group computes one
/// tile of results: eight terms of the sum at a time are brought into shared memory, the next eight are on their way into registers
/// meanwhile (two buffers, one barrier). A long sum over few results is cut into pieces, each a group's; they are written apart and joined
/// in order.
/// </summary>
internal readonly struct TiledProduct<TTile, TThreads, TLeft, TRight>(Problem problem, TLeft left, TRight right) : IKernel
    where TTile : struct, ITile<TTile>
    where TThreads : struct, IThreads
    where TLeft : struct, IOperand<TLeft>
    where TRight : struct, IOperand<TRight>
{
    /// <summary>512 threads may have 128 registers each, 1024 may have 64: as many as the tile takes without local memory.</summary>
    public static int? Resident => (TTile.RowBlocks * TTile.ColumnBlocks == 1 ? 1024 : 512) / LeftSide<TTile, TThreads>.Threads;

    private const int Depth = SharedTile<TLeft, LeftSide<TTile, TThreads>>.Depth;

    private static int Rows => LeftSide<TTile, TThreads>.Rows;

    private static int Columns => RightSide<TTile, TThreads>.Rows;

    public void Execute()
    {
        var place = problem.Place(Rows, Columns);
        var x = left.ForLayer(place.Layer);
        var y = right.ForLayer(place.Layer);
        int first = place.Piece * problem.PieceDepth, end = Math.Min(x.Depth, first + problem.PieceDepth);
        var leftShared = new SharedTile<TLeft, LeftSide<TTile, TThreads>>(
            SharedMemory.Allocate<Float4>(2 * Depth * ((Rows / 4) + 1)), x, place.Row);
        var rightShared = new SharedTile<TRight, RightSide<TTile, TThreads>>(
            SharedMemory.Allocate<Float4>(2 * Depth * ((Columns / 4) + 1)), y, place.Column);
        int threadRow = Group.IdxX / TThreads.Columns, threadColumn = Group.IdxX - (threadRow * TThreads.Columns), buffer = 0;
        var tile = default(TTile);
        var nextLeft = leftShared.Load(x, first, end);
        var nextRight = rightShared.Load(y, first, end);
        leftShared.Store(nextLeft, 0);
        rightShared.Store(nextRight, 0);
        for (int d = first + Depth; d < end; d += Depth)
        {
            nextLeft = leftShared.Load(x, d, end);
            nextRight = rightShared.Load(y, d, end);

            // The assembler takes no load across it: before the multiplication, not after, where it would need fewer registers and all
            // would wait.
            Group.Barrier();
            Multiply(ref tile, leftShared.Data, rightShared.Data, buffer, threadRow, threadColumn);
            buffer ^= 1;
            leftShared.Store(nextLeft, buffer);
            rightShared.Store(nextRight, buffer);
        }

        Group.Barrier();
        Multiply(ref tile, leftShared.Data, rightShared.Data, buffer, threadRow, threadColumn);
        tile.Store(new Sink(problem, place), place.Row + (4 * threadRow), 4 * TThreads.Rows, place.Column + (4 * threadColumn),
            4 * TThreads.Columns);
    }

    /// <summary>Eight outer products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(ref TTile tile, ArrayView<Float4> a, ArrayView<Float4> b, int buffer, int row, int column)
    {
        int rowPitch = SharedTile<TLeft, LeftSide<TTile, TThreads>>.Pitch;
        int columnPitch = SharedTile<TRight, RightSide<TTile, TThreads>>.Pitch;

        // Views of their own: what is left of the indices are constants, which the machine's loads can hold.
        ArrayView<Float4> x = a.SubView((buffer * Depth * rowPitch) + row), y = b.SubView((buffer * Depth * columnPitch) + column);
        tile.Add(x, 0, TThreads.Rows, y, 0, TThreads.Columns);
        tile.Add(x, rowPitch, TThreads.Rows, y, columnPitch, TThreads.Columns);
        tile.Add(x, 2 * rowPitch, TThreads.Rows, y, 2 * columnPitch, TThreads.Columns);
        tile.Add(x, 3 * rowPitch, TThreads.Rows, y, 3 * columnPitch, TThreads.Columns);
        tile.Add(x, 4 * rowPitch, TThreads.Rows, y, 4 * columnPitch, TThreads.Columns);
        tile.Add(x, 5 * rowPitch, TThreads.Rows, y, 5 * columnPitch, TThreads.Columns);
        tile.Add(x, 6 * rowPitch, TThreads.Rows, y, 6 * columnPitch, TThreads.Columns);
        tile.Add(x, 7 * rowPitch, TThreads.Rows, y, 7 * columnPitch, TThreads.Columns);
    }
}

/// <summary>A thread's results go to the target, or, of one piece among several, to the scratch memory.</summary>
internal readonly struct Sink(Problem problem, Place place) : ISink
{
    public void Store(int row, int column, Float4 value) => problem.Store(place, row, column, value);
}
