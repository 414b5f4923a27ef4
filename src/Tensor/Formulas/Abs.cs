using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>|x|.</summary>
public readonly record struct Abs : IUnary
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Abs(x);

    /// <inheritdoc/>
    public double Exact(double x) => Math.Abs(x);
}
