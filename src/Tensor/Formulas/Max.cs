using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>max(a, b); NaN if either is NaN.</summary>
internal readonly record struct Max : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.Max(a, b);

    public double Exact(double a, double b) => Math.Max(a, b);
}
