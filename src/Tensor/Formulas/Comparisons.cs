using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>max(a, b); NaN if either is NaN.</summary>
internal readonly record struct Max : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.Max(a, b);

    public double Exact(double a, double b) => Math.Max(a, b);
}

/// <summary>min(a, b); NaN if either is NaN.</summary>
internal readonly record struct Min : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.Min(a, b);

    public double Exact(double a, double b) => Math.Min(a, b);
}

/// <summary>1 where a &gt; b, else 0.</summary>
internal readonly record struct GreaterThan : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(b, a, T.Create(1), T.Create(0));

    public double Exact(double a, double b) => a > b ? 1 : 0;
}

/// <summary>1 where a ≥ b, else 0; 0 where either is NaN.</summary>
internal readonly record struct GreaterOrEqual : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> =>
        T.IfLess(a, b, T.Create(0), T.IfLess(b, a, T.Create(1), Number.Is(T.Max(a, b))));

    public double Exact(double a, double b) => a >= b ? 1 : 0;
}

/// <summary>1 where a = b, else 0; 0 where either is NaN.</summary>
internal readonly record struct EqualTo : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> =>
        T.IfLess(a, b, T.Create(0), T.IfLess(b, a, T.Create(0), Number.Is(T.Max(a, b))));

    public double Exact(double a, double b) => a == b ? 1 : 0;
}

/// <summary>1 where a is b, an extreme of numbers among which it is, else 0; of two NaN, 1.</summary>
internal readonly record struct Reaches : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> =>
        T.IfLess(a, b, T.Create(0), T.IfLess(b, a, T.Create(0), T.Create(1) - (Number.Is(a) * (T.Create(1) - Number.Is(b)))));

    public double Exact(double a, double b) => a.Equals(b) || a == b ? 1 : 0;
}

/// <summary>b where a, a condition, is neither 0 nor NaN; −0 elsewhere, which added to anything leaves it as it is.</summary>
internal readonly record struct WhereTrue : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(T.Create(0), T.Abs(a), b, T.Create(-0f));

    public double Exact(double a, double b) => Math.Abs(a) > 0 ? b : -0.0;
}

/// <summary>b where a, a condition, is 0 or NaN; −0 elsewhere.</summary>
internal readonly record struct WhereFalse : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(T.Create(0), T.Abs(a), T.Create(-0f), b);

    public double Exact(double a, double b) => Math.Abs(a) > 0 ? -0.0 : b;
}

/// <summary>What is no NaN.</summary>
internal static class Number
{
    /// <summary>1 for a number, ±∞ included, and 0 for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Is<T>(T x) where T : struct, ILane<T> => T.IfLess(T.Create(-1), T.Abs(x), T.Create(1), T.Create(0));
}

/// <summary>x limited to [min, max].</summary>
/// <param name="Min">Lower limit.</param>
/// <param name="Max">Upper limit.</param>
internal readonly record struct Clamp(double Min, double Max) : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Min(T.Max(x, T.Create((float)Min)), T.Create((float)Max));

    public double Exact(double x) => Math.Min(Math.Max(x, Min), Max);
}

/// <summary>dy where min ≤ x ≤ max, else 0, for a = dy and b = x.</summary>
/// <param name="Min">Lower limit.</param>
/// <param name="Max">Upper limit.</param>
internal readonly record struct ClampGradient(double Min, double Max) : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> =>
        T.IfLess(b, T.Create((float)Min), T.Create(0), T.IfLess(T.Create((float)Max), b, T.Create(0), a));

    public double Exact(double a, double b) => b < Min || b > Max ? 0 : a;
}
