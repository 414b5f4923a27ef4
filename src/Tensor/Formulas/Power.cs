using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>aᵇ, with the special cases of IEEE 754's pow.</summary>
internal readonly record struct Power : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => Powers.Of(a, b, T.Create(0));

    public double Exact(double a, double b) => Math.Pow(a, b);
}

/// <summary>xᵖ.</summary>
/// <param name="Exponent">The exponent p.</param>
internal readonly record struct PowerOf(double Exponent) : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Powers.Of(x, T.Create((float)Exponent), T.Create((float)Lost));

    public double Exact(double x) => Math.Pow(x, Exponent);

    /// <summary>What single precision loses of the exponent.</summary>
    private double Lost { get; } = Exponent - (float)Exponent;
}

/// <summary>aᵇ = e^(b·ln |a|), logarithm and product in two floats each, since the exponential multiplies their error.</summary>
internal static class Powers
{
    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>a to the power of b + c; c is what rounding lost of the exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Of<T>(T a, T b, T c) where T : struct, ILane<T>
    {
        T zero = T.Create(0), one = T.Create(1), infinity = T.Create(float.PositiveInfinity);
        T size = T.Abs(a);
        Logarithm(size, out T high, out T low);

        // ln |a| = 0 times any exponent is 0, ±∞ and NaN included.
        T p = T.IfLess(zero, T.Abs(high), b * high, high);
        T lost = T.Fma(c, high, T.Fma(b, low, T.Fma(b, high, zero - p)));
        T y = Elementary.Exp(p, T.IfLess(zero, T.Abs(high), T.IfLess(T.Abs(p), T.Create(120), lost, zero), zero));

        // Below zero: NaN where the exponent is not whole or is NaN, and the sign of a where it is odd.
        T half = b * T.Create(0.5f);
        T isWhole = T.IfLess(T.Floor(b), b, zero, one), isOdd = T.IfLess(T.Floor(half), half, isWhole, zero);
        T below = T.IfLess(zero, isWhole, T.IfLess(T.Create(-1), T.Abs(b), y, b), T.IfLess(size, infinity, T.Create(float.NaN), y));
        y = T.IfLess(a, zero, below, y);
        y = T.IfLess(zero, isOdd, T.CopySign(y, a), y);
        return T.IfLess(T.Abs(b), T.Create(float.Epsilon), one, y);
    }

    /// <summary>
    /// ln x as high + low for x ≥ 0: x = 2ᵉ·m with √½ ≤ m &lt; √2, ln m = 2s + s³·P(s²) with s = (m − 1) / (m + 1), P the series of
    /// 2·artanh. −∞ at 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Logarithm<T>(T x, out T high, out T low) where T : struct, ILane<T>
    {
        T tiny = T.Create(1.17549435e-38f), infinity = T.Create(float.PositiveInfinity), one = T.Create(1), root2 = T.Create(1.41421356f);
        T scaled = T.IfLess(x, tiny, x * T.Create(8388608), x);
        T e = T.Exponent(scaled) - T.IfLess(x, tiny, T.Create(23), T.Create(0));
        T m = T.Mantissa(scaled);
        e += T.IfLess(root2, m, one, T.Create(0));
        T f = T.IfLess(root2, m, m * T.Create(0.5f), m) - one;
        T sum = f + T.Create(2), s = f / sum;
        T rest = T.FmaNegated(s, f - (sum - T.Create(2)), T.FmaNegated(s, sum, f)) / sum;
        T z = s * s, p = T.Fma(T.Create(0.181818182f), z, T.Create(0.222222222f));
        p = T.Fma(p, z, T.Create(0.285714286f));
        p = T.Fma(p, z, T.Create(0.4f));
        p = T.Fma(p, z, T.Create(0.666666667f));
        T whole = e * T.Create(Ln2High), twice = s + s, most = whole + twice;
        T end = twice - (most - whole) + T.Fma(e, T.Create(Ln2Low), T.Fma(p * z, s, rest + rest));
        high = most + end;
        low = T.IfLess(T.Create(0), x, T.IfLess(x, infinity, end - (high - most), T.Create(0)), T.Create(0));
        high = T.IfLess(T.Create(0), x, T.IfLess(x, infinity, high, x), x - infinity);
    }
}
