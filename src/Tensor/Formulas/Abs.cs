using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>|x|.</summary>
internal readonly record struct Abs : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Abs(x);

    public double Exact(double x) => Math.Abs(x);
}
