using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>a − b.</summary>
public readonly record struct Subtract : IBinary
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a - b;

    /// <inheritdoc/>
    public double Exact(double a, double b) => a - b;
}
