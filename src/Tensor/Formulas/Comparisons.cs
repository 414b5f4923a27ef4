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

/// <summary>1 where a &gt; b, else 0.</summary>
internal readonly record struct GreaterThan : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(b, a, T.Create(1), T.Create(0));

    public double Exact(double a, double b) => a > b ? 1 : 0;
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
