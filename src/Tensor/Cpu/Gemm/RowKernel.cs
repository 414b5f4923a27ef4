using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// One row times a matrix: c[j] = init[j] + Σ_k a[k·step] · b[k·row + j] for eight registers of columns. Every weight is used once, so what
/// counts is that memory is read in long pieces; the order of summation is the micro-kernel's.
/// </summary>
internal static unsafe class RowKernel<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Panels of the micro-kernel that it covers.</summary>
    internal const int Panels = 4;

    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void Multiply(float* a, nint step, float* b, nint row, int length, float* init, float* c)
    {
        nint w = TLane.Width;
        TLane x0 = TLane.Load(init), x1 = TLane.Load(init + w), x2 = TLane.Load(init + (2 * w)), x3 = TLane.Load(init + (3 * w));
        init += 4 * w;
        TLane x4 = TLane.Load(init), x5 = TLane.Load(init + w), x6 = TLane.Load(init + (2 * w)), x7 = TLane.Load(init + (3 * w));
        for (int k = 0; k < length; k++, a += step, b += row)
        {
            TLane z = TLane.Create(*a);
            float* half = b + (4 * w);
            x0 = TLane.Fma(z, TLane.Load(b), x0);
            x1 = TLane.Fma(z, TLane.Load(b + w), x1);
            x2 = TLane.Fma(z, TLane.Load(b + (2 * w)), x2);
            x3 = TLane.Fma(z, TLane.Load(b + (3 * w)), x3);
            x4 = TLane.Fma(z, TLane.Load(half), x4);
            x5 = TLane.Fma(z, TLane.Load(half + w), x5);
            x6 = TLane.Fma(z, TLane.Load(half + (2 * w)), x6);
            x7 = TLane.Fma(z, TLane.Load(half + (3 * w)), x7);
        }

        TLane.Store(x0, c);
        TLane.Store(x1, c + w);
        TLane.Store(x2, c + (2 * w));
        TLane.Store(x3, c + (3 * w));
        c += 4 * w;
        TLane.Store(x4, c);
        TLane.Store(x5, c + w);
        TLane.Store(x6, c + (2 * w));
        TLane.Store(x7, c + (3 * w));
    }
}
