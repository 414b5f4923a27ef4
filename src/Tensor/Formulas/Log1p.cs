using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>ln(1 + x), precise near 0; −∞ at −1, NaN below.</summary>
internal readonly record struct Log1p : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Log1p(x);

    public double Exact(double x) => Precise.Log1p(x);
}
