using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

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
