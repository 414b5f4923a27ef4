using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x &lt; 0 ? slope · x : x.</summary>
/// <param name="Slope">Factor of the negative side.</param>
internal readonly record struct LeakyRelu(double Slope) : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Invoke(x, T.Create((float)Slope));

    /// <summary>With a slope that only the run knows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Invoke<T>(T x, T slope) where T : struct, ILane<T> => T.IfLess(x, T.Create(0), x * slope, x);

    public double Exact(double x) => x < 0 ? Slope * x : x;
}
