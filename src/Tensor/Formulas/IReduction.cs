using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>A reduction: Combine(… Accumulate(Accumulate(Start, x₀), x₁) …) in an order that depends on the shape alone.</summary>
public interface IReduction
{
    /// <summary>The result for no elements.</summary>
    float Start { get; }

    /// <summary>Takes one more element in.</summary>
    T Accumulate<T>(T sum, T x) where T : struct, ILane<T>;

    /// <summary>Joins two partial results.</summary>
    T Combine<T>(T a, T b) where T : struct, ILane<T>;

    /// <summary>The meaning of <see cref="Accumulate"/>, in double precision.</summary>
    double Exact(double sum, double x);
}
