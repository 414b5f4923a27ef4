using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>sin x for |x| ≤ 2¹⁷, else NaN.</summary>
internal readonly record struct Sin : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> =>
        T.IfLess(T.Abs(x), T.Create(2e-4f), x, Trigonometry.Sine(x, T.Create(0)));     // there x³/6 is less than half a unit

    public double Exact(double x) => Math.Abs(x) > Trigonometry.Farthest ? double.NaN : Math.Sin(x);
}

/// <summary>cos x for |x| ≤ 2¹⁷, else NaN.</summary>
internal readonly record struct Cos : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Trigonometry.Sine(x, T.Create(1));

    public double Exact(double x) => Math.Abs(x) > Trigonometry.Farthest ? double.NaN : Math.Cos(x);
}

/// <summary>Sine and cosine as polynomials over lanes (S. L. Moshier, Cephes, single precision).</summary>
internal static class Trigonometry
{
    /// <summary>As far as n below is a whole number with bits to spare.</summary>
    internal const float Farthest = 1 << 17;

    /// <summary>π/2 in three parts.</summary>
    private const float Half1 = 1.57079637f, Half2 = -4.37113883e-8f, Half3 = -1.71512451e-15f;

    /// <summary>
    /// sin(x + q·π/2) with x = n·π/2 + r, |r| ≤ π/4 (Cody and Waite 1980): the first difference is exact, since it cancels and is rounded
    /// once. The quadrant (n + q) mod 4 says which polynomial of r it is, and its sign.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sine<T>(T x, T q) where T : struct, ILane<T>
    {
        T n = T.Floor(T.Fma(x, T.Create(0.636619747f), T.Create(0.5f)));
        T r = T.FmaNegated(n, T.Create(Half3), T.FmaNegated(n, T.Create(Half2), T.FmaNegated(n, T.Create(Half1), x)));
        T turn = (n + q) * T.Create(0.25f), quadrant = turn - T.Floor(turn);     // 0, ¼, ½ or ¾
        T half = T.IfLess(quadrant, T.Create(0.5f), quadrant, quadrant - T.Create(0.5f));
        T y = T.IfLess(half, T.Create(0.1f), OfSine(r), OfCosine(r));
        T signed = T.IfLess(quadrant, T.Create(0.4f), y, T.Create(0) - y);
        return T.IfLess(T.Create(Farthest), T.Abs(x), T.Create(float.NaN), signed);
    }

    /// <summary>r + r³·P(r²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T OfSine<T>(T r) where T : struct, ILane<T>
    {
        T z = r * r, p = T.Fma(T.Create(-1.9515295891e-4f), z, T.Create(8.3321608736e-3f));
        p = T.Fma(p, z, T.Create(-1.6666654611e-1f));
        return T.Fma(p * z, r, r);
    }

    /// <summary>1 − r²/2 + r⁴·P(r²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T OfCosine<T>(T r) where T : struct, ILane<T>
    {
        T z = r * r, p = T.Fma(T.Create(2.443315711809948e-5f), z, T.Create(-1.388731625493765e-3f));
        p = T.Fma(p, z, T.Create(4.166664568298827e-2f));
        return T.Fma(p, z * z, T.FmaNegated(T.Create(0.5f), z, T.Create(1)));
    }
}
