using ILGPU;
using ILGPU.Runtime.Cuda;

namespace LisNative.Gpu.Product;

// One m16n8k8 product of a warp: c[16, 8] += a[16, 8] · b[8, 8] in TF32, a fragment of each in every lane's registers. With g = lane / 4 and
// t = lane mod 4 a lane holds (PTX ISA, «Matrix fragments for mma.m16n8k8»)
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

/// <summary>A lane's part of the 32 × 32 results of a warp.</summary>
internal struct Accumulators
{
    internal Accumulator U0, U1, U2, U3, L0, L1, L2, L3;
}

/// <summary>What multiplies fragments; every lane of every warp of the group takes part.</summary>
internal interface IMma
{
    static abstract void MultiplyAdd(ref Accumulators c, LeftFragments a, RightFragments b);
}

/// <summary>The tensor cores of CUDA SM 8.0 and later.</summary>
internal readonly struct PtxMma : IMma
{
    public static void MultiplyAdd(ref Accumulators c, LeftFragments a, RightFragments b)
    {
        MultiplyAdd(ref c.U0, a.Upper, b.Y0);
        MultiplyAdd(ref c.U1, a.Upper, b.Y1);
        MultiplyAdd(ref c.U2, a.Upper, b.Y2);
        MultiplyAdd(ref c.U3, a.Upper, b.Y3);
        MultiplyAdd(ref c.L0, a.Lower, b.Y0);
        MultiplyAdd(ref c.L1, a.Lower, b.Y1);
        MultiplyAdd(ref c.L2, a.Lower, b.Y2);
        MultiplyAdd(ref c.L3, a.Lower, b.Y3);
    }

    private static void MultiplyAdd(ref Accumulator c, LeftFragment a, RightFragment b)
    {
        Ref<float> c0 = c.C0, c1 = c.C1, c2 = c.C2, c3 = c.C3;
        Input<uint> x0 = Interop.FloatAsInt(a.X0), x1 = Interop.FloatAsInt(a.X1), x2 = Interop.FloatAsInt(a.X2), x3 = Interop.FloatAsInt(a.X3);
        Input<uint> y0 = Interop.FloatAsInt(b.Y0), y1 = Interop.FloatAsInt(b.Y1);
        CudaAsm.EmitRef(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};",
            ref c0, ref c1, ref c2, ref c3, ref x0, ref x1, ref x2, ref x3, ref y0, ref y1);
        (c.C0, c.C1, c.C2, c.C3) = (c0.Value, c1.Value, c2.Value, c3.Value);
    }
}

/// <summary>
/// The same by the definition of the fragments, through shared memory: slow, and there so that the tensor-core kernel, all but its one instruction, is proven on
/// machines without tensor cores.
/// </summary>
internal readonly struct EmulatedMma : IMma
{
    /// <summary>Words of a lane: two left fragments, then four right ones.</summary>
    private const int Words = 16, Lower = 4, Right = 8;

    public static void MultiplyAdd(ref Accumulators c, LeftFragments a, RightFragments b)
    {
        var words = SharedMemory.Allocate<float>(GpuBackend.GroupSize * Words);
        int own = Group.IdxX * Words;
        Publish(words, own, a.Upper);
        Publish(words, own + Lower, a.Lower);
        Publish(words, own + Right, b.Y0);
        Publish(words, own + Right + 2, b.Y1);
        Publish(words, own + Right + 4, b.Y2);
        Publish(words, own + Right + 6, b.Y3);
        Group.Barrier();
        MultiplyAdd(ref c.U0, words, 0, Right);
        MultiplyAdd(ref c.U1, words, 0, Right + 2);
        MultiplyAdd(ref c.U2, words, 0, Right + 4);
        MultiplyAdd(ref c.U3, words, 0, Right + 6);
        MultiplyAdd(ref c.L0, words, Lower, Right);
        MultiplyAdd(ref c.L1, words, Lower, Right + 2);
        MultiplyAdd(ref c.L2, words, Lower, Right + 4);
        MultiplyAdd(ref c.L3, words, Lower, Right + 6);
        Group.Barrier();
    }

    private static void Publish(ArrayView<float> words, int at, LeftFragment a)
    {
        words[at] = a.X0;
        words[at + 1] = a.X1;
        words[at + 2] = a.X2;
        words[at + 3] = a.X3;
    }

    private static void Publish(ArrayView<float> words, int at, RightFragment b)
    {
        words[at] = b.Y0;
        words[at + 1] = b.Y1;
    }

    /// <summary>Gathers the rows g and g + 8 of a and the columns 2t and 2t + 1 of b from the lanes that hold them.</summary>
    private static void MultiplyAdd(ref Accumulator c, ArrayView<float> words, int leftWord, int rightWord)
    {
        int warp = Group.IdxX / 32 * 32, g = Group.IdxX % 32 / 4, t = Group.IdxX % 4;
        for (int k = 0; k < 8; k++)
        {
            int left = ((warp + (4 * g) + (k % 4)) * Words) + leftWord + (k / 4 * 2), right = ((warp + (8 * t) + (k % 4)) * Words) + rightWord + (k / 4);
            float upper = words[left], lower = words[left + 1], y0 = words[right], y1 = words[right + (4 * Words)];
            c.C0 += upper * y0;
            c.C1 += upper * y1;
            c.C2 += lower * y0;
            c.C3 += lower * y1;
        }
    }
}
