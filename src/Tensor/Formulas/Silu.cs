using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>
/// x · σ(x) (Elfwing, Uchibe, Doya 2018). With h = e^(−|x|/2): x / (1 + h²) for x ≥ 0; below, (x·h)·h / (1 + h²), which is rounded once
/// where it becomes a denormal.
/// </summary>
internal readonly record struct Silu : IUnary
{
    /// <summary>Below this it is 0 in single precision.</summary>
    internal const float Nothing = -200;

    private const double NothingExact = -800;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T>
    {
        T t = T.AtLeast(x, T.Create(Nothing)), h = Elementary.Exp(T.Abs(t) * T.Create(-0.5f));
        return T.IfLess(t, T.Create(0), t * h * h, t) / T.Fma(h, h, T.Create(1));
    }

    public double Exact(double x) => x < NothingExact ? 0 : x < 0 ? x * Math.Exp(x) / (1 + Math.Exp(x)) : x / (1 + Math.Exp(-x));
}

/// <summary>dy · σ(x) · (1 + x · σ(−x)) for a = dy, b = x.</summary>
internal readonly record struct SiluGradient : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T>
    {
        T t = T.AtMost(T.AtLeast(b, T.Create(Silu.Nothing)), T.Create(-Silu.Nothing)), z = Elementary.Exp(T.Abs(t) * T.Create(-1));
        T greater = T.Create(1) / (T.Create(1) + z), less = z * greater;
        T itself = T.IfLess(t, T.Create(0), less, greater), other = T.IfLess(t, T.Create(0), greater, less);
        return a * (itself * T.Fma(t, other, T.Create(1)));
    }

    public double Exact(double a, double b)
    {
        double t = Math.Clamp(b, -800, 800);
        return a * (1 + (t / (1 + Math.Exp(t)))) / (1 + Math.Exp(-t));
    }
}
