namespace LisNative;

/// <summary>How a convolution steps over its image, the same along both axes.</summary>
/// <param name="Stride">Distance between neighbouring outputs, in input pixels.</param>
/// <param name="Padding">Zeros added at each border.</param>
/// <param name="Dilation">Distance between neighbouring taps of the kernel.</param>
/// <param name="Groups">Runs into which the channels of input and output are cut, each output run computed from its input run alone; a
/// weight is then [K, C / Groups, R, S].</param>
public readonly record struct ConvGeometry(int Stride, int Padding = 0, int Dilation = 1, int Groups = 1)
{
    /// <summary>Output size of a convolution along one axis: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.</summary>
    public int Output(int size, int kernel) =>
        (int)Math.Clamp((size + (2L * Padding) - ((long)Dilation * (kernel - 1)) - 1 + Stride) / Stride, int.MinValue, int.MaxValue);

    /// <summary>
    /// Smallest input size that a convolution takes to <paramref name="size"/>: what a transposed convolution returns by default.
    /// </summary>
    public int TransposedOutput(int size, int kernel) => ((size - 1) * Stride) - (2 * Padding) + (Dilation * (kernel - 1)) + 1;

    /// <summary>Whether x [N, C, H, W], w [K, C / Groups, R, S] and y [N, K, P, Q] belong together.</summary>
    internal bool Takes(Shape x, Shape w, Shape y) =>
        x.Rank == 4 && w.Rank == 4 && y.Rank == 4 && Stride >= 1 && Padding >= 0 && Dilation >= 1 && Groups >= 1 && Fits(x)
        && x[0] == y[0] && x[1] == (long)w[1] * Groups && w[0] % Groups == 0 && w[0] == y[1]
        && Output(x[2], w[2]) == y[2] && Output(x[3], w[3]) == y[3];

    /// <summary>Whether an image with its border can be counted.</summary>
    private bool Fits(Shape x) => Math.Max(1, x[1]) * (x[2] + (2.0 * Padding)) * (x[3] + (2.0 * Padding)) <= int.MaxValue;

    /// <summary>The shape [N, K, P, Q] of the convolution of x [N, C, H, W] with w [K, C / Groups, R, S].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit; the message names both.</exception>
    public Shape Output(Shape x, Shape w)
    {
        if (x.Rank != 4 || w.Rank != 4)
        {
            throw new ArgumentException($"Conv2d: input {x} and weight {w} must both have 4 axes");
        }

        if (Stride < 1 || Padding < 0 || Dilation < 1 || Groups < 1)
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

        int p = Output(x[2], w[2]), q = Output(x[3], w[3]);
        return p > 0 && q > 0 && Fits(x) ? [x[0], w[0], p, q]
            : throw new ArgumentException($"Conv2d: weight {w} does not fit into input {x} with padding {Padding} and dilation {Dilation}");
    }
}
