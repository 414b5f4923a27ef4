namespace LisNative;

/// <summary>Pixels added around an image; one number is all four, two are those above and below, and those left and right.</summary>
/// <param name="Top">Rows before the first.</param>
/// <param name="Left">Columns before the first.</param>
/// <param name="Bottom">Rows after the last.</param>
/// <param name="Right">Columns after the last.</param>
public readonly record struct Pads(int Top, int Left, int Bottom, int Right)
{
    /// <summary>The most on a side, and the fewest.</summary>
    internal int Most => Math.Max(Math.Max(Top, Bottom), Math.Max(Left, Right));

    internal int Fewest => Math.Min(Math.Min(Top, Bottom), Math.Min(Left, Right));

    /// <summary>The same on every side.</summary>
    public static implicit operator Pads(int all) => new(all, all, all, all);

    /// <summary>One for each axis, on both of its sides.</summary>
    public static implicit operator Pads((int H, int W) pair) => new(pair.H, pair.W, pair.H, pair.W);

    /// <summary>All four in ONNX's order, or one number where they are the same.</summary>
    public override string ToString() => Most == Fewest ? $"{Top}" : $"({Top}, {Left}, {Bottom}, {Right})";
}
