using System.Runtime.CompilerServices;
using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>One row of four results in registers.</summary>
internal struct Row4
{
    private float a, b, c, d;

    internal readonly Float4 Value => new(a, b, c, d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(float x, Float4 y)
    {
        a = Intrinsics.FusedMultiplyAdd(x, y.X, a);
        b = Intrinsics.FusedMultiplyAdd(x, y.Y, b);
        c = Intrinsics.FusedMultiplyAdd(x, y.Z, c);
        d = Intrinsics.FusedMultiplyAdd(x, y.W, d);
    }
}

/// <summary>4 × 4 results in registers. GPU code unrolls no loop and indexes no register: unrolling is composition.</summary>
internal struct Block4x4
{
    private Row4 r0, r1, r2, r3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Float4 x, Float4 y)
    {
        r0.Add(x.X, y);
        r1.Add(x.Y, y);
        r2.Add(x.Z, y);
        r3.Add(x.W, y);
    }

    internal readonly void Store<TSink>(TSink sink, int row, int column) where TSink : struct, ISink
    {
        for (int i = 0; i < 4; i++)
        {
            var r = i == 0 ? r0 : i == 1 ? r1 : i == 2 ? r2 : r3;
            sink.Store(row + i, column, r.Value);
        }
    }
}

/// <summary>What takes a thread's results.</summary>
internal interface ISink
{
    void Store(int row, int column, Float4 value);
}

/// <summary>
/// The results of one thread: blocks of 4 × 4, each <c>rowStep</c> rows and <c>columnStep</c> columns from the next, so that neighbouring
/// threads read neighbouring words.
/// </summary>
/// <typeparam name="TSelf">The tile itself.</typeparam>
internal interface ITile<TSelf> where TSelf : struct, ITile<TSelf>
{
    /// <summary>Rows and columns of blocks.</summary>
    static abstract int RowBlocks { get; }

    /// <inheritdoc cref="RowBlocks"/>
    static abstract int ColumnBlocks { get; }

    /// <summary>Adds the outer product of one column of left and one row of right.</summary>
    void Add(ArrayView<Float4> left, int row, int rowStep, ArrayView<Float4> right, int column, int columnStep);

    /// <summary>Hands all results over.</summary>
    void Store<TSink>(TSink sink, int row, int rowStep, int column, int columnStep) where TSink : struct, ISink;
}

/// <summary>4 × 4 results a thread.</summary>
internal struct Tile4x4 : ITile<Tile4x4>
{
    private Block4x4 block;

    public static int RowBlocks => 1;

    public static int ColumnBlocks => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ArrayView<Float4> left, int row, int rowStep, ArrayView<Float4> right, int column, int columnStep) =>
        block.Add(left[row], right[column]);

    public readonly void Store<TSink>(TSink sink, int row, int rowStep, int column, int columnStep) where TSink : struct, ISink =>
        block.Store(sink, row, column);
}

/// <summary>8 × 4 results a thread.</summary>
internal struct Tile8x4 : ITile<Tile8x4>
{
    private Block4x4 upper, lower;

    public static int RowBlocks => 2;

    public static int ColumnBlocks => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ArrayView<Float4> left, int row, int rowStep, ArrayView<Float4> right, int column, int columnStep)
    {
        var y = right[column];
        upper.Add(left[row], y);
        lower.Add(left[row + rowStep], y);
    }

    public readonly void Store<TSink>(TSink sink, int row, int rowStep, int column, int columnStep) where TSink : struct, ISink
    {
        upper.Store(sink, row, column);
        lower.Store(sink, row + rowStep, column);
    }
}

/// <summary>8 × 8 results a thread: 64 multiply-adds for four loads.</summary>
internal struct Tile8x8 : ITile<Tile8x8>
{
    private Block4x4 upperLeft, upperRight, lowerLeft, lowerRight;

    public static int RowBlocks => 2;

    public static int ColumnBlocks => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ArrayView<Float4> left, int row, int rowStep, ArrayView<Float4> right, int column, int columnStep)
    {
        Float4 x0 = left[row], x1 = left[row + rowStep], y0 = right[column], y1 = right[column + columnStep];
        upperLeft.Add(x0, y0);
        upperRight.Add(x0, y1);
        lowerLeft.Add(x1, y0);
        lowerRight.Add(x1, y1);
    }

    public readonly void Store<TSink>(TSink sink, int row, int rowStep, int column, int columnStep) where TSink : struct, ISink
    {
        upperLeft.Store(sink, row, column);
        upperRight.Store(sink, row, column + columnStep);
        lowerLeft.Store(sink, row + rowStep, column);
        lowerRight.Store(sink, row + rowStep, column + columnStep);
    }
}

/// <summary>How the threads of a group stand.</summary>
internal interface IThreads
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }
}

/// <summary>256 threads.</summary>
internal readonly struct Threads16x16 : IThreads
{
    public static int Rows => 16;

    public static int Columns => 16;
}

/// <summary>128 threads, for products of few columns.</summary>
internal readonly struct Threads16x8 : IThreads
{
    public static int Rows => 16;

    public static int Columns => 8;
}
