using System.Runtime.CompilerServices;

namespace LisNative.CudaDriver;

/// <summary>
/// The arithmetic of the PTX instructions that the kernels consist of, by their names (PTX ISA, «Instruction Set»), on registers of 64 bits of which shorter types take the lowest.
/// A name that is not here makes its module invalid.
/// </summary>
internal static class Operations
{
    internal static readonly Dictionary<string, Func<ulong, ulong, ulong, ulong>> All = new()
    {
        ["mov.b32"] = (a, _, _) => (uint)a,
        ["mov.f32"] = (a, _, _) => (uint)a,
        ["mov.b64"] = (a, _, _) => a,
        ["mov.f64"] = (a, _, _) => a,
        ["cvta.to.global.u64"] = (a, _, _) => a,
        ["selp.b32"] = (a, b, p) => p != 0 ? a : b,
        ["selp.f32"] = (a, b, p) => p != 0 ? a : b,
        ["selp.b64"] = (a, b, p) => p != 0 ? a : b,

        ["add.s32"] = (a, b, _) => (uint)a + (uint)b,
        ["sub.s32"] = (a, b, _) => (uint)a - (uint)b,
        ["mul.lo.s32"] = (a, b, _) => (uint)a * (uint)b,
        ["mul.wide.u32"] = (a, b, _) => (ulong)(uint)a * (uint)b,
        // What nobody may look at where the divisor is 0.
        ["div.s32"] = (a, b, _) => (int)b == 0 ? uint.MaxValue : (uint)((long)(int)a / (int)b),
        ["div.u32"] = (a, b, _) => (uint)b == 0 ? uint.MaxValue : (uint)a / (uint)b,
        ["rem.s32"] = (a, b, _) => (int)b == 0 ? uint.MaxValue : (uint)((long)(int)a % (int)b),
        ["min.s32"] = (a, b, _) => (uint)Math.Min((int)a, (int)b),
        ["max.s32"] = (a, b, _) => (uint)Math.Max((int)a, (int)b),
        ["neg.s32"] = (a, _, _) => (uint)-(int)a,
        ["add.u64"] = (a, b, _) => a + b,
        ["add.s64"] = (a, b, _) => a + b,
        ["mul.lo.s64"] = (a, b, _) => a * b,

        ["and.b32"] = (a, b, _) => (uint)(a & b),
        ["or.b32"] = (a, b, _) => (uint)(a | b),
        ["xor.b32"] = (a, b, _) => (uint)(a ^ b),
        ["and.b64"] = (a, b, _) => a & b,
        ["or.b64"] = (a, b, _) => a | b,
        ["and.pred"] = (a, b, _) => a & b,
        ["or.pred"] = (a, b, _) => a | b,
        ["shl.b32"] = (a, n, _) => (uint)n < 32 ? (uint)a << (int)n : 0,
        ["shr.u32"] = (a, n, _) => (uint)n < 32 ? (uint)a >> (int)n : 0,
        ["shr.s32"] = (a, n, _) => (uint)((int)a >> (int)Math.Min((uint)n, 31)),
        ["shl.b64"] = (a, n, _) => (uint)n < 64 ? a << (int)n : 0,
        ["shr.u64"] = (a, n, _) => (uint)n < 64 ? a >> (int)n : 0,

        ["setp.eq.s32"] = (a, b, _) => If((int)a == (int)b),
        ["setp.ne.s32"] = (a, b, _) => If((int)a != (int)b),
        ["setp.lt.s32"] = (a, b, _) => If((int)a < (int)b),
        ["setp.le.s32"] = (a, b, _) => If((int)a <= (int)b),
        ["setp.gt.s32"] = (a, b, _) => If((int)a > (int)b),
        ["setp.ge.s32"] = (a, b, _) => If((int)a >= (int)b),
        ["setp.eq.u32"] = (a, b, _) => If((uint)a == (uint)b),
        ["setp.ne.u32"] = (a, b, _) => If((uint)a != (uint)b),
        ["setp.ls.u32"] = (a, b, _) => If((uint)a <= (uint)b),
        ["setp.hs.u32"] = (a, b, _) => If((uint)a >= (uint)b),
        ["setp.eq.s64"] = (a, b, _) => If(a == b),

        // With u a comparison holds if an argument is a NaN.
        ["setp.lt.f32"] = (a, b, _) => If(F(a) < F(b)),
        ["setp.gtu.f32"] = (a, b, _) => If(!(F(a) <= F(b))),
        ["setp.geu.f32"] = (a, b, _) => If(!(F(a) < F(b))),
        ["setp.gt.f64"] = (a, b, _) => If(D(a) > D(b)),

        ["add.f32"] = (a, b, _) => Bits(F(a) + F(b)),
        ["sub.f32"] = (a, b, _) => Bits(F(a) - F(b)),
        ["mul.f32"] = (a, b, _) => Bits(F(a) * F(b)),
        ["mul.rn.f32"] = (a, b, _) => Bits(F(a) * F(b)),
        ["div.rn.f32"] = (a, b, _) => Bits(F(a) / F(b)),
        ["fma.rn.f32"] = (a, b, c) => Bits(MathF.FusedMultiplyAdd(F(a), F(b), F(c))),
        ["sqrt.rn.f32"] = (a, _, _) => Bits(MathF.Sqrt(F(a))),
        ["neg.f32"] = (a, _, _) => Bits(-F(a)),
        ["add.f64"] = (a, b, _) => Bits(D(a) + D(b)),
        ["sub.f64"] = (a, b, _) => Bits(D(a) - D(b)),
        ["mul.f64"] = (a, b, _) => Bits(D(a) * D(b)),
        ["div.rn.f64"] = (a, b, _) => Bits(D(a) / D(b)),
        ["sqrt.rn.f64"] = (a, _, _) => Bits(Math.Sqrt(D(a))),
        ["neg.f64"] = (a, _, _) => Bits(-D(a)),

        ["cvt.u64.u32"] = (a, _, _) => (uint)a,
        ["cvt.u32.u64"] = (a, _, _) => (uint)a,
        ["cvt.s32.s64"] = (a, _, _) => (uint)a,
        ["cvt.s64.s32"] = (a, _, _) => (ulong)(int)a,
        ["cvt.rn.f32.s32"] = (a, _, _) => Bits((float)(int)a),
        ["cvt.rn.f64.s32"] = (a, _, _) => Bits((double)(int)a),
        ["cvt.rn.f64.u32"] = (a, _, _) => Bits((double)(uint)a),
        ["cvt.rn.f32.f64"] = (a, _, _) => Bits((float)D(a)),
        ["cvt.rmi.f32.f32"] = (a, _, _) => Bits(MathF.Floor(F(a))),

        // To integers: towards zero, at the ends of the range where it is left, 0 for a NaN.
        ["cvt.rzi.s32.f32"] = (a, _, _) => (uint)(int)F(a),
        ["cvt.rzi.s32.f64"] = (a, _, _) => (uint)(int)D(a),
    };

    internal static float F(ulong a) => BitConverter.UInt32BitsToSingle((uint)a);

    internal static ulong Bits(float a) => BitConverter.SingleToUInt32Bits(a);

    /// <summary>An operand of a tensor core: its 13 lowest bits are not looked at.</summary>
    internal static float Tf32(ulong a) => F(a & 0xffffe000);

    private static double D(ulong a) => BitConverter.UInt64BitsToDouble(a);

    private static ulong Bits(double a) => BitConverter.DoubleToUInt64Bits(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong If(bool holds) => holds ? 1ul : 0;
}
