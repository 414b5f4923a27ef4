namespace LisNative;

/// <summary>
/// A number along the height of an image and one along its width, as PyTorch's tuples; one number is both, and the default 1.
/// </summary>
public readonly record struct PerAxis
{
    /// <summary>One less each, so that the default is 1.</summary>
    private readonly int h, w;

    /// <summary>Both numbers.</summary>
    public PerAxis(int h, int w) => (this.h, this.w) = (h - 1, w - 1);

    /// <summary>Along the height.</summary>
    public int H => h + 1;

    /// <summary>Along the width.</summary>
    public int W => w + 1;

    /// <summary>The same along both.</summary>
    public static implicit operator PerAxis(int both) => new(both, both);

    /// <summary>One for each.</summary>
    public static implicit operator PerAxis((int H, int W) pair) => new(pair.H, pair.W);

    /// <summary>Both, or one number where they are the same.</summary>
    public override string ToString() => H == W ? $"{H}" : $"({H}, {W})";
}
