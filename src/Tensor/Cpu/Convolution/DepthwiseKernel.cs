using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// What the kernel computes: y[p, c] = init[p, c] + Σ_r Σ_s x[p, r, s, c] · w[r, s, c] for p &lt; Pixels, c &lt; Channels, r &lt; Rows,
/// s &lt; Columns. Channels are neighbours in memory; the other axes have strides.
/// </summary>
internal unsafe struct DepthwiseTile
{
    internal float* X;
    internal nint XPixel, XRow, XColumn;
    internal float* W;
    internal nint WRow, WColumn;

    /// <summary>With stride 0 a bias; Y accumulates.</summary>
    internal float* Init;
    internal nint InitPixel;
    internal float* Y;
    internal nint YPixel;
    internal int Pixels, Rows, Columns, Channels;

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
        for (int i = 0; i < tiles && whole > 0; i++)
        {
            int first = tile.Pixels * i / tiles;
            var part = tile.Part(first, (tile.Pixels * (i + 1) / tiles) - first);
            switch (part.Pixels)
            {
                case 1: Run<Size1>(part); break;
                case 2: Run<Size2>(part); break;
                case 3: Run<Size3>(part); break;
                case 4: Run<Size4>(part); break;
                case 5: Run<Size5>(part); break;
                case 6: Run<Size6>(part); break;
                case 7: Run<Size7>(part); break;
                default: Run<Size8>(part); break;
            }
        }

        if (whole < tile.Channels)
        {
            RunNarrower(tile.From(whole));
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
        nint step = t.XPixel, step2 = 2 * step, step3 = 3 * step, row = t.InitPixel;
        TLane y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        for (nint c = 0; c <= t.Channels - TLane.Width; c += TLane.Width)
        {
            float* init = t.Init + c;
            y0 = TLane.Load(init);
            if (sizeof(TPixels) > 1) { y1 = TLane.Load(init + (1 * row)); }
            if (sizeof(TPixels) > 2) { y2 = TLane.Load(init + (2 * row)); }
            if (sizeof(TPixels) > 3) { y3 = TLane.Load(init + (3 * row)); }
            if (sizeof(TPixels) > 4) { y4 = TLane.Load(init + (4 * row)); }
            if (sizeof(TPixels) > 5) { y5 = TLane.Load(init + (5 * row)); }
            if (sizeof(TPixels) > 6) { y6 = TLane.Load(init + (6 * row)); }
            if (sizeof(TPixels) > 7) { y7 = TLane.Load(init + (7 * row)); }
            for (int r = 0; r < t.Rows; r++)
            {
                float* p0 = t.X + (r * t.XRow) + c, p4 = p0 + (4 * step), w = t.W + (r * t.WRow) + c;
                for (int s = t.Columns; s > 0; s--)
                {
                    var z = TLane.Load(w);
                    y0 = TLane.Fma(TLane.Load(p0), z, y0);
                    if (sizeof(TPixels) > 1) { y1 = TLane.Fma(TLane.Load(p0 + step), z, y1); }
                    if (sizeof(TPixels) > 2) { y2 = TLane.Fma(TLane.Load(p0 + step2), z, y2); }
                    if (sizeof(TPixels) > 3) { y3 = TLane.Fma(TLane.Load(p0 + step3), z, y3); }
                    if (sizeof(TPixels) > 4) { y4 = TLane.Fma(TLane.Load(p4), z, y4); }
                    if (sizeof(TPixels) > 5) { y5 = TLane.Fma(TLane.Load(p4 + step), z, y5); }
                    if (sizeof(TPixels) > 6) { y6 = TLane.Fma(TLane.Load(p4 + step2), z, y6); }
                    if (sizeof(TPixels) > 7) { y7 = TLane.Fma(TLane.Load(p4 + step3), z, y7); }
                    p0 += t.XColumn;
                    if (sizeof(TPixels) > 4) { p4 += t.XColumn; }
                    w += t.WColumn;
                }
            }

            float* to = t.Y + c;
            nint next = t.YPixel;
            TLane.Store(y0, to);
            if (sizeof(TPixels) > 1) { TLane.Store(y1, to + (1 * next)); }
            if (sizeof(TPixels) > 2) { TLane.Store(y2, to + (2 * next)); }
            if (sizeof(TPixels) > 3) { TLane.Store(y3, to + (3 * next)); }
            if (sizeof(TPixels) > 4) { TLane.Store(y4, to + (4 * next)); }
            if (sizeof(TPixels) > 5) { TLane.Store(y5, to + (5 * next)); }
            if (sizeof(TPixels) > 6) { TLane.Store(y6, to + (6 * next)); }
            if (sizeof(TPixels) > 7) { TLane.Store(y7, to + (7 * next)); }
        }
    }
}
