using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>An element-wise function of one argument: one formula for every fast backend, and its meaning for the reference.</summary>
public interface IUnary
{
    /// <summary>The formula, over lanes of floats.</summary>
    T Invoke<T>(T x) where T : struct, ILane<T>;

    /// <summary>The meaning, in double precision; never shares the formula it judges.</summary>
    double Exact(double x);
}
