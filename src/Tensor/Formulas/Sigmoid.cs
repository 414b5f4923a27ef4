using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>1 / (1 + e⁻ˣ).</summary>
internal readonly record struct Sigmoid : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Sigmoid(x);

    public double Exact(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));
}

/// <summary>dy · y · (1 − y) for a = dy, b = y = sigmoid x.</summary>
internal readonly record struct SigmoidGradient : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a * (b * (T.Create(1) - b));

    public double Exact(double a, double b) => a * b * (1 - b);
}
