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

/// <summary>The reduction of what a reduction has left.</summary>
internal readonly record struct Joined<TOp>(TOp Op) : IReduction where TOp : unmanaged, IReduction
{
    public float Start => Op.Start;

    public T Accumulate<T>(T sum, T x) where T : struct, ILane<T> => Op.Combine(sum, x);

    public T Combine<T>(T a, T b) where T : struct, ILane<T> => Op.Combine(a, b);

    public double Exact(double sum, double x) => Op.Combine(ScalarLane.Create((float)sum), ScalarLane.Create((float)x)).Value;
}
