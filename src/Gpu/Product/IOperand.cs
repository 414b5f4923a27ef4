using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// One factor of a product Σ_d left[row, d] · right[column, d], however it lies in memory: a matrix, the patches of images, the taps of
/// filters. What is outside is zero.
/// </summary>
/// <typeparam name="TSelf">The operand itself.</typeparam>
internal interface IOperand<TSelf> where TSelf : struct, IOperand<TSelf>
{
    /// <summary>
    /// Whether <see cref="Load(Cursor, int, int, bool)"/> returns four neighbours along the sum; else four neighbouring rows.
    /// </summary>
    static abstract bool AlongDepth { get; }

    /// <summary>Terms of the sum, for an operand of one layer.</summary>
    int Depth { get; }

    /// <summary>The operand of one layer: one matrix of a batch, one phase of a transposed convolution.</summary>
    TSelf ForLayer(int layer);

    /// <summary>The row's part of an address, worked out once.</summary>
    Cursor Row(int row);

    /// <summary>The part of the term of the sum.</summary>
    Cursor Term(int depth);

    /// <summary>
    /// Four values from <paramref name="depth"/> on; zeros at and beyond <paramref name="end"/>, and where they are not wanted. No branch:
    /// what is loaded may come later.
    /// </summary>
    Float4 Load(Cursor row, int depth, int end, bool wanted = true);

    /// <summary>Four neighbouring rows of one term, of an operand that lies along its rows.</summary>
    Float4 Load(Cursor row, Cursor term, bool wanted);

    /// <summary>The first of the four.</summary>
    float LoadOne(Cursor row, int depth, int end);
}

/// <summary>
/// A row's, or a term's, part of an address; the two are added. An element is outside the image where their <c>H</c> or <c>W</c> is;
/// <c>Base</c> is negative for a row outside a matrix.
/// </summary>
internal readonly struct Cursor(int start, int h = 0, int w = 0)
{
    internal readonly int Base = start, H = h, W = w;

    /// <summary>As shared memory holds it, in one word.</summary>
    internal Cursor(Float4 word) : this((int)Interop.FloatAsInt(word.X), (int)Interop.FloatAsInt(word.Y), (int)Interop.FloatAsInt(word.Z))
    {
    }

    internal Float4 Word => new(Interop.IntAsFloat((uint)Base), Interop.IntAsFloat((uint)H), Interop.IntAsFloat((uint)W), 0);
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
