using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>Σ x.</summary>
public readonly record struct Sum : IReduction
{
    /// <inheritdoc/>
    public float Start => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Accumulate<T>(T sum, T x) where T : struct, ILane<T> => sum + x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Combine<T>(T a, T b) where T : struct, ILane<T> => a + b;

    /// <inheritdoc/>
    public double Exact(double sum, double x) => sum + x;
}
