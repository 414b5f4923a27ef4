namespace LisNative;

/// <summary>How a convolution steps over its image. Single numbers, <c>new(2, 1)</c>, are those of both axes and all sides.</summary>
/// <param name="Stride">Distance between neighbouring outputs, in input pixels.</param>
/// <param name="Padding">Zeros added at the borders.</param>
/// <param name="Dilation">Distance between neighbouring taps of the kernel.</param>
/// <param name="Groups">Runs into which the channels of input and output are cut, each output run computed from its input run alone; a
/// weight is then [K, C / Groups, R, S].</param>
public readonly record struct ConvGeometry(PerAxis Stride, Pads Padding = default, PerAxis Dilation = default, int Groups = 1)
{
    /// <summary>What happens along the height.</summary>
    internal ConvAxis Down => new(Stride.H, Padding.Top, Padding.Bottom, Dilation.H);

    /// <summary>What happens along the width.</summary>
    internal ConvAxis Across => new(Stride.W, Padding.Left, Padding.Right, Dilation.W);

    /// <summary>Whether x [N, C, H, W], w [K, C / Groups, R, S] and y [N, K, P, Q] belong together.</summary>
    internal bool Takes(Shape x, Shape w, Shape y) =>
        x.Rank == 4 && w.Rank == 4 && y.Rank == 4 && IsValid && Fits(x)
        && x[0] == y[0] && x[1] == (long)w[1] * Groups && w[0] % Groups == 0 && w[0] == y[1]
        && Down.Output(x[2], w[2]) == y[2] && Across.Output(x[3], w[3]) == y[3];

    /// <summary>How many of so many channels a group has.</summary>
    /// <exception cref="ArgumentException">The groups do not divide them.</exception>
    internal int InGroup(int channels) => Groups >= 1 && channels % Groups == 0 ? channels / Groups
        : throw new ArgumentException($"Conv2d: expected a number of groups that divides {channels} channels, found {Groups}");

    private bool IsValid =>
        Math.Min(Stride.H, Stride.W) >= 1 && Padding.Fewest >= 0 && Math.Min(Dilation.H, Dilation.W) >= 1 && Groups >= 1;

    /// <summary>Whether an image with its border can be counted.</summary>
    private bool Fits(Shape x) =>
        Math.Max(1, x[1]) * ((double)x[2] + Padding.Top + Padding.Bottom) * ((double)x[3] + Padding.Left + Padding.Right) <= int.MaxValue;

    /// <summary>
    /// The shape [N, K, P, Q] of the convolution of x [N, C, H, W] with w [K, C / Groups, R, S]; along each axis ⌊(size + padding −
    /// dilation·(kernel − 1) − 1) / stride⌋ + 1.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit; the message names both.</exception>
    public Shape Output(Shape x, Shape w)
    {
        if (x.Rank != 4 || w.Rank != 4)
        {
            throw new ArgumentException($"Conv2d: input {x} and weight {w} must both have 4 axes");
        }

        if (!IsValid)
        {
            throw new ArgumentException(
                $"Conv2d: stride {Stride}, dilation {Dilation} and groups {Groups} must be at least 1, padding {Padding} at least 0");
        }

        if (x[1] != (long)w[1] * Groups)
        {
            throw new ArgumentException($"Conv2d: input {x} has {x[1]} channels but weight {w} expects {(long)w[1] * Groups}");
        }

        if (w[0] % Groups != 0)
        {
            throw new ArgumentException($"Conv2d: weight {w} has {w[0]} outputs, which {Groups} groups do not divide");
        }

        int p = Down.Output(x[2], w[2]), q = Across.Output(x[3], w[3]);
        return p > 0 && q > 0 && Fits(x) ? [x[0], w[0], p, q]
            : throw new ArgumentException($"Conv2d: weight {w} does not fit into input {x} with padding {Padding} and dilation {Dilation}");
    }

    /// <summary>
    /// The smallest image [N, C, H, W] that a convolution with w [K, C / Groups, R, S] takes to y [N, K, P, Q]: what a transposed
    /// convolution returns by default.
    /// </summary>
    /// <exception cref="ArgumentException">They have no four axes.</exception>
    public Shape TransposedOutput(Shape y, Shape w) => y.Rank == 4 && w.Rank == 4
        ? [y[0], w[1] * Groups, Down.TransposedOutput(y[2], w[2]), Across.TransposedOutput(y[3], w[3])]
        : throw new ArgumentException($"ConvTranspose2d: input {y} and weight {w} must both have 4 axes");

    /// <summary>
    /// This for windows over an image, which are one at least and meet it; padded further where windows count that it ends in.
    /// </summary>
    /// <exception cref="ArgumentException">They do not fit; the message names all sizes.</exception>
    internal ConvGeometry Windows(Shape x, PerAxis kernel, bool ceiling)
    {
        bool fits = x.Rank == 4 && IsValid && Math.Min(kernel.H, kernel.W) >= 1
            && Math.Max(Padding.Top, Padding.Bottom) < kernel.H && Math.Max(Padding.Left, Padding.Right) < kernel.W
            && Down.Output(x[2], kernel.H) > 0 && Across.Output(x[3], kernel.W) > 0;
        return !fits || (double)kernel.H * kernel.W > MostTaps
            ? throw new ArgumentException($"Pool2d: expected a window that fits {x}, with less padding than it has pixels, found kernel "
                + $"{kernel}, stride {Stride}, padding {Padding} and dilation {Dilation}")
            : !ceiling ? this
            : this with { Padding = Padding with { Bottom = Down.Ceiling(x[2], kernel.H), Right = Across.Ceiling(x[3], kernel.W) } };
    }

    /// <summary>The shape [N, C, P, Q] of the windows of x [N, C, H, W].</summary>
    internal Shape Pooled(Shape x, PerAxis kernel) => [x[0], x[1], Down.Output(x[2], kernel.H), Across.Output(x[3], kernel.W)];

    /// <summary>A window's taps have numbers, which are floats: as many as are exact.</summary>
    private const int MostTaps = 1 << 24;
}

/// <summary>A convolution's geometry along one axis.</summary>
/// <param name="Stride">Distance between neighbouring outputs.</param>
/// <param name="Before">Zeros before the first pixel.</param>
/// <param name="After">Zeros after the last.</param>
/// <param name="Dilation">Distance between neighbouring taps.</param>
internal readonly record struct ConvAxis(int Stride, int Before, int After, int Dilation)
{
    /// <summary>The size of the output.</summary>
    internal int Output(int size, int kernel) => (int)Math.Clamp(
        ((long)size + Before + After - ((long)Dilation * (kernel - 1)) - 1 + Stride) / Stride, int.MinValue, int.MaxValue);

    /// <summary>Padding after the last pixel with which the last window counts that begins in the image or before it.</summary>
    internal int Ceiling(int size, int kernel)
    {
        int reach = (Dilation * (kernel - 1)) + 1, windows = (Before + size + After - reach + Stride - 1) / Stride;
        windows -= windows * Stride >= size + Before ? 1 : 0;
        return Math.Max(0, (windows * Stride) + reach - Before - size);
    }

    /// <summary>The smallest size that has such an output.</summary>
    internal int TransposedOutput(int size, int kernel) => ((size - 1) * Stride) - Before - After + (Dilation * (kernel - 1)) + 1;
}
