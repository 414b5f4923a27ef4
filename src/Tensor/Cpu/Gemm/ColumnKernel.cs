using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LisNative.Cpu;

/// <summary>
/// Some rows times one column: y[i] = bias + Σₖ x[i, k] · w[k], each sum in the order of k as in any other product. What rows have in
/// registers would be one element of each: sixteen rows are turned in registers where these are wide enough. Elsewhere each element is
/// taken from memory as it lies, for eight rows side by side, which hide each other's latency.
/// </summary>
internal static unsafe class ColumnKernel
{
    private const int Rows = 8, Turned = 16;

    internal static void Run(float* x, nint row, int rows, float* w, nint step, int length, float bias, float* y, nint yStep)
    {
        int i = 0;
        for (; Avx512F.IsSupported && length >= Turned && i <= rows - Turned; i += Turned)
        {
            Sixteen(x + (i * row), row, w, step, length, bias, y + (i * yStep), yStep);
        }

        for (; i <= rows - Rows; i += Rows)
        {
            Eight(x + (i * row), row, w, step, length, bias, y + (i * yStep), yStep);
        }

        for (; i < rows; i++)
        {
            float* a = x + (i * row);
            float sum = bias;
            for (int k = 0; k < length; k++)
            {
                sum = MathF.FusedMultiplyAdd(a[k], w[k * step], sum);
            }

            y[i * yStep] = sum;
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private static void Eight(float* x, nint row, float* w, nint step, int length, float bias, float* y, nint yStep)
    {
        float s0 = bias, s1 = bias, s2 = bias, s3 = bias, s4 = bias, s5 = bias, s6 = bias, s7 = bias;
        nint row2 = 2 * row, row3 = 3 * row;
        float* p = x, q = x + (4 * row);
        for (int k = 0; k < length; k++, p++, q++, w += step)
        {
            float b = *w;
            s0 = MathF.FusedMultiplyAdd(*p, b, s0);
            s1 = MathF.FusedMultiplyAdd(p[row], b, s1);
            s2 = MathF.FusedMultiplyAdd(p[row2], b, s2);
            s3 = MathF.FusedMultiplyAdd(p[row3], b, s3);
            s4 = MathF.FusedMultiplyAdd(*q, b, s4);
            s5 = MathF.FusedMultiplyAdd(q[row], b, s5);
            s6 = MathF.FusedMultiplyAdd(q[row2], b, s6);
            s7 = MathF.FusedMultiplyAdd(q[row3], b, s7);
        }

        (y[0], y[yStep], y[2 * yStep], y[3 * yStep]) = (s0, s1, s2, s3);
        (y[4 * yStep], y[5 * yStep], y[6 * yStep], y[7 * yStep]) = (s4, s5, s6, s7);
    }

    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private static void Sixteen(float* x, nint row, float* w, nint step, int length, float bias, float* y, nint yStep)
    {
        var sum = Vector512.Create(bias);
        var columns = stackalloc Vector512<float>[Turned];
        float* results = (float*)columns;
        int k = 0;
        for (; k <= length - Turned; k += Turned)
        {
            Turn(x + k, row, columns);
            for (int i = 0; i < Turned; i++, w += step)
            {
                sum = Vector512.FusedMultiplyAdd(columns[i], Vector512.Create(*w), sum);
            }
        }

        sum.Store(results);
        for (; k < length; k++, w += step)
        {
            for (int i = 0; i < Turned; i++)
            {
                results[i] = MathF.FusedMultiplyAdd(x[(i * row) + k], *w, results[i]);
            }
        }

        for (int i = 0; i < Turned; i++)
        {
            y[i * yStep] = results[i];
        }
    }

    /// <summary>columns[j] = element j of sixteen rows of sixteen: squares of four by four, then the squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(float* x, nint row, Vector512<float>* columns)
    {
        for (int i = 0; i < Turned; i += 4, x += 4 * row)
        {
            Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + row), c = Vector512.Load(x + (2 * row)),
                d = Vector512.Load(x + (3 * row));
            Vector512<float> even = Avx512F.UnpackLow(a, c), odd = Avx512F.UnpackLow(b, d), even2 = Avx512F.UnpackHigh(a, c),
                odd2 = Avx512F.UnpackHigh(b, d);
            columns[i] = Avx512F.UnpackLow(even, odd);
            columns[i + 1] = Avx512F.UnpackHigh(even, odd);
            columns[i + 2] = Avx512F.UnpackLow(even2, odd2);
            columns[i + 3] = Avx512F.UnpackHigh(even2, odd2);
        }

        for (int j = 0; j < 4; j++)
        {
            var column = columns + j;
            Vector512<float> low = Avx512F.Shuffle4x128(column[0], column[4], 0x44),
                high = Avx512F.Shuffle4x128(column[0], column[4], 0xEE),
                low2 = Avx512F.Shuffle4x128(column[8], column[12], 0x44),
                high2 = Avx512F.Shuffle4x128(column[8], column[12], 0xEE);
            column[0] = Avx512F.Shuffle4x128(low, low2, 0x88);
            column[4] = Avx512F.Shuffle4x128(low, low2, 0xDD);
            column[8] = Avx512F.Shuffle4x128(high, high2, 0x88);
            column[12] = Avx512F.Shuffle4x128(high, high2, 0xDD);
        }
    }
}
