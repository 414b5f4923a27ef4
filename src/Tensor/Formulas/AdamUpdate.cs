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
