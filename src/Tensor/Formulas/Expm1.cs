using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>eˣ − 1, precise near 0.</summary>
public readonly record struct Expm1 : IUnary
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Expm1(x);

    /// <inheritdoc/>
    public double Exact(double x) => Precise.Expm1(x);
}
