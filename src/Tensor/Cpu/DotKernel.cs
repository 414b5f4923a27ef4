using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Few outputs a pixel: c[i, o] = bias[o] + Σ_g Σ_k a[i·ARow + g·ASegment + k] · b[o, g, k], vectors along k, four pixels at a time so
/// that a loaded weight is used four times.
/// </summary>
internal unsafe struct DotKernel<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    internal float* A;
    internal nint ARow, ASegment;
    internal float* B;
    internal int Length, Segments, Outputs;
    internal float* Bias;
    internal float* C;
    internal nint CRow;

    internal readonly void Run(int pixels)
    {
        for (int o = 0; o < Outputs; o++)
        {
            float* b = B + ((nint)o * Segments * Length);
            int i = 0;
            for (; i <= pixels - 4; i += 4)
            {
                Four(A + (i * ARow), b, C + (i * CRow) + o, Bias[o]);
            }

            for (; i < pixels; i++)
            {
                One(A + (i * ARow), b, C + (i * CRow) + o, Bias[o]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Four(float* a, float* b, float* c, float bias)
    {
        TLane x0 = default, x1 = default, x2 = default, x3 = default, y0 = default, y1 = default, y2 = default, y3 = default;
        float r0 = bias, r1 = bias, r2 = bias, r3 = bias;
        nint w = TLane.Width;
        for (int g = 0; g < Segments; g++, a += ASegment, b += Length)
        {
            float* p0 = a, p1 = a + ARow, p2 = p1 + ARow, p3 = p2 + ARow;
            int k = 0;
            for (; k <= Length - (2 * w); k += (int)(2 * w))
            {
                TLane u = TLane.Load(b + k), v = TLane.Load(b + k + w);
                x0 = TLane.Fma(TLane.Load(p0 + k), u, x0);
                y0 = TLane.Fma(TLane.Load(p0 + k + w), v, y0);
                x1 = TLane.Fma(TLane.Load(p1 + k), u, x1);
                y1 = TLane.Fma(TLane.Load(p1 + k + w), v, y1);
                x2 = TLane.Fma(TLane.Load(p2 + k), u, x2);
                y2 = TLane.Fma(TLane.Load(p2 + k + w), v, y2);
                x3 = TLane.Fma(TLane.Load(p3 + k), u, x3);
                y3 = TLane.Fma(TLane.Load(p3 + k + w), v, y3);
            }

            for (; k < Length; k++)
            {
                r0 += p0[k] * b[k];
                r1 += p1[k] * b[k];
                r2 += p2[k] * b[k];
                r3 += p3[k] * b[k];
            }
        }

        c[0] = TLane.Sum(x0 + y0) + r0;
        c[CRow] = TLane.Sum(x1 + y1) + r1;
        c[2 * CRow] = TLane.Sum(x2 + y2) + r2;
        c[3 * CRow] = TLane.Sum(x3 + y3) + r3;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void One(float* a, float* b, float* c, float bias)
    {
        TLane x = default, y = default;
        float rest = bias;
        nint w = TLane.Width;
        for (int g = 0; g < Segments; g++, a += ASegment, b += Length)
        {
            int k = 0;
            for (; k <= Length - (2 * w); k += (int)(2 * w))
            {
                x = TLane.Fma(TLane.Load(a + k), TLane.Load(b + k), x);
                y = TLane.Fma(TLane.Load(a + k + w), TLane.Load(b + k + w), y);
            }

            for (; k < Length; k++)
            {
                rest += a[k] * b[k];
            }
        }

        *c = TLane.Sum(x + y) + rest;
    }
}
