using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>Gradient descent with momentum: m = μm + (g + decay·p), p = p − rate·m. The second moment is unused.</summary>
/// <param name="Rate">Learning rate.</param>
/// <param name="Momentum">μ.</param>
/// <param name="Decay">L2 weight decay.</param>
internal readonly record struct SgdUpdate(double Rate, double Momentum, double Decay) : IUpdate
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<T>(ref T p, T g, ref T m, ref T v) where T : struct, ILane<T>
    {
        m = T.Fma(T.Create((float)Momentum), m, T.Fma(T.Create((float)Decay), p, g));
        p = T.Fma(T.Create((float)-Rate), m, p);
    }

    public void Exact(ref double p, double g, ref double m, ref double v)
    {
        m = (Momentum * m) + g + (Decay * p);
        p -= Rate * m;
    }
}
