using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|).</summary>
internal readonly record struct Softplus : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Max(x, T.Create(0)) + Elementary.Log1p(Elementary.Exp(T.Create(0) - T.Abs(x)));

    public double Exact(double x) => Math.Max(x, 0) + Precise.Log1p(Math.Exp(-Math.Abs(x)));
}
