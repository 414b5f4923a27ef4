using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>a / b, and 0 where b is 0: the subgradient that norms take at the origin.</summary>
internal readonly record struct DivideOrZero : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(T.Create(0), T.Abs(b), a / b, T.Create(0) * b);

    public double Exact(double a, double b) => b == 0 ? 0 : a / b;
}
