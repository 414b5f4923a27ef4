using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// The transforms of <see cref="Winograd3Shape"/>, from the points 0, ±1, ±2 and ∞, in two dimensions: along one axis, then along the
/// other, over vectors of channels. Point (u, v) is number 6u + v.
/// </summary>
internal static unsafe class Winograd3Transforms<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Reach = Winograd3Shape.Reach;

    /// <summary>V of one tile of 6×6 inputs.</summary>
    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void V(float* d, nint row, nint column, int channels, float* to, nint point)
    {
        TLane* half = stackalloc TLane[Winograd3Shape.Points];
        for (int c = 0; c < channels; c += TLane.Width)
        {
            for (int i = 0; i < Reach; i++)
            {
                float* p = d + c + (i * column);
                Inputs(TLane.Load(p), TLane.Load(p + row), TLane.Load(p + (2 * row)), TLane.Load(p + (3 * row)),
                    TLane.Load(p + (4 * row)), TLane.Load(p + (5 * row)), (float*)(half + i), Reach * TLane.Width);
            }

            for (int i = 0; i < Reach; i++)
            {
                TLane* h = half + (i * Reach);
                Inputs(h[0], h[1], h[2], h[3], h[4], h[5], to + c + (i * Reach * point), point);
            }
        }
    }

    /// <summary>Z of one tile of 4×4 outputs.</summary>
    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void Z(float* y, nint row, nint column, int channels, float* to, nint point)
    {
        TLane* half = stackalloc TLane[Winograd3Shape.Side * Reach];
        for (int c = 0; c < channels; c += TLane.Width)
        {
            for (int i = 0; i < Winograd3Shape.Side; i++)
            {
                float* p = y + c + (i * column);
                Outputs(TLane.Load(p), TLane.Load(p + row), TLane.Load(p + (2 * row)), TLane.Load(p + (3 * row)), (float*)(half + i),
                    Winograd3Shape.Side * TLane.Width);
            }

            for (int i = 0; i < Reach; i++)
            {
                TLane* h = half + (i * Winograd3Shape.Side);
                Outputs(h[0], h[1], h[2], h[3], to + c + (i * Reach * point), point);
            }
        }
    }

    /// <summary>U of 3×3 taps, [9][width] to [36] at a distance.</summary>
    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void U(float* taps, int width, float* to, nint point)
    {
        TLane* half = stackalloc TLane[Winograd3Shape.Kernel * Reach];
        for (int c = 0; c < width; c += TLane.Width)
        {
            for (int i = 0; i < Winograd3Shape.Kernel; i++)
            {
                float* p = taps + c + (i * width);
                Taps(TLane.Load(p), TLane.Load(p + (3 * width)), TLane.Load(p + (6 * width)), (float*)(half + i),
                    Winograd3Shape.Kernel * TLane.Width);
            }

            for (int i = 0; i < Reach; i++)
            {
                TLane* h = half + (i * Winograd3Shape.Kernel);
                Taps(h[0], h[1], h[2], to + c + (i * Reach * point), point);
            }
        }
    }

    /// <summary>Zᵀ of a tile, plus a start for each channel.</summary>
    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void ZTransposed(float* m, nint point, float* start, int channels, float* to, nint row, nint column)
    {
        TLane* half = stackalloc TLane[Winograd3Shape.Side * Reach];
        for (int c = 0; c < channels; c += TLane.Width)
        {
            for (int i = 0; i < Reach; i++)
            {
                float* p = m + c + (i * point);
                Results(TLane.Load(p), TLane.Load(p + (6 * point)), TLane.Load(p + (12 * point)), TLane.Load(p + (18 * point)),
                    TLane.Load(p + (24 * point)), TLane.Load(p + (30 * point)), default, (float*)(half + i), Reach * TLane.Width);
            }

            TLane bias = TLane.Load(start + c);
            for (int i = 0; i < Winograd3Shape.Side; i++)
            {
                TLane* h = half + (i * Reach);
                Results(h[0], h[1], h[2], h[3], h[4], h[5], bias, to + c + (i * row), column);
            }
        }
    }

    /// <summary>Uᵀ of 36 sums to 3×3 taps at a distance, or added to them.</summary>
    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void UTransposed(float* m, nint point, int channels, float* to, nint tap, bool starts)
    {
        TLane* half = stackalloc TLane[Winograd3Shape.Kernel * Reach];
        for (int c = 0; c < channels; c += TLane.Width)
        {
            for (int i = 0; i < Reach; i++)
            {
                float* p = m + c + (i * point);
                Sums(TLane.Load(p), TLane.Load(p + (6 * point)), TLane.Load(p + (12 * point)), TLane.Load(p + (18 * point)),
                    TLane.Load(p + (24 * point)), TLane.Load(p + (30 * point)), (float*)(half + i), Reach * TLane.Width, starts: true);
            }

            for (int i = 0; i < Winograd3Shape.Kernel; i++)
            {
                TLane* h = half + (i * Reach);
                Sums(h[0], h[1], h[2], h[3], h[4], h[5], to + c + (i * Winograd3Shape.Kernel * tap), tap, starts);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inputs(TLane d0, TLane d1, TLane d2, TLane d3, TLane d4, TLane d5, float* to, nint step)
    {
        TLane four = TLane.Create(4), five = TLane.Create(5), two = TLane.Create(2);
        TLane even = TLane.FmaNegated(four, d2, d4), odd = TLane.FmaNegated(four, d1, d3), far = d4 - d2, farther = d3 - d1;
        TLane.Store(TLane.Fma(four, d0, TLane.FmaNegated(five, d2, d4)), to);
        TLane.Store(even + odd, to + step);
        TLane.Store(even - odd, to + (2 * step));
        TLane.Store(TLane.Fma(two, farther, far), to + (3 * step));
        TLane.Store(TLane.FmaNegated(two, farther, far), to + (4 * step));
        TLane.Store(TLane.Fma(four, d1, TLane.FmaNegated(five, d3, d5)), to + (5 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Outputs(TLane y0, TLane y1, TLane y2, TLane y3, float* to, nint step)
    {
        TLane even = y0 + y2, odd = y1 + y3, far = TLane.Fma(TLane.Create(4), y2, y0);
        TLane farther = TLane.Fma(TLane.Create(4), y3, y1), two = TLane.Create(2);
        TLane.Store(y0, to);
        TLane.Store(even + odd, to + step);
        TLane.Store(even - odd, to + (2 * step));
        TLane.Store(TLane.Fma(two, farther, far), to + (3 * step));
        TLane.Store(TLane.FmaNegated(two, farther, far), to + (4 * step));
        TLane.Store(y3, to + (5 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Taps(TLane g0, TLane g1, TLane g2, float* to, nint step)
    {
        TLane sixth = TLane.Create(-1 / 6f), outer = g0 + g2, far = TLane.Fma(TLane.Create(4), g2, g0), twice = g1 + g1;
        TLane.Store(g0 * TLane.Create(0.25f), to);
        TLane.Store((outer + g1) * sixth, to + step);
        TLane.Store((outer - g1) * sixth, to + (2 * step));
        TLane.Store((far + twice) * TLane.Create(1 / 24f), to + (3 * step));
        TLane.Store((far - twice) * TLane.Create(1 / 24f), to + (4 * step));
        TLane.Store(g2, to + (5 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Results(TLane m0, TLane m1, TLane m2, TLane m3, TLane m4, TLane m5, TLane start, float* to, nint step)
    {
        TLane near = m1 + m2, apart = m1 - m2, far = m3 + m4, farApart = m3 - m4;
        TLane.Store(m0 + near + far + start, to);
        TLane.Store(TLane.Fma(TLane.Create(2), farApart, apart) + start, to + step);
        TLane.Store(TLane.Fma(TLane.Create(4), far, near) + start, to + (2 * step));
        TLane.Store(TLane.Fma(TLane.Create(8), farApart, apart) + m5 + start, to + (3 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sums(
        TLane m0, TLane m1, TLane m2, TLane m3, TLane m4, TLane m5, float* to, nint step, bool starts)
    {
        TLane sixth = TLane.Create(1 / 6f), near = (m1 + m2) * sixth, apart = (m2 - m1) * sixth, far = (m3 + m4) * sixth;
        Put(TLane.Fma(TLane.Create(0.25f), m0 + far, default(TLane) - near), to, starts);
        Put(TLane.Fma((m3 - m4) * sixth, TLane.Create(0.5f), apart), to + step, starts);
        Put(far - near + m5, to + (2 * step), starts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TLane sum, float* to, bool starts) => TLane.Store(starts ? sum : TLane.Load(to) + sum, to);
}
