using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>eˣ − 1, precise near 0.</summary>
internal readonly record struct Expm1 : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Expm1(x);

    public double Exact(double x) => Precise.Expm1(x);
}
