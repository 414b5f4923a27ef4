using LisNative.Formulas;

namespace LisNative;

// Functions by name. Each is Map or Reduce of its formula; a formula of one's own goes to these directly.
public sealed partial class Tensor
{
    /// <summary>|x|.</summary>
    public Tensor Abs() => Map(default(Abs));

    /// <summary>x limited to [min, max].</summary>
    public Tensor Clamp(double min, double max) => Map(new Clamp(min, max));

    /// <summary>cos x for |x| ≤ 131,072 (2¹⁷); NaN beyond, where single precision leaves nothing of the angle.</summary>
    public Tensor Cos() => Map(default(Cos));

    /// <summary>eˣ.</summary>
    public Tensor Exp() => Map(default(Exp));

    /// <summary>eˣ − 1, exact near 0.</summary>
    public Tensor Expm1() => Map(default(Expm1));

    /// <summary>x · Φ(x), Φ the distribution of the standard normal.</summary>
    public Tensor Gelu() => Map(default(Gelu));

    /// <summary>x &lt; 0 ? slope·x : x.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative.</exception>
    public Tensor LeakyRelu(double slope)
    {
        Require.AtLeast(nameof(LeakyRelu), 0, slope);
        return Map(new LeakyRelu(slope));
    }

    /// <summary>ln x.</summary>
    public Tensor Log() => Map(default(Log));

    /// <summary>ln(1 + x), exact near 0.</summary>
    public Tensor Log1p() => Map(default(Log1p));

    /// <summary>xᵖ; NaN of a negative x where p is no whole number, and 1 where p is 0.</summary>
    public Tensor Pow(double exponent) => exponent switch
    {
        1 => Clone(),
        2 => Square(),
        _ => Map(new PowerOf(exponent)),
    };

    /// <summary>xᵖ, element by element; both broadcast.</summary>
    public Tensor Pow(Tensor exponent) => Map(default(Power), this, exponent);

    /// <summary>x &lt; 0 ? 0 : x.</summary>
    public Tensor Relu() => Map(default(Relu));

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public Tensor Sigmoid() => Map(default(Sigmoid));

    /// <summary>−1, 0 or 1; ±0 and NaN stay what they are.</summary>
    public Tensor Sign() => Map(default(Sign));

    /// <summary>x / (1 + e⁻ˣ).</summary>
    public Tensor Silu() => Map(default(Silu));

    /// <summary>sin x for |x| ≤ 131,072 (2¹⁷); NaN beyond, where single precision leaves nothing of the angle.</summary>
    public Tensor Sin() => Map(default(Sin));

    /// <summary>ln(1 + eˣ).</summary>
    public Tensor Softplus() => Map(default(Softplus));

    /// <summary>√x.</summary>
    public Tensor Sqrt() => Map(default(Sqrt));

    /// <summary>x².</summary>
    public Tensor Square() => Map(default(Square));

    /// <summary>tanh x.</summary>
    public Tensor Tanh() => Map(default(Tanh));

    /// <summary>The larger of a and b; NaN if either is NaN. Both broadcast.</summary>
    public static Tensor Max(Tensor a, Tensor b) => Map(default(Max), a, b);

    /// <summary>The smaller of a and b; NaN if either is NaN. Both broadcast.</summary>
    public static Tensor Min(Tensor a, Tensor b) => Map(default(Min), a, b);

    /// <summary>a / b, and 0 where b is 0. Both broadcast.</summary>
    public static Tensor DivideOrZero(Tensor a, Tensor b) => Map(default(DivideOrZero), a, b);

    /// <summary>Σx over the given axes (all when none is given), which stay as size 1 when <paramref name="keep"/>.</summary>
    public Tensor Sum(ReadOnlySpan<int> axes = default, bool keep = false) => Reduce(default(Sum), axes, keep);

    /// <summary>Σx² over the given axes (all when none is given), which stay as size 1 when <paramref name="keep"/>.</summary>
    public Tensor SumOfSquares(ReadOnlySpan<int> axes = default, bool keep = false) => Reduce(default(SumOfSquares), axes, keep);

    /// <summary>
    /// The largest x over the given axes (all when none is given), which stay as size 1 when <paramref name="keep"/>; NaN if any is NaN,
    /// −∞ of none.
    /// </summary>
    public Tensor Max(ReadOnlySpan<int> axes = default, bool keep = false) => Reduce(default(MaxReduction), axes, keep);

    /// <summary>
    /// The smallest x over the given axes (all when none is given), which stay as size 1 when <paramref name="keep"/>; NaN if any is NaN,
    /// ∞ of none.
    /// </summary>
    public Tensor Min(ReadOnlySpan<int> axes = default, bool keep = false) => Reduce(default(MinReduction), axes, keep);

    /// <summary>
    /// The mean over the given axes (all when none is given), which stay as size 1 when <paramref name="keep"/>: Σx · (1 / n).
    /// </summary>
    public Tensor Mean(ReadOnlySpan<int> axes = default, bool keep = false)
    {
        using var sum = Sum(axes, keep);
        return sum / ((double)Count / Math.Max(1, sum.Count));
    }
}
