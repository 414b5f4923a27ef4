using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>Σ x.</summary>
internal readonly record struct Sum : IReduction
{
    public float Start => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Accumulate<T>(T sum, T x) where T : struct, ILane<T> => sum + x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Combine<T>(T a, T b) where T : struct, ILane<T> => a + b;

    public double Exact(double sum, double x) => sum + x;
}

/// <summary>Σ x².</summary>
internal readonly record struct SumOfSquares : IReduction
{
    public float Start => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Accumulate<T>(T sum, T x) where T : struct, ILane<T> => T.Fma(x, x, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Combine<T>(T a, T b) where T : struct, ILane<T> => a + b;

    public double Exact(double sum, double x) => sum + (x * x);
}

/// <summary>The greatest x; NaN if any is.</summary>
internal readonly record struct MaxReduction : IReduction
{
    public float Start => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Accumulate<T>(T sum, T x) where T : struct, ILane<T> => T.Max(sum, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Combine<T>(T a, T b) where T : struct, ILane<T> => T.Max(a, b);

    public double Exact(double sum, double x) => Math.Max(sum, x);
}

/// <summary>The least x; NaN if any is.</summary>
internal readonly record struct MinReduction : IReduction
{
    public float Start => float.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Accumulate<T>(T sum, T x) where T : struct, ILane<T> => T.Min(sum, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Combine<T>(T a, T b) where T : struct, ILane<T> => T.Min(a, b);

    public double Exact(double sum, double x) => Math.Min(sum, x);
}
