using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>1 where a &gt; b, else 0.</summary>
internal readonly record struct GreaterThan : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(b, a, T.Create(1), T.Create(0));

    public double Exact(double a, double b) => a > b ? 1 : 0;
}
