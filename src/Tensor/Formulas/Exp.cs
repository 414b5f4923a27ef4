using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>eˣ.</summary>
internal readonly record struct Exp : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Exp(x);

    public double Exact(double x) => Math.Exp(x);
}
