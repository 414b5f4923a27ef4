using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

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
