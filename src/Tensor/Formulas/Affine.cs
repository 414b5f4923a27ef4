using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>scale · x + offset.</summary>
/// <param name="Scale">Factor.</param>
/// <param name="Offset">Addend.</param>
internal readonly record struct Affine(double Scale, double Offset) : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Fma(T.Create((float)Scale), x, T.Create((float)Offset));

    public double Exact(double x) => (Scale * x) + Offset;
}
