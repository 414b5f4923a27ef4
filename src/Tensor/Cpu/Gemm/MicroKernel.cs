using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// What the micro-kernel computes: c[i, j] = init[i, j] + Σ_g Σ_k a[i·ARow + k·AStep + g·ASegment] · b[k·BStep + g·BSegment + j]
/// for i &lt; rows, j &lt; two registers, k &lt; Length, g &lt; Segments.
/// </summary>
/// <remarks>
/// The sum over k in segments is what makes a convolution a matrix product without copying: for one row of a kernel the taps
/// and channels of a channels-last image are contiguous, and the next row of the kernel is a constant distance away.
/// Init with row stride 0 is a bias; Init = C accumulates.
/// </remarks>
internal unsafe struct Tile
{
    internal float* A;
    internal nint ARow, AStep, ASegment;
    internal float* B;
    internal nint BStep, BSegment;
    internal int Length, Segments;
    internal float* Init;
    internal nint InitRow;
    internal float* C;
    internal nint CRow;

    /// <summary>What to ask for meanwhile, a line with each k; or null.</summary>
    internal Prefetch* Next;
}

/// <summary>
/// A register-blocked outer product: up to 14 rows by two registers of accumulators, one broadcast and two loads feeding
/// two fused multiply-adds a row. The number of rows is a type, so that the JIT compiles each height without branches and
/// keeps every accumulator in a register.
/// </summary>
internal static unsafe class MicroKernel<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Columns of a tile.</summary>
    internal static int Columns => 2 * TLane.Width;

    /// <summary>Rows whose accumulators fit the register file: 14·2 + 3 of 32 registers, 6·2 + 3 of 16.</summary>
    internal static int MaxRows => TLane.Width == 16 || Avx512F.VL.IsSupported || AdvSimd.IsSupported ? 14 : 6;

    /// <summary>
    /// All of a product whose columns are whole panels: the tile stands at its first corner, and b at the first of its panels.
    /// </summary>
    internal static void Cover(Tile tile, int rows, int columns, nint panelStride)
    {
        var corner = tile;
        int tiles = (rows + MaxRows - 1) / MaxRows;
        for (int panel = 0; panel < columns / Columns; panel++)
        {
            tile.B = corner.B + (panel * panelStride);
            for (int i = 0; i < tiles; i++)
            {
                int first = rows * i / tiles;
                tile.A = corner.A + (first * tile.ARow);
                tile.Init = corner.Init + (first * tile.InitRow) + (panel * Columns);
                tile.C = corner.C + (first * tile.CRow) + (panel * Columns);
                Multiply((rows * (i + 1) / tiles) - first, tile);
            }
        }
    }

    internal static void Multiply(int rows, in Tile tile)
    {
        switch (rows)
        {
            case 1: Multiply<Rows1>(tile); break;
            case 2: Multiply<Rows2>(tile); break;
            case 3: Multiply<Rows3>(tile); break;
            case 4: Multiply<Rows4>(tile); break;
            case 5: Multiply<Rows5>(tile); break;
            case 6: Multiply<Rows6>(tile); break;
            case 7: Multiply<Rows7>(tile); break;
            case 8: Multiply<Rows8>(tile); break;
            case 9: Multiply<Rows9>(tile); break;
            case 10: Multiply<Rows10>(tile); break;
            case 11: Multiply<Rows11>(tile); break;
            case 12: Multiply<Rows12>(tile); break;
            case 13: Multiply<Rows13>(tile); break;
            case 14: Multiply<Rows14>(tile); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private static void Multiply<TRows>(in Tile t) where TRows : unmanaged
    {
        float* init = t.Init;

        // Before the accumulators, which the call would drive out of their registers. Some address is asked for in any case: a branch would
        // cost more.
        float* line = t.Next == null ? null : t.Next->Next((nint)t.Length * t.Segments);
        nint lineStep = line == null ? 0 : Prefetch.Line;
        line = line == null ? init : line;
        nint row = t.InitRow, w = TLane.Width;
        TLane x0 = default, y0 = default, x1 = default, y1 = default, x2 = default, y2 = default, x3 = default, y3 = default, x4 = default,
            y4 = default, x5 = default, y5 = default, x6 = default, y6 = default,
            x7 = default, y7 = default, x8 = default, y8 = default, x9 = default, y9 = default, x10 = default, y10 = default, x11 = default,
            y11 = default, x12 = default, y12 = default, x13 = default, y13 = default;
        x0 = TLane.Load(init); y0 = TLane.Load(init + w);
        if (sizeof(TRows) > 1) { x1 = TLane.Load(init + (1 * row)); y1 = TLane.Load(init + (1 * row) + w); }
        if (sizeof(TRows) > 2) { x2 = TLane.Load(init + (2 * row)); y2 = TLane.Load(init + (2 * row) + w); }
        if (sizeof(TRows) > 3) { x3 = TLane.Load(init + (3 * row)); y3 = TLane.Load(init + (3 * row) + w); }
        if (sizeof(TRows) > 4) { x4 = TLane.Load(init + (4 * row)); y4 = TLane.Load(init + (4 * row) + w); }
        if (sizeof(TRows) > 5) { x5 = TLane.Load(init + (5 * row)); y5 = TLane.Load(init + (5 * row) + w); }
        if (sizeof(TRows) > 6) { x6 = TLane.Load(init + (6 * row)); y6 = TLane.Load(init + (6 * row) + w); }
        if (sizeof(TRows) > 7) { x7 = TLane.Load(init + (7 * row)); y7 = TLane.Load(init + (7 * row) + w); }
        if (sizeof(TRows) > 8) { x8 = TLane.Load(init + (8 * row)); y8 = TLane.Load(init + (8 * row) + w); }
        if (sizeof(TRows) > 9) { x9 = TLane.Load(init + (9 * row)); y9 = TLane.Load(init + (9 * row) + w); }
        if (sizeof(TRows) > 10) { x10 = TLane.Load(init + (10 * row)); y10 = TLane.Load(init + (10 * row) + w); }
        if (sizeof(TRows) > 11) { x11 = TLane.Load(init + (11 * row)); y11 = TLane.Load(init + (11 * row) + w); }
        if (sizeof(TRows) > 12) { x12 = TLane.Load(init + (12 * row)); y12 = TLane.Load(init + (12 * row) + w); }
        if (sizeof(TRows) > 13) { x13 = TLane.Load(init + (13 * row)); y13 = TLane.Load(init + (13 * row) + w); }

        // Rows in bytes: one, three and five of them, times one, two and four, reach seven rows from each of two pointers, as x86 addresses
        // memory. So a step takes few instructions but the products'.
        nint s = t.ARow * sizeof(float), s3 = 3 * s, s5 = 5 * s, aStep = t.AStep * sizeof(float), bStep = t.BStep;
        for (int g = 0; g < t.Segments; g++)
        {
            float* b = t.B + (g * t.BSegment);
            byte* p = (byte*)(t.A + (g * t.ASegment)), q = p + (7 * s);
            for (int k = t.Length; k > 0; k--)
            {
                TLane u = TLane.Load(b), v = TLane.Load(b + w);
                Add(p, u, v, ref x0, ref y0);
                if (sizeof(TRows) > 1) { Add(p + s, u, v, ref x1, ref y1); }
                if (sizeof(TRows) > 2) { Add(p + (2 * s), u, v, ref x2, ref y2); }
                if (sizeof(TRows) > 3) { Add(p + s3, u, v, ref x3, ref y3); }
                if (sizeof(TRows) > 4) { Add(p + (4 * s), u, v, ref x4, ref y4); }
                if (sizeof(TRows) > 5) { Add(p + s5, u, v, ref x5, ref y5); }
                if (sizeof(TRows) > 6) { Add(p + (2 * s3), u, v, ref x6, ref y6); }
                if (sizeof(TRows) > 7) { Add(q, u, v, ref x7, ref y7); }
                if (sizeof(TRows) > 8) { Add(q + s, u, v, ref x8, ref y8); }
                if (sizeof(TRows) > 9) { Add(q + (2 * s), u, v, ref x9, ref y9); }
                if (sizeof(TRows) > 10) { Add(q + s3, u, v, ref x10, ref y10); }
                if (sizeof(TRows) > 11) { Add(q + (4 * s), u, v, ref x11, ref y11); }
                if (sizeof(TRows) > 12) { Add(q + s5, u, v, ref x12, ref y12); }
                if (sizeof(TRows) > 13) { Add(q + (2 * s3), u, v, ref x13, ref y13); }
                Prefetch.Request(line);
                line += lineStep;
                p += aStep;
                if (sizeof(TRows) > 7) { q += aStep; }
                b += bStep;
            }
        }

        float* c = t.C;
        row = t.CRow;
        TLane.Store(x0, c); TLane.Store(y0, c + w);
        if (sizeof(TRows) > 1) { TLane.Store(x1, c + (1 * row)); TLane.Store(y1, c + (1 * row) + w); }
        if (sizeof(TRows) > 2) { TLane.Store(x2, c + (2 * row)); TLane.Store(y2, c + (2 * row) + w); }
        if (sizeof(TRows) > 3) { TLane.Store(x3, c + (3 * row)); TLane.Store(y3, c + (3 * row) + w); }
        if (sizeof(TRows) > 4) { TLane.Store(x4, c + (4 * row)); TLane.Store(y4, c + (4 * row) + w); }
        if (sizeof(TRows) > 5) { TLane.Store(x5, c + (5 * row)); TLane.Store(y5, c + (5 * row) + w); }
        if (sizeof(TRows) > 6) { TLane.Store(x6, c + (6 * row)); TLane.Store(y6, c + (6 * row) + w); }
        if (sizeof(TRows) > 7) { TLane.Store(x7, c + (7 * row)); TLane.Store(y7, c + (7 * row) + w); }
        if (sizeof(TRows) > 8) { TLane.Store(x8, c + (8 * row)); TLane.Store(y8, c + (8 * row) + w); }
        if (sizeof(TRows) > 9) { TLane.Store(x9, c + (9 * row)); TLane.Store(y9, c + (9 * row) + w); }
        if (sizeof(TRows) > 10) { TLane.Store(x10, c + (10 * row)); TLane.Store(y10, c + (10 * row) + w); }
        if (sizeof(TRows) > 11) { TLane.Store(x11, c + (11 * row)); TLane.Store(y11, c + (11 * row) + w); }
        if (sizeof(TRows) > 12) { TLane.Store(x12, c + (12 * row)); TLane.Store(y12, c + (12 * row) + w); }
        if (sizeof(TRows) > 13) { TLane.Store(x13, c + (13 * row)); TLane.Store(y13, c + (13 * row) + w); }
    }

    /// <summary>A row's element times two registers of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(byte* a, TLane u, TLane v, ref TLane x, ref TLane y)
    {
        var z = TLane.Create(*(float*)a);
        TLane.AddProduct(ref x, z, u);
        TLane.AddProduct(ref y, z, v);
    }

    // Numbers as types, by their sizes: those are constants when the JIT reads the code, so that it does not even read the rows that a
    // height lacks.
    [StructLayout(LayoutKind.Sequential, Size = 1)] private struct Rows1;
    [StructLayout(LayoutKind.Sequential, Size = 2)] private struct Rows2;
    [StructLayout(LayoutKind.Sequential, Size = 3)] private struct Rows3;
    [StructLayout(LayoutKind.Sequential, Size = 4)] private struct Rows4;
    [StructLayout(LayoutKind.Sequential, Size = 5)] private struct Rows5;
    [StructLayout(LayoutKind.Sequential, Size = 6)] private struct Rows6;
    [StructLayout(LayoutKind.Sequential, Size = 7)] private struct Rows7;
    [StructLayout(LayoutKind.Sequential, Size = 8)] private struct Rows8;
    [StructLayout(LayoutKind.Sequential, Size = 9)] private struct Rows9;
    [StructLayout(LayoutKind.Sequential, Size = 10)] private struct Rows10;
    [StructLayout(LayoutKind.Sequential, Size = 11)] private struct Rows11;
    [StructLayout(LayoutKind.Sequential, Size = 12)] private struct Rows12;
    [StructLayout(LayoutKind.Sequential, Size = 13)] private struct Rows13;
    [StructLayout(LayoutKind.Sequential, Size = 14)] private struct Rows14;
}
