using ILGPU;
using LisNative.Lanes;

namespace LisNative.Gpu;

/// <summary>One float in a GPU thread: what formulas are compiled over by ILGPU.</summary>
internal readonly struct GpuLane(float value) : ILane<GpuLane>
{
    internal readonly float Value = value;

    public static GpuLane Create(float c) => new(c);

    public static GpuLane operator +(GpuLane a, GpuLane b) => new(a.Value + b.Value);

    public static GpuLane operator -(GpuLane a, GpuLane b) => new(a.Value - b.Value);

    public static GpuLane operator *(GpuLane a, GpuLane b) => new(Intrinsics.Multiply(a.Value, b.Value));

    public static GpuLane operator /(GpuLane a, GpuLane b) => new(a.Value / b.Value);

    public static GpuLane Fma(GpuLane a, GpuLane b, GpuLane c) => new(Intrinsics.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static GpuLane FmaNegated(GpuLane a, GpuLane b, GpuLane c) => new(Intrinsics.FusedMultiplyAdd(-a.Value, b.Value, c.Value));

    public static GpuLane Abs(GpuLane a) => new(Interop.IntAsFloat(Bits(a) & 0x7fffffff));

    public static GpuLane Sqrt(GpuLane a) => new(MathF.Sqrt(a.Value));

    public static GpuLane Floor(GpuLane a) => new(MathF.Floor(a.Value));

    // The devices' own minimum and maximum drop a NaN.
    public static GpuLane Min(GpuLane a, GpuLane b) => IsNaN(a) ? a : IsNaN(b) ? b : IfLess(a, b, a, b);

    public static GpuLane Max(GpuLane a, GpuLane b) => IsNaN(a) ? a : IsNaN(b) ? b : IfLess(a, b, b, a);

    public static GpuLane AtLeast(GpuLane a, GpuLane bound) => IfLess(a, bound, bound, a);

    public static GpuLane AtMost(GpuLane a, GpuLane bound) => IfLess(bound, a, bound, a);

    public static GpuLane CopySign(GpuLane magnitude, GpuLane sign) =>
        new(Interop.IntAsFloat((Bits(magnitude) & 0x7fffffff) | (Bits(sign) & 0x80000000)));

    public static GpuLane Scale(GpuLane a, GpuLane n)
    {
        float half = MathF.Floor(n.Value * 0.5f);
        return a * Pow2(half) * Pow2(n.Value - half);
    }

    public static GpuLane Exponent(GpuLane a) => new((int)(Bits(a) >> 23) - 127);

    public static GpuLane Mantissa(GpuLane a) => new(Interop.IntAsFloat((Bits(a) & 0x007fffff) | 0x3f800000));

    public static GpuLane IfLess(GpuLane a, GpuLane b, GpuLane then, GpuLane otherwise) =>
        new(Intrinsics.IfLess(a.Value, b.Value, then.Value, otherwise.Value));

    private static uint Bits(GpuLane a) => Interop.FloatAsInt(a.Value);

    private static bool IsNaN(GpuLane a) => (Bits(a) & 0x7fffffff) > 0x7f800000;

    /// <summary>2ⁿ for an integer n in [−126, 127].</summary>
    private static GpuLane Pow2(float n) => new(Interop.IntAsFloat((uint)((int)n + 127) << 23));
}
