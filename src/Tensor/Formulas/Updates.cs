using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>
/// Adam (Kingma, Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov, Hutter 2019):
/// m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², p = keep·p − step·m / (√v·root + ε).
/// </summary>
/// <param name="Step">Learning rate / (1 − β₁ᵗ).</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Root">1 / √(1 − β₂ᵗ).</param>
/// <param name="Epsilon">Keeps the quotient finite.</param>
/// <param name="Keep">1 − learning rate · weight decay.</param>
internal readonly record struct AdamUpdate(double Step, double Beta1, double Beta2, double Root, double Epsilon, double Keep) : IUpdate
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<T>(ref T p, T g, ref T m, ref T v) where T : struct, ILane<T>
    {
        m = T.Fma(T.Create((float)Beta1), m, T.Create((float)(1 - Beta1)) * g);
        v = T.Fma(T.Create((float)Beta2), v, T.Create((float)(1 - Beta2)) * g * g);
        p = T.Fma(T.Create((float)-Step), m / T.Fma(T.Sqrt(v), T.Create((float)Root), T.Create((float)Epsilon)), p * T.Create((float)Keep));
    }

    public void Exact(ref double p, double g, ref double m, ref double v)
    {
        m = (Beta1 * m) + ((1 - Beta1) * g);
        v = (Beta2 * v) + ((1 - Beta2) * g * g);
        p = (Keep * p) - (Step * m / ((Math.Sqrt(v) * Root) + Epsilon));
    }
}

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

/// <summary>RMSprop (Tieleman, Hinton 2012): v = αv + (1−α)g², p = p − rate·g / (√v + ε). The first moment is unused.</summary>
/// <param name="Rate">Learning rate.</param>
/// <param name="Alpha">Decay of the second moment.</param>
/// <param name="Epsilon">Keeps the quotient finite.</param>
internal readonly record struct RmsPropUpdate(double Rate, double Alpha, double Epsilon) : IUpdate
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<T>(ref T p, T g, ref T m, ref T v) where T : struct, ILane<T>
    {
        v = T.Fma(T.Create((float)Alpha), v, T.Create((float)(1 - Alpha)) * g * g);
        p = T.Fma(T.Create((float)-Rate), g / (T.Sqrt(v) + T.Create((float)Epsilon)), p);
    }

    public void Exact(ref double p, double g, ref double m, ref double v)
    {
        v = (Alpha * v) + ((1 - Alpha) * g * g);
        p -= Rate * g / (Math.Sqrt(v) + Epsilon);
    }
}
