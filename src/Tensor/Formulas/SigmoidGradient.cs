using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>dy · y · (1 − y) for a = dy, b = y = sigmoid x.</summary>
internal readonly record struct SigmoidGradient : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a * (b * (T.Create(1) - b));

    public double Exact(double a, double b) => a * b * (1 - b);
}
