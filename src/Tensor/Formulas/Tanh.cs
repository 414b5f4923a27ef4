using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>tanh x.</summary>
internal readonly record struct Tanh : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => Elementary.Tanh(x);

    public double Exact(double x) => Math.Tanh(x);
}

/// <summary>
/// dy · sech²x for a = dy, b = x, with sech²x = 4z / (1 + z)², z = e^−2|x|. Not dy · (1 − y²): where tanh saturates, y rounded to
/// single precision leaves 1 − y² few correct digits or none, and an optimiser that divides by the gradient's size acts on them.
/// </summary>
internal readonly record struct TanhGradient : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T>
    {
        T z = Elementary.Exp(T.Abs(b) * T.Create(-2)), sum = T.Create(1) + z;
        return a * (T.Create(4) * z / (sum * sum));
    }

    public double Exact(double a, double b) => a * (1 / (Math.Cosh(b) * Math.Cosh(b)));
}
