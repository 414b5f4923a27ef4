using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>
/// The transcendental functions as polynomials over lanes, so that every backend rounds alike and none depends on a C
/// library. Polynomials: S. L. Moshier, Cephes (single precision); ln 2 is split so that n·ln2High is exact.
/// </summary>
internal static class Elementary
{
    private const float Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>eˣ = 2ⁿ·e^f with n = ⌊x/ln2 + ½⌋, |f| ≤ ln2/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x) where T : struct, ILane<T>
    {
        T t = T.Min(T.Max(x, T.Of(-104)), T.Of(89));
        T n = T.Floor(T.Fma(t, T.Of(Log2E), T.Of(0.5f)));
        return T.Scale(ExpFraction(t, n) + T.Of(1), n);
    }

    /// <summary>eˣ − 1 = 2·(2ⁿ⁻¹·(e^f − 1) + (2ⁿ⁻¹ − ½)); the half keeps 2¹²⁸ in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Expm1<T>(T x) where T : struct, ILane<T>
    {
        T t = T.Min(T.Max(x, T.Of(-20)), T.Of(89));
        T n = T.Floor(T.Fma(t, T.Of(Log2E), T.Of(0.5f)));
        T scale = T.Scale(T.Of(1), n - T.Of(1));
        T half = T.Fma(scale, ExpFraction(t, n), scale - T.Of(0.5f));
        return half + half;
    }

    /// <summary>ln x = e·ln2 + ln m with √½ ≤ m &lt; √2; denormals are scaled up first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log<T>(T x) where T : struct, ILane<T>
    {
        T tiny = T.Of(1.17549435e-38f);
        T scaled = T.IfLess(x, tiny, x * T.Of(8388608), x);
        T e = T.Exponent(scaled) - T.IfLess(x, tiny, T.Of(23), T.Of(0));
        T m = T.Mantissa(scaled);
        T root2 = T.Of(1.41421356f);
        e += T.IfLess(root2, m, T.Of(1), T.Of(0));
        T f = T.IfLess(root2, m, m * T.Of(0.5f), m) - T.Of(1);
        T z = f * f;
        T p = T.Of(7.0376836292e-2f);
        p = T.Fma(p, f, T.Of(-1.1514610310e-1f));
        p = T.Fma(p, f, T.Of(1.1676998740e-1f));
        p = T.Fma(p, f, T.Of(-1.2420140846e-1f));
        p = T.Fma(p, f, T.Of(1.4249322787e-1f));
        p = T.Fma(p, f, T.Of(-1.6668057665e-1f));
        p = T.Fma(p, f, T.Of(2.0000714765e-1f));
        p = T.Fma(p, f, T.Of(-2.4999993993e-1f));
        p = T.Fma(p, f, T.Of(3.3333331174e-1f));
        T y = T.Fma(p * f, z, e * T.Of(Ln2Low));
        y = T.Fma(T.Of(-0.5f), z, y);
        T positive = T.Fma(e, T.Of(Ln2High), f + y);
        T infinity = T.Of(float.PositiveInfinity);
        T notPositive = T.IfLess(x, T.Of(0), T.Of(float.NaN), x - infinity);
        return T.IfLess(T.Of(0), x, T.IfLess(x, infinity, positive, x), notPositive);
    }

    /// <summary>ln(1 + x): ln u plus what rounding u = 1 + x lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log1p<T>(T x) where T : struct, ILane<T>
    {
        T u = T.Of(1) + x, logarithm = Log(u);
        T corrected = logarithm + ((x - (u - T.Of(1))) / u);
        return T.IfLess(T.Of(-1), x, T.IfLess(x, T.Of(float.PositiveInfinity), corrected, x), logarithm);
    }

    /// <summary>
    /// Below ⅝ the odd polynomial x + x³·P(x²), which keeps small results precise; beyond it 1 − 2 / (e^(2|x|) + 1), where the error of
    /// the quotient hardly counts.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh<T>(T x) where T : struct, ILane<T>
    {
        T a = T.Abs(x), z = x * x;
        T p = T.Of(-5.70498872745e-3f);
        p = T.Fma(p, z, T.Of(2.06390887954e-2f));
        p = T.Fma(p, z, T.Of(-5.37397155531e-2f));
        p = T.Fma(p, z, T.Of(1.33314422036e-1f));
        p = T.Fma(p, z, T.Of(-3.33332819422e-1f));
        T large = T.Of(1) - (T.Of(2) / (Exp(a + a) + T.Of(1)));
        return T.IfLess(a, T.Of(0.625f), T.Fma(x * z, p, x), T.CopySign(large, x));
    }

    /// <summary>With z = e^−|x|: 1 / (1 + z) for x ≥ 0; below, z / (1 + z) = z − z·(z / (1 + z)), which keeps its relative precision far out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sigmoid<T>(T x) where T : struct, ILane<T>
    {
        T z = Exp(T.Of(0) - T.Abs(x));
        T quotient = T.IfLess(x, T.Of(0), z, T.Of(1)) / (T.Of(1) + z);
        return T.IfLess(x, T.Of(0), T.Fma(T.Of(0) - z, quotient, z), quotient);
    }

    /// <summary>e^f − 1 for f = x − n·ln2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpFraction<T>(T x, T n) where T : struct, ILane<T>
    {
        T f = T.Fma(n, T.Of(-Ln2High), x);
        f = T.Fma(n, T.Of(-Ln2Low), f);
        T p = T.Of(1.9875691500e-4f);
        p = T.Fma(p, f, T.Of(1.3981999507e-3f));
        p = T.Fma(p, f, T.Of(8.3334519073e-3f));
        p = T.Fma(p, f, T.Of(4.1665795894e-2f));
        p = T.Fma(p, f, T.Of(1.6666665459e-1f));
        p = T.Fma(p, f, T.Of(5.0000001201e-1f));
        return T.Fma(p, f * f, f);
    }
}
