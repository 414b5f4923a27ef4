using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>Of a number u that is uniform in (0, 1): 0 where u &lt; probability, else 1 / (1 − probability).</summary>
/// <param name="Probability">Of 0.</param>
internal readonly record struct DropoutMask(double Probability) : IUnary
{
    private float Threshold => (float)Probability;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> =>
        T.IfLess(x, T.Create(Threshold), T.Create(0), T.Create((float)(1 / (1 - Probability))));

    public double Exact(double x) => x < Threshold ? 0 : 1 / (1 - Probability);
}
