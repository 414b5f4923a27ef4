using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x limited to [min, max].</summary>
/// <param name="Min">Lower limit.</param>
/// <param name="Max">Upper limit.</param>
internal readonly record struct Clamp(double Min, double Max) : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Min(T.Max(x, T.Create((float)Min)), T.Create((float)Max));

    public double Exact(double x) => Math.Min(Math.Max(x, Min), Max);
}
