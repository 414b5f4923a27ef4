using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x &lt; 0 ? 0 : x.</summary>
internal readonly record struct Relu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.IfLess(x, T.Create(0), T.Create(0), x);

    public double Exact(double x) => x < 0 ? 0 : x;
}

/// <summary>y &gt; 0 ? dy : 0 for a = dy and b = y; x instead of y gives the same.</summary>
internal readonly record struct ReluGradient : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(T.Create(0), b, a, T.Create(0));

    public double Exact(double a, double b) => b > 0 ? a : 0;
}
