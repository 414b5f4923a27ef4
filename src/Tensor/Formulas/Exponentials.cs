using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>eˣ.</summary>
internal readonly record struct Exp : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Exp(x);

    public double Exact(double x) => Math.Exp(x);
}

/// <summary>eˣ − 1, precise near 0.</summary>
internal readonly record struct Expm1 : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Expm1(x);

    public double Exact(double x) => Precise.Expm1(x);
}

/// <summary>ln x; −∞ at 0, NaN below.</summary>
internal readonly record struct Log : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Log(x);

    public double Exact(double x) => Math.Log(x);
}

/// <summary>ln(1 + x), precise near 0; −∞ at −1, NaN below.</summary>
internal readonly record struct Log1p : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Log1p(x);

    public double Exact(double x) => Precise.Log1p(x);
}

/// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|).</summary>
internal readonly record struct Softplus : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Max(x, T.Create(0)) + Elementary.Log1p(Elementary.Exp(T.Create(0) - T.Abs(x)));

    public double Exact(double x) => Math.Max(x, 0) + Precise.Log1p(Math.Exp(-Math.Abs(x)));
}
