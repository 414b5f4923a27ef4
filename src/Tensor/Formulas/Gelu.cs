using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x · Φ(x), Φ the distribution of the standard normal (Hendrycks and Gimpel 2016), as max(x, 0) − |x| · Φ(−|x|).</summary>
internal readonly record struct Gelu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T>
    {
        T t = T.AtMost(T.Abs(x), T.Create(Normal.Nothing));
        return T.FmaNegated(t * Normal.Bell(t), Normal.Mills(t), T.AtLeast(x, T.Create(0)));
    }

    public double Exact(double x) => Math.Abs(x) > Normal.NothingExact ? Math.Max(x, 0) : x < 0 ? x * Normal.Tail(-x)
        : x - (x * Normal.Tail(x));
}

/// <summary>dy · (Φ(x) + x · φ(x)) for a = dy, b = x.</summary>
internal readonly record struct GeluGradient : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T>
    {
        T t = T.AtMost(T.Abs(b), T.Create(Normal.Nothing)), bell = Normal.Bell(t);

        // Of −|x|; that of |x| is what is left to 1.
        T below = bell * T.FmaNegated(t, T.Create(Normal.Height), Normal.Mills(t));
        return a * T.IfLess(b, T.Create(0), below, T.Create(1) - below);
    }

    public double Exact(double a, double b)
    {
        double t = Math.Abs(b), below = Normal.Tail(t) - (t * Normal.Height * Math.Exp(-t * t / 2));
        return t > Normal.NothingExact ? a * (b > 0 ? 1 : 0) : a * (b < 0 ? below : 1 - below);
    }
}

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>Beyond this Φ(−t) is 0 in single precision, and t · Φ(−t), too.</summary>
    internal const float Nothing = 15;

    /// <summary>The same in double precision.</summary>
    internal const double NothingExact = 39;

    /// <summary>φ(0) = 1/√2π.</summary>
    internal const float Height = 0.398942280f;

    /// <summary>e^(−t²/2), with what rounding t² lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Bell<T>(T t) where T : struct, ILane<T>
    {
        T square = t * t, e = Elementary.Exp(square * T.Create(-0.5f));
        return T.Fma(e * T.Create(0.5f), T.FmaNegated(t, t, square), e);
    }

    /// <summary>
    /// Φ(−t) / e^(−t²/2) for 0 ≤ t, but for a factor Mills's ratio: p(q) / (t + 4) with q = (t − 4) / (t + 4), interpolated at Chebyshev's
    /// points for t up to 14.5.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Mills<T>(T t) where T : struct, ILane<T>
    {
        // The quotient with what rounding the sum and itself lost: near t = 0 an error of q counts as much as one of p.
        T four = T.Create(4), sum = t + four, lost = t - (sum - four), inverse = T.Create(1) / sum;
        inverse = T.Fma(inverse, T.FmaNegated(lost, inverse, T.FmaNegated(sum, inverse, T.Create(1))), inverse);
        T q = T.FmaNegated(T.Create(8), inverse, T.Create(1));
        T p = T.Fma(T.Create(-1.229831532e-04f), q, T.Create(1.948018594e-04f));
        p = T.Fma(p, q, T.Create(1.569313648e-03f));
        p = T.Fma(p, q, T.Create(-3.523574060e-03f));
        p = T.Fma(p, q, T.Create(-7.527212914e-03f));
        p = T.Fma(p, q, T.Create(6.040646975e-02f));
        p = T.Fma(p, q, T.Create(-1.865230059e-01f));
        p = T.Fma(p, q, T.Create(3.871366798e-01f));
        p = T.Fma(p, q, T.Create(-6.078966061e-01f));
        p = T.Fma(p, q, T.Create(7.552851385e-01f));
        return p * inverse;
    }

    /// <summary>Φ(−t) for 0 ≤ t: Marsaglia's series (2004) while t is small, beyond it Laplace's continued fraction.</summary>
    internal static double Tail(double t)
    {
        const double Small = 3;
        const int Levels = 200;
        double bell = Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI), sum = t, term = t, fraction = t;
        for (int odd = 3; t < Small && term > double.Epsilon; odd += 2)
        {
            sum += term *= t * t / odd;
        }

        for (int level = Levels; level > 0; level--)
        {
            fraction = t + (level / fraction);
        }

        return t < Small ? 0.5 - (bell * sum) : bell / fraction;
    }
}
