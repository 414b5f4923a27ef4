using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>dy · (1 − y²) for a = dy, b = y = tanh x.</summary>
public readonly record struct TanhGradient : IBinary
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a * (T.Of(1) - (b * b));

    /// <inheritdoc/>
    public double Exact(double a, double b) => a * (1 - (b * b));
}
