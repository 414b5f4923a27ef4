using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

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
