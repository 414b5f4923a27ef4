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

    /// <summary>Beyond these eˣ is 0 and ∞.</summary>
    private const float Lowest = -104, Highest = 89;

    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x) where T : struct, ILane<T> => ExpWithin(T.AtMost(T.AtLeast(x, T.Create(Lowest)), T.Create(Highest)));

    /// <summary>e^(x + low) for a low that is small beside 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x, T low) where T : struct, ILane<T>
    {
        T within = T.AtMost(T.AtLeast(x, T.Create(Lowest)), T.Create(Highest)), n = Nearest(within);
        T p = ExpFraction(within, n);
        return T.Scale(T.Fma(p, low, p) + low + T.Create(1), n);
    }

    /// <summary>eˣ = 2ⁿ·e^f with n = ⌊x/ln2 + ½⌋, |f| ≤ ln2/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpWithin<T>(T x) where T : struct, ILane<T>
    {
        T n = Nearest(x);
        return T.Scale(ExpFraction(x, n) + T.Create(1), n);
    }

    /// <summary>eˣ − 1 = 2·(2ⁿ⁻¹·(e^f − 1) + (2ⁿ⁻¹ − ½)); the half keeps 2¹²⁸ in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Expm1<T>(T x) where T : struct, ILane<T>
    {
        T t = T.AtMost(T.AtLeast(x, T.Create(-20)), T.Create(Highest));
        T n = Nearest(t);
        T scale = T.Scale(T.Create(1), n - T.Create(1));
        T half = T.Fma(scale, ExpFraction(t, n), scale - T.Create(0.5f));
        return half + half;
    }

    /// <summary>ln x = e·ln2 + ln m with √½ ≤ m &lt; √2; denormals are scaled up first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log<T>(T x) where T : struct, ILane<T>
    {
        T tiny = T.Create(1.17549435e-38f);
        T scaled = T.IfLess(x, tiny, x * T.Create(8388608), x);
        T e = T.Exponent(scaled) - T.IfLess(x, tiny, T.Create(23), T.Create(0));
        T m = T.Mantissa(scaled);
        T root2 = T.Create(1.41421356f);
        e += T.IfLess(root2, m, T.Create(1), T.Create(0));
        T f = T.IfLess(root2, m, m * T.Create(0.5f), m) - T.Create(1);
        T z = f * f;
        T p = T.Create(7.0376836292e-2f);
        p = T.Fma(p, f, T.Create(-1.1514610310e-1f));
        p = T.Fma(p, f, T.Create(1.1676998740e-1f));
        p = T.Fma(p, f, T.Create(-1.2420140846e-1f));
        p = T.Fma(p, f, T.Create(1.4249322787e-1f));
        p = T.Fma(p, f, T.Create(-1.6668057665e-1f));
        p = T.Fma(p, f, T.Create(2.0000714765e-1f));
        p = T.Fma(p, f, T.Create(-2.4999993993e-1f));
        p = T.Fma(p, f, T.Create(3.3333331174e-1f));
        T y = T.Fma(p * f, z, e * T.Create(Ln2Low));
        y = T.Fma(T.Create(-0.5f), z, y);
        T positive = T.Fma(e, T.Create(Ln2High), f + y);
        T infinity = T.Create(float.PositiveInfinity);
        T notPositive = T.IfLess(x, T.Create(0), T.Create(float.NaN), x - infinity);
        return T.IfLess(T.Create(0), x, T.IfLess(x, infinity, positive, x), notPositive);
    }

    /// <summary>ln(1 + x): ln u plus what rounding u = 1 + x lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log1p<T>(T x) where T : struct, ILane<T>
    {
        T u = T.Create(1) + x, logarithm = Log(u);
        T corrected = logarithm + ((x - (u - T.Create(1))) / u);
        return T.IfLess(T.Create(-1), x, T.IfLess(x, T.Create(float.PositiveInfinity), corrected, x), logarithm);
    }

    /// <summary>
    /// With m = e^(−2|x|) − 1, |tanh x| = −m / (m + 2), precise for small x and large. What rounding the sum lost is put back; all of it
    /// where it counts most, for large |x|, where the sum is near 1. n is 0 down to −0.7·ln 2, so that no small m comes from a difference;
    /// the polynomial interpolates (e^f − 1 − f) / f² at Chebyshev's points of [−0.7·ln 2, 0.3·ln 2].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh<T>(T x) where T : struct, ILane<T>
    {
        T t = T.AtLeast(T.Abs(x) * T.Create(-2), T.Create(-20)), n = T.Floor(T.Fma(t, T.Create(Log2E), T.Create(0.7f)));
        T p = ExpSeries(Fraction(t, n), 1.7931892862e-4f, 1.3865821401e-3f, 8.3344147477e-3f, 4.1666826219e-2f, 1.6666665193e-1f, 0.5f);
        T scale = T.Scale(T.Create(1), n), m = T.Fma(scale, p, scale - T.Create(1));
        T sum = m + T.Create(2), quotient = m / sum;
        return T.CopySign(T.Fma(quotient, sum - T.Create(2) - m, quotient), x);
    }

    /// <summary>
    /// With z = e^−|x|: 1 / (1 + z) for x ≥ 0; below, z / (1 + z) = z − z·(z / (1 + z)), which keeps its relative precision far out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sigmoid<T>(T x) where T : struct, ILane<T>
    {
        T z = ExpWithin(T.AtLeast(T.CopySign(x, T.Create(-1)), T.Create(Lowest)));
        T quotient = T.IfLess(x, T.Create(0), z, T.Create(1)) / (T.Create(1) + z);
        return T.IfLess(x, T.Create(0), T.FmaNegated(z, quotient, z), quotient);
    }

    /// <summary>⌊x/ln2 + ½⌋.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Nearest<T>(T x) where T : struct, ILane<T> => T.Floor(T.Fma(x, T.Create(Log2E), T.Create(0.5f)));

    /// <summary>f = x − n·ln2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Fraction<T>(T x, T n) where T : struct, ILane<T> => T.Fma(n, T.Create(-Ln2Low), T.Fma(n, T.Create(-Ln2High), x));

    /// <summary>e^f − 1 for f = x − n·ln2, |f| ≤ ln2/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpFraction<T>(T x, T n) where T : struct, ILane<T> =>
        ExpSeries(Fraction(x, n), 1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f,
            5.0000001201e-1f);

    /// <summary>f + f²·(a·f⁵ + b·f⁴ + … + h).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpSeries<T>(T f, float a, float b, float c, float d, float e, float h) where T : struct, ILane<T>
    {
        T p = T.Fma(T.Create(a), f, T.Create(b));
        p = T.Fma(p, f, T.Create(c));
        p = T.Fma(p, f, T.Create(d));
        p = T.Fma(p, f, T.Create(e));
        p = T.Fma(p, f, T.Create(h));
        return T.Fma(p, f * f, f);
    }
}
