using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Few outputs a pixel: c[i, o] = bias[o] + Σ_g Σ_k a[i·ARow + g·ASegment + k] · b[o, g, k], vectors along k. So that what is loaded is
/// used several times, the three outputs of colours are computed for two pixels at once, any other output for four; the order of summation
/// is the same.
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

    /// <summary>What to ask for meanwhile, as much as the pixels take.</summary>
    internal Prefetch* Next;

    internal readonly void Run(int pixels)
    {
        int paired = Outputs == 3 ? pixels / 2 * 2 : 0;
        for (int i = 0; i < paired; i += 2)
        {
            Next->Request(2 * ARow / Prefetch.Line);
            TwoByThree(A + (i * ARow), C + (i * CRow));
        }

        for (int o = 0; o < Outputs; o++)
        {
            float* b = B + ((nint)o * Segments * Length);
            int i = paired;
            for (; i <= pixels - 4; i += 4)
            {
                Next->Request(4 * ARow / Prefetch.Line);
                Four(A + (i * ARow), b, C + (i * CRow) + o, Bias[o]);
            }

            for (; i < pixels; i++)
            {
                One(A + (i * ARow), b, C + (i * CRow) + o, Bias[o]);
            }
        }
    }

    /// <summary>Twelve accumulators, three weights and one input: the sixteen registers of AVX2.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private readonly void TwoByThree(float* a, float* c)
    {
        TLane x00 = default, x01 = default, x02 = default, x10 = default, x11 = default, x12 = default;
        TLane y00 = default, y01 = default, y02 = default, y10 = default, y11 = default, y12 = default;
        float r00 = Bias[0], r01 = Bias[1], r02 = Bias[2], r10 = r00, r11 = r01, r12 = r02;
        nint w = TLane.Width, output = (nint)Segments * Length;
        float* b = B;
        for (int g = 0; g < Segments; g++, a += ASegment, b += Length)
        {
            float* p0 = a, p1 = a + ARow, b0 = b, b1 = b + output, b2 = b1 + output;
            int k = 0;
            for (; k <= Length - (2 * w); k += (int)(2 * w))
            {
                TLane u0 = TLane.Load(b0 + k), u1 = TLane.Load(b1 + k), u2 = TLane.Load(b2 + k), z = TLane.Load(p0 + k);
                TLane.AddProduct(ref x00, z, u0);
                TLane.AddProduct(ref x01, z, u1);
                TLane.AddProduct(ref x02, z, u2);
                z = TLane.Load(p1 + k);
                TLane.AddProduct(ref x10, z, u0);
                TLane.AddProduct(ref x11, z, u1);
                TLane.AddProduct(ref x12, z, u2);
                u0 = TLane.Load(b0 + k + w);
                u1 = TLane.Load(b1 + k + w);
                u2 = TLane.Load(b2 + k + w);
                z = TLane.Load(p0 + k + w);
                TLane.AddProduct(ref y00, z, u0);
                TLane.AddProduct(ref y01, z, u1);
                TLane.AddProduct(ref y02, z, u2);
                z = TLane.Load(p1 + k + w);
                TLane.AddProduct(ref y10, z, u0);
                TLane.AddProduct(ref y11, z, u1);
                TLane.AddProduct(ref y12, z, u2);
            }

            for (; k < Length; k++)
            {
                r00 += p0[k] * b0[k];
                r01 += p0[k] * b1[k];
                r02 += p0[k] * b2[k];
                r10 += p1[k] * b0[k];
                r11 += p1[k] * b1[k];
                r12 += p1[k] * b2[k];
            }
        }

        c[0] = TLane.Sum(x00 + y00) + r00;
        c[1] = TLane.Sum(x01 + y01) + r01;
        c[2] = TLane.Sum(x02 + y02) + r02;
        c += CRow;
        c[0] = TLane.Sum(x10 + y10) + r10;
        c[1] = TLane.Sum(x11 + y11) + r11;
        c[2] = TLane.Sum(x12 + y12) + r12;
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
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
                TLane.AddProduct(ref x0, TLane.Load(p0 + k), u);
                TLane.AddProduct(ref y0, TLane.Load(p0 + k + w), v);
                TLane.AddProduct(ref x1, TLane.Load(p1 + k), u);
                TLane.AddProduct(ref y1, TLane.Load(p1 + k + w), v);
                TLane.AddProduct(ref x2, TLane.Load(p2 + k), u);
                TLane.AddProduct(ref y2, TLane.Load(p2 + k + w), v);
                TLane.AddProduct(ref x3, TLane.Load(p3 + k), u);
                TLane.AddProduct(ref y3, TLane.Load(p3 + k + w), v);
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

    [MethodImpl(JitOptions.NoInlineOptimized)]
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
                TLane.AddProduct(ref x, TLane.Load(a + k), TLane.Load(b + k));
                TLane.AddProduct(ref y, TLane.Load(a + k + w), TLane.Load(b + k + w));
            }

            for (; k < Length; k++)
            {
                rest += a[k] * b[k];
            }
        }

        *c = TLane.Sum(x + y) + rest;
    }
}
