using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x &lt; 0 ? slope · x : x.</summary>
/// <param name="Slope">Factor of the negative side.</param>
internal readonly record struct LeakyRelu(double Slope) : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Invoke(x, T.Create((float)Slope));

    /// <summary>With a slope that is known only at run time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Invoke<T>(T x, T slope) where T : struct, ILane<T> => T.IfLess(x, T.Create(0), x * slope, x);

    public double Exact(double x) => x < 0 ? Slope * x : x;
}

/// <summary>y &lt; 0 ? slope · dy : dy for a = dy and b = y; the sign of y is that of x.</summary>
/// <param name="Slope">Factor of the negative side.</param>
internal readonly record struct LeakyReluGradient(double Slope) : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => Invoke(a, b, T.Create((float)Slope));

    /// <summary>With a slope that is known only at run time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Invoke<T>(T a, T b, T slope) where T : struct, ILane<T> => T.IfLess(b, T.Create(0), a * slope, a);

    public double Exact(double a, double b) => b < 0 ? Slope * a : a;
}
