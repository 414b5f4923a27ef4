using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// One side of a group's tile: how many rows its operand gives, and the threads that bring them. Types, so that the compiler sees
/// constants.
/// </summary>
internal interface ISide
{
    /// <summary>A power of two.</summary>
    static abstract int Rows { get; }

    static abstract int Threads { get; }
}

/// <summary>The left operand: the tile's rows.</summary>
internal readonly struct LeftSide<TTile, TThreads> : ISide
    where TTile : struct, ITile<TTile>
    where TThreads : struct, IThreads
{
    public static int Rows => TThreads.Rows * 4 * TTile.RowBlocks;

    public static int Threads => TThreads.Rows * TThreads.Columns;
}

/// <summary>The right operand: the tile's columns.</summary>
internal readonly struct RightSide<TTile, TThreads> : ISide
    where TTile : struct, ITile<TTile>
    where TThreads : struct, IThreads
{
    public static int Rows => TThreads.Columns * 4 * TTile.ColumnBlocks;

    public static int Threads => TThreads.Rows * TThreads.Columns;
}

/// <summary>
/// One operand's way through shared memory, [buffer, depth, row]: every thread brings one or two loads of four. Rows are one word of 16
/// bytes longer than the tile, so that loads along the sum are stored into different banks.
/// </summary>
internal readonly struct SharedTile<TOperand, TSide>(ArrayView<Float4> data, TOperand operand, int firstRow)
    where TOperand : struct, IOperand<TOperand>
    where TSide : struct, ISide
{
    /// <summary>Terms of the sum brought in at a time.</summary>
    internal const int Depth = 8;

    internal readonly ArrayView<Float4> Data = data;
    private readonly Cursor cursor0 = operand.Row(firstRow + Row(Group.IdxX)),
        cursor1 = operand.Row(firstRow + Row(Group.IdxX + TSide.Threads));

    /// <summary>Words of 16 bytes from one term to the next.</summary>
    internal static int Pitch => (TSide.Rows / 4) + 1;

    private static int Loads => TSide.Rows * Depth / 4;

    internal (Float4 First, Float4 Second) Load(TOperand operand, int depth, int end)
    {
        int thread = Group.IdxX;
        return (operand.Load(cursor0, depth + DepthOf(thread), end, Brings(thread)),
            TSide.Threads < Loads ? operand.Load(cursor1, depth + DepthOf(thread + TSide.Threads), end) : default);
    }

    internal void Store((Float4 First, Float4 Second) loaded, int buffer)
    {
        int thread = Group.IdxX;
        if (Brings(thread))
        {
            Store(loaded.First, thread, buffer);
        }

        if (TSide.Threads < Loads)
        {
            Store(loaded.Second, thread + TSide.Threads, buffer);
        }
    }

    /// <summary>Whether a thread has a first load; known to the compiler where all have.</summary>
    private static bool Brings(int thread) => TSide.Threads <= Loads || thread < Loads;

    private static int Row(int load) => TOperand.AlongDepth ? load / (Depth / 4) : (load & ((TSide.Rows / 4) - 1)) * 4;

    private static int DepthOf(int load) => TOperand.AlongDepth ? (load & ((Depth / 4) - 1)) * 4 : load / (TSide.Rows / 4);

    private void Store(Float4 value, int load, int buffer)
    {
        int at = ((buffer * Depth) + DepthOf(load)) * Pitch;
        if (!TOperand.AlongDepth)
        {
            Data[at + (Row(load) / 4)] = value;
            return;
        }

        var words = Data.Cast<float>().SubView((4 * at) + Row(load));
        words[0] = value.X;
        words[4 * Pitch] = value.Y;
        words[8 * Pitch] = value.Z;
        words[12 * Pitch] = value.W;
    }
}
