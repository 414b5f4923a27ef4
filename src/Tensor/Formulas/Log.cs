using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>ln x; −∞ at 0, NaN below.</summary>
internal readonly record struct Log : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Log(x);

    public double Exact(double x) => Math.Log(x);
}
