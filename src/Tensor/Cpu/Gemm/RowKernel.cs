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
            TLane.AddProduct(ref x0, z, TLane.Load(b));
            TLane.AddProduct(ref x1, z, TLane.Load(b + w));
            TLane.AddProduct(ref x2, z, TLane.Load(b + (2 * w)));
            TLane.AddProduct(ref x3, z, TLane.Load(b + (3 * w)));
            TLane.AddProduct(ref x4, z, TLane.Load(half));
            TLane.AddProduct(ref x5, z, TLane.Load(half + w));
            TLane.AddProduct(ref x6, z, TLane.Load(half + (2 * w)));
            TLane.AddProduct(ref x7, z, TLane.Load(half + (3 * w)));
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
