using ILGPU;
using ILGPU.Runtime.Cuda;

namespace LisNative.Gpu.Product;

// One m16n8k8 product of a warp: c[16, 8] += a[16, 8] · b[8, 8] in TF32, a fragment of each in every lane's registers. With g = lane / 4
// and t = lane mod 4 a lane holds (PTX ISA, «Matrix fragments for mma.m16n8k8»)
//   a: (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4)     b: (t, g), (t + 4, g)     c: (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1)

/// <summary>A lane's part of a.</summary>
internal readonly struct LeftFragment(float x0, float x1, float x2, float x3)
{
    internal readonly float X0 = x0, X1 = x1, X2 = x2, X3 = x3;
}

/// <summary>A lane's part of b.</summary>
internal readonly struct RightFragment(float y0, float y1)
{
    internal readonly float Y0 = y0, Y1 = y1;
}

/// <summary>A lane's part of c.</summary>
internal struct Accumulator
{
    internal float C0, C1, C2, C3;
}

/// <summary>A lane's part of the 32 × 8 left factor of a warp: two fragments.</summary>
internal readonly struct LeftFragments(LeftFragment upper, LeftFragment lower)
{
    internal readonly LeftFragment Upper = upper, Lower = lower;
}

/// <summary>A lane's part of the 8 × 32 right factor of a warp: four fragments.</summary>
internal readonly struct RightFragments(RightFragment y0, RightFragment y1, RightFragment y2, RightFragment y3)
{
    internal readonly RightFragment Y0 = y0, Y1 = y1, Y2 = y2, Y3 = y3;
}

/// <summary>
/// A lane's part of the 32 × 32 results of a warp. Every lane of every warp of the group takes part in their products, in tensor cores from
/// SM 8.0 on.
/// </summary>
internal struct Accumulators
{
    internal Accumulator U0, U1, U2, U3, L0, L1, L2, L3;

    internal void MultiplyAdd(LeftFragments a, RightFragments b)
    {
        MultiplyAdd(ref U0, a.Upper, b.Y0);
        MultiplyAdd(ref U1, a.Upper, b.Y1);
        MultiplyAdd(ref U2, a.Upper, b.Y2);
        MultiplyAdd(ref U3, a.Upper, b.Y3);
        MultiplyAdd(ref L0, a.Lower, b.Y0);
        MultiplyAdd(ref L1, a.Lower, b.Y1);
        MultiplyAdd(ref L2, a.Lower, b.Y2);
        MultiplyAdd(ref L3, a.Lower, b.Y3);
    }

    private static void MultiplyAdd(ref Accumulator c, LeftFragment a, RightFragment b)
    {
        Ref<float> c0 = c.C0, c1 = c.C1, c2 = c.C2, c3 = c.C3;
        Input<uint> x0 = Interop.FloatAsInt(a.X0), x1 = Interop.FloatAsInt(a.X1), x2 = Interop.FloatAsInt(a.X2),
            x3 = Interop.FloatAsInt(a.X3);
        Input<uint> y0 = Interop.FloatAsInt(b.Y0), y1 = Interop.FloatAsInt(b.Y1);
        CudaAsm.EmitRef(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};",
            ref c0, ref c1, ref c2, ref c3, ref x0, ref x1, ref x2, ref x3, ref y0, ref y1);
        (c.C0, c.C1, c.C2, c.C3) = (c0.Value, c1.Value, c2.Value, c3.Value);
    }
}
