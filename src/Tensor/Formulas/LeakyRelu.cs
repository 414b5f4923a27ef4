using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x &lt; 0 ? slope · x : x.</summary>
/// <param name="Slope">Factor of the negative side.</param>
public readonly record struct LeakyRelu(double Slope) : IUnary
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.IfLess(x, T.Create(0), x * T.Create((float)Slope), x);

    /// <inheritdoc/>
    public double Exact(double x) => x < 0 ? Slope * x : x;
}
