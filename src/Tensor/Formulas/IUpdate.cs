using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>One step of an optimiser for one element: parameter p, its gradient g and two moments.</summary>
public interface IUpdate
{
    /// <summary>The formula, over lanes of floats.</summary>
    void Invoke<T>(ref T p, T g, ref T m, ref T v) where T : struct, ILane<T>;

    /// <summary>The meaning, in double precision.</summary>
    void Exact(ref double p, double g, ref double m, ref double v);
}
