using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Sizes of the Winograd form F(4×4, 3×3) of a 3×3 convolution of stride 1 (Lavin and Gray 2016): a tile of 4×4 outputs needs 36
/// multiplications in place of 144. With inputs d, taps g and outputs y of a tile in one dimension, y = Zᵀ(V(d) · U(g)); the gradient of
/// the weight is Uᵀ(Σ V(d) · Z(y)). A transposed convolution of stride 1 is a convolution with its taps turned around.
/// </summary>
/// <param name="Inputs">Channels that are summed over.</param>
/// <param name="Outputs">Channels of the result.</param>
/// <param name="Top">Rows of zeros before the input.</param>
/// <param name="Left">Columns of zeros before it.</param>
/// <param name="Height">Of the input.</param>
/// <param name="Width">Of the input.</param>
/// <param name="Rows">Of the output.</param>
/// <param name="Columns">Of the output.</param>
internal readonly record struct Winograd3Shape(
    int Inputs, int Outputs, int Top, int Left, int Height, int Width, int Rows, int Columns)
{
    /// <summary>Outputs of a tile along an axis, inputs, multiplications in two dimensions, taps along an axis.</summary>
    internal const int Side = 4, Reach = 6, Points = Reach * Reach, Kernel = 3, Taps = Kernel * Kernel;

    /// <summary>Tiles that a part multiplies together: enough rows for a panel of weights, few enough for the second-level cache.</summary>
    private const int WantedTiles = 56;

    /// <summary>Fewer channels do not pay for the transforms, nor does an image that tiles hang over by too much.</summary>
    private const int FewestChannels = 12;

    private const double LeastSaved = 0.45;

    /// <summary>Floats of transformed weights that stay in a second-level cache.</summary>
    private const long CachedWeights = 1 << 18;

    internal int TileRows => (Rows + Side - 1) / Side;

    internal int TileColumns => (Columns + Side - 1) / Side;

    internal int Tiles => TileRows * TileColumns;

    internal int BorderedHeight => Math.Max((Side * TileRows) + 2, Top + Height);

    internal int BorderedWidth => Math.Max((Side * TileColumns) + 2, Left + Width);

    internal Border Border => new(Top, Left, BorderedHeight - Top - Height, BorderedWidth - Left - Width);

    /// <summary>Channels filled up with zeros to whole registers.</summary>
    internal static int Filled<TLane>(int channels) where TLane : unmanaged, IVectorLane<TLane> =>
        (channels + TLane.Width - 1) / TLane.Width * TLane.Width;

    /// <summary>Filled up to whole panels.</summary>
    internal static int Panelled<TLane>(int channels) where TLane : unmanaged, IVectorLane<TLane> =>
        Panels<TLane>.Count(channels) * MicroKernel<TLane>.Columns;

    /// <summary>From one point to the next; never a multiple of 4 KiB (<see cref="WinogradShape.Point"/>).</summary>
    internal static nint Point(int tiles, int channels) => ((nint)tiles * channels) + Prefetch.Line;

    /// <summary>
    /// Images whose tiles a part takes together, or rows of tiles of one, and runs of panels of outputs that are parts of their own, for so
    /// many threads; it changes no sum. Weights beyond the second-level cache are the most that a few tiles read: there each thread reads
    /// some of them, and transforms all tiles for itself.
    /// </summary>
    internal (int Images, int Rows, int Runs) Part<TLane>(int images, int threads) where TLane : unmanaged, IVectorLane<TLane>
    {
        if ((long)images * Tiles <= WantedTiles && (long)Points * Inputs * Outputs > CachedWeights
            && Panels<TLane>.Count(Outputs) >= threads)
        {
            return (images, TileRows, threads);
        }

        if (Tiles >= WantedTiles || images < threads)
        {
            int strips = Math.Max((Tiles + WantedTiles - 1) / WantedTiles, (threads + images - 1) / images);
            return (1, Math.Max(1, TileRows / strips), 1);
        }

        int most = Math.Clamp(images / threads, 1, WantedTiles / Tiles), rounds = (images + (most * threads) - 1) / (most * threads);
        return ((images + (rounds * threads) - 1) / (rounds * threads), TileRows, 1);
    }

    /// <summary>The form of a convolution, or of a transposed one, if it has one that pays; a function of one image's shape.</summary>
    internal static Winograd3Shape? TryCreate(Shape x, Shape w, Shape y, ConvGeometry g, bool transposed)
    {
        if (g.Stride != 1 || g.Dilation != 1 || g.Padding.Most >= Kernel || w[2] != Kernel || w[3] != Kernel
            || Math.Min(w[0], w[1]) < FewestChannels)
        {
            return null;
        }

        var s = transposed ? new Winograd3Shape(w[0], w[1], Kernel - 1 - g.Padding.Top, Kernel - 1 - g.Padding.Left, y[2], y[3], x[2], x[3])
            : new Winograd3Shape(w[1], w[0], g.Padding.Top, g.Padding.Left, x[2], x[3], y[2], y[3]);
        return 1 - ((double)Points * s.Tiles / (Kernel * Kernel * (double)s.Rows * s.Columns)) >= LeastSaved ? s : null;
    }
}
