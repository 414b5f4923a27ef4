using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>−1, 0 or 1; ±0 and NaN stay what they are.</summary>
internal readonly record struct Sign : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.IfLess(x, T.Create(0), T.Create(-1), T.IfLess(T.Create(0), x, T.Create(1), x));

    public double Exact(double x) => x < 0 ? -1 : x > 0 ? 1 : x;
}
