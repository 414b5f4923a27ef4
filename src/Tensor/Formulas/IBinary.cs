using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>An element-wise function of two arguments: one formula for every fast backend, and its meaning for the reference.</summary>
public interface IBinary
{
    /// <summary>The formula, over lanes of floats.</summary>
    T Invoke<T>(T a, T b) where T : struct, ILane<T>;

    /// <summary>The meaning, in double precision.</summary>
    double Exact(double a, double b);
}
