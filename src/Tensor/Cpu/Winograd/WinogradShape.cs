using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Sizes of the Winograd form of a 4×4 convolution of stride 2 between x [C, H, W] and y [K, P, Q]. With r = 2a + b it is a 2×2 convolution
/// of stride 1 over the four sub-images X_b[i] = x[2i + b − padding]: y[p] = Σ_b Σ_a X_b[p + a] · w[2a + b]. Tiles of 2×2 outputs then need
/// 9 multiplications in place of 16 (S. Winograd; F(2×2, 2×2)).
/// </summary>
/// <remarks>
/// In one dimension, with inputs d, taps g and outputs y of a tile, the trilinear form is Σ y_i·g_a·d_{i+a} = (d₀ − d₁)·g₀·y₀ + d₁·(g₀ +
/// g₁)·(y₀ + y₁) + (d₂ − d₁)·g₁·y₁. So V(d) = (d₀ − d₁, d₁, d₂ − d₁), U(g) = (g₀, g₀ + g₁, g₁), Z(y) = (y₀, y₀ + y₁, y₁), and each of the
/// three operations transforms its two arguments, multiplies point by point, and applies the transpose of the third. All coefficients are
/// ±1.
/// </remarks>
internal readonly record struct WinogradShape(int C, int K, int Top, int Left, int Height, int Width, int P, int Q)
{
    /// <summary>Multiplications of a tile, and sub-images.</summary>
    internal const int Points = 9, Subs = 4;

    private const int WantedTiles = 64;

    internal int TileRows => (P + 1) / 2;

    internal int TileColumns => (Q + 1) / 2;

    /// <summary>Tiles of one image.</summary>
    internal int Tiles => TileRows * TileColumns;

    /// <summary>Channels of all sub-images.</summary>
    internal int SubChannels => Subs * C;

    /// <summary>
    /// From one point to the next: its values and a cache line more. All points of a tile are written, and read, together; at a distance of
    /// a multiple of 4 KiB, as sizes that are powers of two give, they would compete for one set of the first-level cache.
    /// </summary>
    internal static nint Point(int tiles, int channels) => ((nint)tiles * channels) + Prefetch.Line;

    /// <summary>The bordered x from which V is taken, in pixels.</summary>
    internal int BorderedHeight => Math.Max(2 * ((2 * TileRows) + 1), Top + Height);

    internal int BorderedWidth => Math.Max(2 * ((2 * TileColumns) + 1), Left + Width);

    internal Border Border => new(Top, Left, BorderedHeight - Top - Height, BorderedWidth - Left - Width);

    /// <summary>Images whose tiles are multiplied together, so that a panel of weights is read for some dozens of them.</summary>
    internal int Group => Math.Max(1, WantedTiles / Tiles);

    /// <summary>
    /// The form of an operation if it has one that saves enough multiplications (tiles hang over odd sizes). A function of the shapes of
    /// one image alone, so that a score does not depend on its batch. Measured: saving a quarter pays; the transposed convolution, whose
    /// results are four times as many as its inputs, needs a third and 64 channels to sum over (docs/evidence/performance.md).
    /// </summary>
    internal static WinogradShape? TryCreate<TLane>(Shape x, Shape w, Shape y, ConvGeometry g, bool transposed)
        where TLane : unmanaged, IVectorLane<TLane>
    {
        var s = new WinogradShape(x[1], w[0], g.Padding.Top, g.Padding.Left, x[2], x[3], y[2], y[3]);
        int columns = MicroKernel<TLane>.Columns;
        bool applies = g.Stride == 2 && g.Dilation == 1 && w[2] == 4 && w[3] == 4 && x[1] % columns == 0 && w[0] % columns == 0
            && (x[2] - 1 + s.Top) / 2 <= y[2] && (x[3] - 1 + s.Left) / 2 <= y[3];
        double saved = 1 - (Points * s.Tiles / (4.0 * s.P * s.Q));
        return applies && (transposed ? saved >= 1.0 / 3 && s.K >= 64 : saved >= 0.25) ? s : null;
    }
}
