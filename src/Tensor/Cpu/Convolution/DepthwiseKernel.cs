using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// What the kernel computes: y[l, p, c] = init[l, p, c] + Σ_r Σ_s x[l, p, r, s, c] · w[r, s, c] for l &lt; Lines, p &lt; Pixels, c &lt;
/// Channels, r &lt; Rows, s &lt; Columns. Channels are neighbours in memory; the other axes have strides.
/// </summary>
internal unsafe struct DepthwiseTile
{
    internal float* X;
    internal nint XLine, XPixel, XRow, XColumn;
    internal float* W;
    internal nint WRow, WColumn;

    /// <summary>With strides 0 a bias; Y accumulates.</summary>
    internal float* Init;
    internal nint InitLine, InitPixel;
    internal float* Y;
    internal nint YLine, YPixel;
    internal int Lines, Pixels, Rows, Columns, Channels;

    /// <summary>Some of the pixels.</summary>
    internal readonly DepthwiseTile Part(int first, int count) => this with
    {
        X = X + (first * XPixel),
        Init = Init + (first * InitPixel),
        Y = Y + (first * YPixel),
        Pixels = count,
    };

    /// <summary>The channels from one on.</summary>
    internal readonly DepthwiseTile From(int channel) =>
        this with { X = X + channel, W = W + channel, Init = Init + channel, Y = Y + channel, Channels = Channels - channel };
}

/// <summary>
/// Up to eight pixels in registers, each a vector of channels, so that a weight is loaded once for all of them. The channels that fill no
/// register go through narrower ones, which compute the same bits.
/// </summary>
internal static unsafe class DepthwiseKernel<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    private const int MaxPixels = 8;

    internal static void Run(in DepthwiseTile tile)
    {
        int tiles = (tile.Pixels + MaxPixels - 1) / MaxPixels, whole = tile.Channels / TLane.Width * TLane.Width;
        if (whole > 0)
        {
            // Some tiles have a pixel more than the others.
            int pixels = tile.Pixels / tiles, more = tile.Pixels % tiles * (pixels + 1);
            Run(pixels + 1, tile.Part(0, more));
            Run(pixels, tile.Part(more, tile.Pixels - more));
        }

        if (whole < tile.Channels)
        {
            RunNarrower(tile.From(whole));
        }
    }

    private static void Run(int pixels, in DepthwiseTile tiles)
    {
        if (tiles.Pixels == 0)
        {
            return;
        }

        switch (pixels)
        {
            case 1: Run<Size1>(tiles); break;
            case 2: Run<Size2>(tiles); break;
            case 3: Run<Size3>(tiles); break;
            case 4: Run<Size4>(tiles); break;
            case 5: Run<Size5>(tiles); break;
            case 6: Run<Size6>(tiles); break;
            case 7: Run<Size7>(tiles); break;
            default: Run<Size8>(tiles); break;
        }
    }

    private static void RunNarrower(in DepthwiseTile tile)
    {
        if (TLane.Width > Lane256.Width)
        {
            DepthwiseKernel<Lane256>.Run(tile);
        }
        else if (TLane.Width > Lane128.Width)
        {
            DepthwiseKernel<Lane128>.Run(tile);
        }
        else
        {
            DepthwiseKernel<ScalarLane>.Run(tile);
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private static void Run<TPixels>(in DepthwiseTile t) where TPixels : unmanaged
    {
        nint step = t.XPixel, step2 = 2 * step, step3 = 3 * step, init = t.InitPixel, row = t.YPixel;
        TLane y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        for (nint c = 0; c <= t.Channels - TLane.Width; c += TLane.Width)
        {
            for (int line = 0; line < t.Lines; line++)
            {
                float* x = t.X + (line * t.XLine) + c, y = t.Y + (line * t.YLine) + c, from = t.Init + (line * t.InitLine) + c;
                for (int pixel = 0; pixel < t.Pixels; pixel += sizeof(TPixels))
                {
                    y0 = TLane.Load(from);
                    if (sizeof(TPixels) > 1) { y1 = TLane.Load(from + (1 * init)); }
                    if (sizeof(TPixels) > 2) { y2 = TLane.Load(from + (2 * init)); }
                    if (sizeof(TPixels) > 3) { y3 = TLane.Load(from + (3 * init)); }
                    if (sizeof(TPixels) > 4) { y4 = TLane.Load(from + (4 * init)); }
                    if (sizeof(TPixels) > 5) { y5 = TLane.Load(from + (5 * init)); }
                    if (sizeof(TPixels) > 6) { y6 = TLane.Load(from + (6 * init)); }
                    if (sizeof(TPixels) > 7) { y7 = TLane.Load(from + (7 * init)); }
                    for (int r = 0; r < t.Rows; r++)
                    {
                        float* p0 = x + (r * t.XRow), p4 = p0 + (4 * step), p8 = p4 + (4 * step), w = t.W + (r * t.WRow) + c;
                        int s = t.Columns;
                        for (; s >= 3 && t.XColumn == step; s -= 3)
                        {
                            // Neighbouring taps of neighbouring pixels: each number that is loaded has up to three uses.
                            TLane u = TLane.Load(w), v = TLane.Load(w + t.WColumn), z = TLane.Load(w + (2 * t.WColumn));
                            var p = TLane.Load(p0); TLane.AddProduct(ref y0, u, p);
                            p = TLane.Load(p0 + step); TLane.AddProduct(ref y0, v, p);
                            if (sizeof(TPixels) > 1) { TLane.AddProduct(ref y1, u, p); }
                            p = TLane.Load(p0 + step2); TLane.AddProduct(ref y0, z, p);
                            if (sizeof(TPixels) > 1) { TLane.AddProduct(ref y1, v, p); }
                            if (sizeof(TPixels) > 2) { TLane.AddProduct(ref y2, u, p); }
                            if (sizeof(TPixels) > 1) { p = TLane.Load(p0 + step3); TLane.AddProduct(ref y1, z, p); }
                            if (sizeof(TPixels) > 2) { TLane.AddProduct(ref y2, v, p); }
                            if (sizeof(TPixels) > 3) { TLane.AddProduct(ref y3, u, p); }
                            if (sizeof(TPixels) > 2) { p = TLane.Load(p4); TLane.AddProduct(ref y2, z, p); }
                            if (sizeof(TPixels) > 3) { TLane.AddProduct(ref y3, v, p); }
                            if (sizeof(TPixels) > 4) { TLane.AddProduct(ref y4, u, p); }
                            if (sizeof(TPixels) > 3) { p = TLane.Load(p4 + step); TLane.AddProduct(ref y3, z, p); }
                            if (sizeof(TPixels) > 4) { TLane.AddProduct(ref y4, v, p); }
                            if (sizeof(TPixels) > 5) { TLane.AddProduct(ref y5, u, p); }
                            if (sizeof(TPixels) > 4) { p = TLane.Load(p4 + step2); TLane.AddProduct(ref y4, z, p); }
                            if (sizeof(TPixels) > 5) { TLane.AddProduct(ref y5, v, p); }
                            if (sizeof(TPixels) > 6) { TLane.AddProduct(ref y6, u, p); }
                            if (sizeof(TPixels) > 5) { p = TLane.Load(p4 + step3); TLane.AddProduct(ref y5, z, p); }
                            if (sizeof(TPixels) > 6) { TLane.AddProduct(ref y6, v, p); }
                            if (sizeof(TPixels) > 7) { TLane.AddProduct(ref y7, u, p); }
                            if (sizeof(TPixels) > 6) { p = TLane.Load(p8); TLane.AddProduct(ref y6, z, p); }
                            if (sizeof(TPixels) > 7) { TLane.AddProduct(ref y7, v, p); }
                            if (sizeof(TPixels) > 7) { p = TLane.Load(p8 + step); TLane.AddProduct(ref y7, z, p); }
                            p0 += 3 * step;
                            if (sizeof(TPixels) > 2) { p4 += 3 * step; }
                            if (sizeof(TPixels) > 6) { p8 += 3 * step; }
                            w += 3 * t.WColumn;
                        }

                        for (; s > 0; s--)
                        {
                            var z = TLane.Load(w);
                            TLane.AddProduct(ref y0, z, TLane.Load(p0));
                            if (sizeof(TPixels) > 1) { TLane.AddProduct(ref y1, z, TLane.Load(p0 + step)); }
                            if (sizeof(TPixels) > 2) { TLane.AddProduct(ref y2, z, TLane.Load(p0 + step2)); }
                            if (sizeof(TPixels) > 3) { TLane.AddProduct(ref y3, z, TLane.Load(p0 + step3)); }
                            if (sizeof(TPixels) > 4) { TLane.AddProduct(ref y4, z, TLane.Load(p4)); }
                            if (sizeof(TPixels) > 5) { TLane.AddProduct(ref y5, z, TLane.Load(p4 + step)); }
                            if (sizeof(TPixels) > 6) { TLane.AddProduct(ref y6, z, TLane.Load(p4 + step2)); }
                            if (sizeof(TPixels) > 7) { TLane.AddProduct(ref y7, z, TLane.Load(p4 + step3)); }
                            p0 += t.XColumn;
                            if (sizeof(TPixels) > 4) { p4 += t.XColumn; }
                            w += t.WColumn;
                        }
                    }

                    TLane.Store(y0, y);
                    if (sizeof(TPixels) > 1) { TLane.Store(y1, y + (1 * row)); }
                    if (sizeof(TPixels) > 2) { TLane.Store(y2, y + (2 * row)); }
                    if (sizeof(TPixels) > 3) { TLane.Store(y3, y + (3 * row)); }
                    if (sizeof(TPixels) > 4) { TLane.Store(y4, y + (4 * row)); }
                    if (sizeof(TPixels) > 5) { TLane.Store(y5, y + (5 * row)); }
                    if (sizeof(TPixels) > 6) { TLane.Store(y6, y + (6 * row)); }
                    if (sizeof(TPixels) > 7) { TLane.Store(y7, y + (7 * row)); }
                    x += sizeof(TPixels) * step;
                    y += sizeof(TPixels) * row;
                    from += sizeof(TPixels) * init;
                }
            }
        }
    }
}
