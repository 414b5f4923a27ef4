using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>dy where min ≤ x ≤ max, else 0, for a = dy and b = x.</summary>
/// <param name="Min">Lower limit.</param>
/// <param name="Max">Upper limit.</param>
internal readonly record struct ClampGradient(double Min, double Max) : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(b, T.Create((float)Min), T.Create(0), T.IfLess(T.Create((float)Max), b, T.Create(0), a));

    public double Exact(double a, double b) => b < Min || b > Max ? 0 : a;
}
