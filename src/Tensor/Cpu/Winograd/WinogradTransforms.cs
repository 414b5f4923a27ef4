using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// The transforms of <see cref="WinogradShape"/> in two dimensions, over vectors of channels; point (u, v) lies at 3u + v.
/// </summary>
internal static unsafe class WinogradTransforms<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>V of one 3×3 tile of inputs.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void V(float* d, nint row, nint column, int channels, float* to, nint point)
    {
        for (int c = 0; c < channels; c += TLane.Width)
        {
            float* p = d + c, q = to + c;
            TLane x10 = TLane.Load(p + row), x11 = TLane.Load(p + row + column), x12 = TLane.Load(p + row + (2 * column));
            Row(TLane.Load(p) - x10, TLane.Load(p + column) - x11, TLane.Load(p + (2 * column)) - x12, q, point);
            Row(x10, x11, x12, q + (3 * point), point);
            p += 2 * row;
            Row(TLane.Load(p) - x10, TLane.Load(p + column) - x11, TLane.Load(p + (2 * column)) - x12, q + (6 * point), point);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(TLane a, TLane b, TLane c, float* to, nint point)
        {
            TLane.Store(a - b, to);
            TLane.Store(b, to + point);
            TLane.Store(c - b, to + (2 * point));
        }
    }

    /// <summary>Z of one 2×2 tile of outputs.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void Z(float* y, nint row, nint column, int channels, float* to, nint point)
    {
        for (int c = 0; c < channels; c += TLane.Width)
        {
            float* p = y + c, q = to + c;
            TLane x00 = TLane.Load(p), x01 = TLane.Load(p + column), x10 = TLane.Load(p + row), x11 = TLane.Load(p + row + column);
            Row(x00, x01, q, point);
            Row(x00 + x10, x01 + x11, q + (3 * point), point);
            Row(x10, x11, q + (6 * point), point);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(TLane a, TLane b, float* to, nint point)
        {
            TLane.Store(a, to);
            TLane.Store(a + b, to + point);
            TLane.Store(b, to + (2 * point));
        }
    }

    /// <summary>
    /// Zᵀ (and Uᵀ): 2×2 results of one tile, plus a start for each channel; rows and columns beyond the given numbers are dropped.
    /// </summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void Transposed(
        float* m, nint point, float* start, float* to, nint row, nint column, int rows, int columns, int channels)
    {
        for (int c = 0; c < channels; c += TLane.Width)
        {
            float* p = m + c;
            TLane a0 = TLane.Load(p), a1 = TLane.Load(p + point), a2 = TLane.Load(p + (2 * point));
            p += 3 * point;
            TLane b0 = TLane.Load(p), b1 = TLane.Load(p + point), b2 = TLane.Load(p + (2 * point));
            p += 3 * point;
            TLane c0 = TLane.Load(p), c1 = TLane.Load(p + point), c2 = TLane.Load(p + (2 * point));
            TLane bias = TLane.Load(start + c);
            Row(a0 + b0, a1 + b1, a2 + b2, bias, to + c, column, columns);
            if (rows > 1)
            {
                Row(b0 + c0, b1 + c1, b2 + c2, bias, to + c + row, column, columns);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Row(TLane a, TLane b, TLane c, TLane bias, float* to, nint column, int columns)
        {
            TLane.Store(a + b + bias, to);
            if (columns > 1)
            {
                TLane.Store(b + c + bias, to + column);
            }
        }
    }

    /// <summary>
    /// Vᵀ along one axis for all tiles of a line: tile t adds m₀ to position 2t, m₁ − m₀ − m₂ to 2t + 1 and m₂ to 2t + 2. Position i of
    /// <paramref name="count"/> tiles, plus a start.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane VTransposed(float* m, nint point, nint tile, int i, int count, TLane start)
    {
        float* p = m + (i / 2 * tile);
        if ((i & 1) == 1)
        {
            return TLane.Load(p + point) - TLane.Load(p) - TLane.Load(p + (2 * point)) + start;
        }

        TLane here = i / 2 < count ? TLane.Load(p) + start : start;
        return i > 0 ? here + TLane.Load(p - tile + (2 * point)) : here;
    }

    /// <summary>c[rows, columns] = a[rows, depth] · panels.</summary>
    internal static void Multiply(float* a, int rows, int depth, float* panels, int columns, float* zeros, float* c, Prefetch* next)
    {
        int width = MicroKernel<TLane>.Columns;
        var tile = new Tile
        {
            A = a,
            ARow = depth,
            AStep = 1,
            B = panels,
            BStep = width,
            Length = depth,
            Segments = 1,
            Init = zeros,
            C = c,
            CRow = columns,
            Next = next
        };
        MicroKernel<TLane>.Cover(tile, rows, columns, (nint)depth * width);
    }
}
