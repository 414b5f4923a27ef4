using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LisNative.Cpu;

/// <summary>Transposition of a matrix, four by four elements at a time in registers.</summary>
internal static unsafe class TransposeKernel
{
    /// <summary>Elements of a cache line: so many columns at a time, so that each line of the source is read once.</summary>
    private const int Line = 16;

    /// <summary>Every processor but an emulated one.</summary>
    internal static bool CanInterleave => Sse.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>to[j · toRow + i] = from[i · fromRow + j] for i &lt; rows, j &lt; columns.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void Transpose(float* from, nint fromRow, int rows, int columns, float* to, nint toRow)
    {
        if (rows == 3 && toRow == 3 && CanInterleave)
        {
            Triples(from, fromRow, columns, to);
            return;
        }

        if (columns < 4 || rows < 4 || !CanInterleave)
        {
            Narrow(from, fromRow, rows, columns, to, toRow);
            return;
        }

        for (int j0 = 0; j0 < columns; j0 += Line)
        {
            for (int i = 0; i < rows; i += 4)
            {
                // What is left of rows or columns is done with some that are done already.
                int row = Math.Min(i, rows - 4);
                for (int j = j0, end = Math.Min(columns, j0 + Line); j < end; j += 4)
                {
                    int column = Math.Min(j, columns - 4);
                    float* x = from + (row * fromRow) + column;
                    Square(x, x + fromRow, x + (2 * fromRow), x + (3 * fromRow), to + (column * toRow) + row, toRow);
                }
            }
        }
    }

    /// <summary>Fewer than four rows or columns: of few columns, four are read of each row but the last ones.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private static void Narrow(float* from, nint fromRow, int rows, int columns, float* to, nint toRow)
    {
        int i = 0;
        for (; columns < 4 && CanInterleave && i <= rows - 8; i += 4)
        {
            float* x = from + (i * fromRow);
            Square(x, x + fromRow, x + (2 * fromRow), x + (3 * fromRow), out var a, out var b, out var c, out _);
            a.Store(to + i);
            if (columns > 1) { b.Store(to + toRow + i); }
            if (columns > 2) { c.Store(to + (2 * toRow) + i); }
        }

        for (; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                to[(j * toRow) + i] = from[(i * fromRow) + j];
            }
        }
    }

    /// <summary>
    /// Three planes to pixels without gaps: four elements are stored of each pixel, the fourth under the next pixel, which is why the last
    /// ones are done singly.
    /// </summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private static void Triples(float* from, nint plane, int columns, float* to)
    {
        int j = 0;
        for (; j < columns - 4; j += 4)
        {
            float* x = from + j;
            Square(x, x + plane, x + (2 * plane), x, to + (3 * j), 3);
        }

        for (; j < columns; j++)
        {
            (to[3 * j], to[(3 * j) + 1], to[(3 * j) + 2]) = (from[j], from[plane + j], from[(2 * plane) + j]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(float* x0, float* x1, float* x2, float* x3, float* y, nint yRow)
    {
        Square(x0, x1, x2, x3, out var a, out var b, out var c, out var d);
        a.Store(y);
        b.Store(y + yRow);
        c.Store(y + (2 * yRow));
        d.Store(y + (3 * yRow));
    }

    /// <summary>The columns of four rows of four, in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Square(float* x0, float* x1, float* x2, float* x3, out Vector128<float> a, out Vector128<float> b,
        out Vector128<float> c, out Vector128<float> d)
    {
        Vector128<float> r0 = Vector128.Load(x0), r1 = Vector128.Load(x1), r2 = Vector128.Load(x2), r3 = Vector128.Load(x3);
        Vector128<float> even = Low(r0, r2), odd = Low(r1, r3), even2 = High(r0, r2), odd2 = High(r1, r3);
        (a, b, c, d) = (Low(even, odd), High(even, odd), Low(even2, odd2), High(even2, odd2));
    }

    /// <summary>a₀ b₀ a₁ b₁.</summary>
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    /// <summary>a₂ b₂ a₃ b₃.</summary>
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
