using System.Runtime.CompilerServices;

namespace LisNative.Cpu;

/// <summary>
/// Some rows times one column: y[i] = bias + Σₖ x[i, k] · w[k], each sum in the order of k as in any other product. What rows have in
/// registers would be one element of each, so it is taken from memory as it lies, for eight rows side by side, which hide each other's
/// latency.
/// </summary>
internal static unsafe class ColumnKernel
{
    private const int Rows = 8;

    internal static void Run(float* x, nint row, int rows, float* w, nint step, int length, float bias, float* y, nint yStep)
    {
        int i = 0;
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
}
