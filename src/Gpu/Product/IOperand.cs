using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// One factor of a product Σ_d left[row, d] · right[column, d], however it lies in memory: a matrix, the patches of images, the taps of
/// filters. What is outside is zero.
/// </summary>
/// <typeparam name="TSelf">The operand itself.</typeparam>
internal interface IOperand<TSelf> where TSelf : struct, IOperand<TSelf>
{
    /// <summary>Whether <see cref="Load"/> returns four neighbours along the sum; else four neighbouring rows.</summary>
    static abstract bool AlongDepth { get; }

    /// <summary>Terms of the sum, for an operand of one layer.</summary>
    int Depth { get; }

    /// <summary>The operand of one layer: one matrix of a batch, one phase of a transposed convolution.</summary>
    TSelf Of(int layer);

    /// <summary>What an address owes to the row, worked out once.</summary>
    Cursor Row(int row);

    /// <summary>Four values from <paramref name="depth"/> on; zeros at and beyond <paramref name="end"/>.</summary>
    Float4 Load(Cursor cursor, int depth, int end);
}

/// <summary>A row of an operand: where it begins, and what else it needs to know of itself; <c>Base</c> is negative outside.</summary>
internal readonly struct Cursor(int start, int h = 0, int w = 0)
{
    internal readonly int Base = start, H = h, W = w;
}

/// <summary>Which way an operand lies.</summary>
internal interface IAlong
{
    /// <summary>Along the sum; else along the rows.</summary>
    static abstract bool Depth { get; }
}

/// <summary>Neighbours in memory are neighbours in the sum.</summary>
internal readonly struct AlongDepth : IAlong
{
    public static bool Depth => true;
}

/// <summary>Neighbours in memory are neighbouring rows.</summary>
internal readonly struct AlongRows : IAlong
{
    public static bool Depth => false;
}

/// <summary>How four values are loaded.</summary>
internal interface IWidth
{
    /// <summary>As one word of 16 aligned bytes; else one by one.</summary>
    static abstract bool IsFour { get; }
}

/// <summary>As one word of 16 aligned bytes.</summary>
internal readonly struct Fours : IWidth
{
    public static bool IsFour => true;
}

/// <summary>One by one.</summary>
internal readonly struct Singles : IWidth
{
    public static bool IsFour => false;
}
