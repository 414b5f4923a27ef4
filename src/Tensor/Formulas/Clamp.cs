using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x limited to [min, max].</summary>
/// <param name="Min">Lower limit.</param>
/// <param name="Max">Upper limit.</param>
public readonly record struct Clamp(double Min, double Max) : IUnary
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Min(T.Max(x, T.Create((float)Min)), T.Create((float)Max));

    /// <inheritdoc/>
    public double Exact(double x) => Math.Min(Math.Max(x, Min), Max);
}
