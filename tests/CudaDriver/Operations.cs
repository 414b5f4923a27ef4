using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LisNative.CudaDriver;

/// <summary>An instruction for the active lanes of a warp: y = f(a, b, c), rows of 32 registers.</summary>
internal unsafe delegate void RowFunction(ulong* y, ulong* a, ulong* b, ulong* c, uint active);

/// <summary>An instruction for one lane.</summary>
internal interface IFunction
{
    static abstract ulong Of(ulong a, ulong b, ulong c);
}

/// <summary>
/// The arithmetic of the PTX instructions that the kernels consist of (PTX ISA, «Instruction Set»), on registers of 64 bits of which
/// shorter types take the lowest. AddS32 is add.s32. A name that is not here makes its module invalid.
/// </summary>
internal static unsafe partial class Operations
{
    internal static readonly Dictionary<string, RowFunction> All = new (string, RowFunction)[]
    {
        Row<MovB32>(), Row<MovF32>(), Row<MovB64>(), Row<MovF64>(), Row<CvtaToGlobalU64>(), Row<SelpB32>(), Row<SelpF32>(), Row<SelpB64>(),
        Row<AddS32>(), Row<SubS32>(), Row<MulLoS32>(), Row<MulWideU32>(), Row<DivS32>(), Row<DivU32>(), Row<RemS32>(), Row<MinS32>(),
        Row<MaxS32>(), Row<NegS32>(), Row<AddU64>(),
        Row<AddS64>(), Row<MulLoS64>(),
        Row<AndB32>(), Row<OrB32>(), Row<XorB32>(), Row<AndB64>(), Row<OrB64>(), Row<AndPred>(), Row<OrPred>(), Row<ShlB32>(),
        Row<ShrU32>(), Row<ShrS32>(), Row<ShlB64>(), Row<ShrU64>(),
        Row<SetpEqS32>(), Row<SetpNeS32>(), Row<SetpLtS32>(), Row<SetpLeS32>(), Row<SetpGtS32>(), Row<SetpGeS32>(), Row<SetpEqU32>(),
        Row<SetpNeU32>(), Row<SetpLoU32>(), Row<SetpHiU32>(), Row<SetpLsU32>(), Row<SetpHsU32>(),
        Row<SetpEqS64>(),
        Row<SetpLtF32>(), Row<SetpGtF64>(),
        Row<AddF32>(), Row<SubF32>(), Row<MulF32>(), Row<MulRnF32>(), Row<DivRnF32>(), Row<FmaRnF32>(), Row<SqrtRnF32>(), Row<NegF32>(),
        Row<AddF64>(), Row<SubF64>(), Row<MulF64>(),
        Row<DivRnF64>(), Row<SqrtRnF64>(), Row<NegF64>(),
        Row<CvtU64U32>(), Row<CvtU32U64>(), Row<CvtS32S64>(), Row<CvtS64S32>(), Row<CvtRnF32S32>(), Row<CvtRnF64S32>(), Row<CvtRnF64U32>(),
        Row<CvtRnF32F64>(), Row<CvtRmiF32F32>(), Row<RcpRnF32>(),
        Row<CvtRziS32F32>(), Row<CvtRziS32F64>(),
    }.ToDictionary();

    internal static float F(ulong a) => BitConverter.UInt32BitsToSingle((uint)a);

    internal static ulong Bits(float a) => BitConverter.SingleToUInt32Bits(a);

    /// <summary>An operand of a tensor core: its 13 lowest bits are not looked at.</summary>
    internal static float Tf32(ulong a) => F(a & 0xffffe000);

    private static double D(ulong a) => BitConverter.UInt64BitsToDouble(a);

    private static ulong Bits(double a) => BitConverter.DoubleToUInt64Bits(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong If(bool holds) => holds ? 1ul : 0;

    private static (string, RowFunction) Row<T>() where T : struct, IFunction =>
        (string.Join('.', Part().Matches(typeof(T).Name).Select(m => m.Value.ToLowerInvariant())), Lanes<T>);

    private static void Lanes<T>(ulong* y, ulong* a, ulong* b, ulong* c, uint active) where T : struct, IFunction
    {
        for (int lane = 0; lane < Warp.Lanes; lane++)
        {
            if (active == uint.MaxValue || (active >> lane & 1) != 0)
            {
                y[lane] = T.Of(a[lane], b[lane], c[lane]);
            }
        }
    }

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Part();

    private readonly struct MovB32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a; }
    private readonly struct MovF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a; }
    private readonly struct MovB64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a; }
    private readonly struct MovF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a; }
    private readonly struct CvtaToGlobalU64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a; }
    private readonly struct SelpB32 : IFunction { public static ulong Of(ulong a, ulong b, ulong p) => p != 0 ? a : b; }
    private readonly struct SelpF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong p) => p != 0 ? a : b; }
    private readonly struct SelpB64 : IFunction { public static ulong Of(ulong a, ulong b, ulong p) => p != 0 ? a : b; }

    private readonly struct AddS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a + (uint)b; }
    private readonly struct SubS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a - (uint)b; }
    private readonly struct MulLoS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a * (uint)b; }
    private readonly struct MulWideU32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (ulong)(uint)a * (uint)b; }

    // What nobody may look at where the divisor is 0.
    private readonly struct DivS32 : IFunction
    { public static ulong Of(ulong a, ulong b, ulong c) => (int)b == 0 ? uint.MaxValue : (uint)((long)(int)a / (int)b); }
    private readonly struct DivU32 : IFunction
    { public static ulong Of(ulong a, ulong b, ulong c) => (uint)b == 0 ? uint.MaxValue : (uint)a / (uint)b; }
    private readonly struct RemS32 : IFunction
    { public static ulong Of(ulong a, ulong b, ulong c) => (int)b == 0 ? uint.MaxValue : (uint)((long)(int)a % (int)b); }
    private readonly struct MinS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)Math.Min((int)a, (int)b); }
    private readonly struct MaxS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)Math.Max((int)a, (int)b); }
    private readonly struct NegS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)-(int)a; }
    private readonly struct AddU64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a + b; }
    private readonly struct AddS64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a + b; }
    private readonly struct MulLoS64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a * b; }

    private readonly struct AndB32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)(a & b); }
    private readonly struct OrB32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)(a | b); }
    private readonly struct XorB32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)(a ^ b); }
    private readonly struct AndB64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a & b; }
    private readonly struct OrB64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a | b; }
    private readonly struct AndPred : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a & b; }
    private readonly struct OrPred : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => a | b; }
    private readonly struct ShlB32 : IFunction
    { public static ulong Of(ulong a, ulong n, ulong c) => (uint)n < 32 ? (uint)a << (int)n : 0; }
    private readonly struct ShrU32 : IFunction
    { public static ulong Of(ulong a, ulong n, ulong c) => (uint)n < 32 ? (uint)a >> (int)n : 0; }
    private readonly struct ShrS32 : IFunction
    { public static ulong Of(ulong a, ulong n, ulong c) => (uint)((int)a >> (int)Math.Min((uint)n, 31)); }
    private readonly struct ShlB64 : IFunction { public static ulong Of(ulong a, ulong n, ulong c) => (uint)n < 64 ? a << (int)n : 0; }
    private readonly struct ShrU64 : IFunction { public static ulong Of(ulong a, ulong n, ulong c) => (uint)n < 64 ? a >> (int)n : 0; }

    private readonly struct SetpEqS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((int)a == (int)b); }
    private readonly struct SetpNeS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((int)a != (int)b); }
    private readonly struct SetpLtS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((int)a < (int)b); }
    private readonly struct SetpLeS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((int)a <= (int)b); }
    private readonly struct SetpGtS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((int)a > (int)b); }
    private readonly struct SetpGeS32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((int)a >= (int)b); }
    private readonly struct SetpEqU32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((uint)a == (uint)b); }
    private readonly struct SetpNeU32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((uint)a != (uint)b); }
    private readonly struct SetpLoU32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((uint)a < (uint)b); }
    private readonly struct SetpLsU32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((uint)a <= (uint)b); }
    private readonly struct SetpHiU32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((uint)a > (uint)b); }
    private readonly struct SetpHsU32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If((uint)a >= (uint)b); }
    private readonly struct SetpEqS64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If(a == b); }

    // Those that hold for a NaN (setp.gtu and so on) are left out: no formula has one, and ILGPU makes some by mistake.
    private readonly struct SetpLtF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If(F(a) < F(b)); }
    private readonly struct SetpGtF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => If(D(a) > D(b)); }

    private readonly struct AddF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(F(a) + F(b)); }
    private readonly struct SubF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(F(a) - F(b)); }
    private readonly struct MulF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(F(a) * F(b)); }
    private readonly struct MulRnF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(F(a) * F(b)); }
    private readonly struct DivRnF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(F(a) / F(b)); }
    private readonly struct FmaRnF32 : IFunction
    { public static ulong Of(ulong a, ulong b, ulong c) => Bits(MathF.FusedMultiplyAdd(F(a), F(b), F(c))); }
    private readonly struct RcpRnF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(1 / F(a)); }
    private readonly struct SqrtRnF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(MathF.Sqrt(F(a))); }
    private readonly struct NegF32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(-F(a)); }
    private readonly struct AddF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(D(a) + D(b)); }
    private readonly struct SubF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(D(a) - D(b)); }
    private readonly struct MulF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(D(a) * D(b)); }
    private readonly struct DivRnF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(D(a) / D(b)); }
    private readonly struct SqrtRnF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(Math.Sqrt(D(a))); }
    private readonly struct NegF64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(-D(a)); }

    private readonly struct CvtU64U32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a; }
    private readonly struct CvtU32U64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a; }
    private readonly struct CvtS32S64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)a; }
    private readonly struct CvtS64S32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (ulong)(int)a; }
    private readonly struct CvtRnF32S32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits((float)(int)a); }
    private readonly struct CvtRnF64S32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits((double)(int)a); }
    private readonly struct CvtRnF64U32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits((double)(uint)a); }
    private readonly struct CvtRnF32F64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits((float)D(a)); }
    private readonly struct CvtRmiF32F32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => Bits(MathF.Floor(F(a))); }

    // To integers: towards zero, at the ends of the range where it is left, 0 for a NaN.
    private readonly struct CvtRziS32F32 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)(int)F(a); }
    private readonly struct CvtRziS32F64 : IFunction { public static ulong Of(ulong a, ulong b, ulong c) => (uint)(int)D(a); }
}
