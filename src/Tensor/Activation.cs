using LisNative.Formulas;

namespace LisNative;

/// <summary>
/// A function that a kernel can apply to its results while they are in cache. A new one is a line here: kernels, the reference and
/// ONNX know it by its formulas, gradients by a line in <c>Var.Activate</c>.
/// </summary>
public abstract class Activation
{
    private Activation()
    {
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Activation Sigmoid { get; } = new Pair<Sigmoid, SigmoidGradient>(default, default, ofOutput: true);

    /// <summary>tanh x. Its gradient is a function of x, not of tanh x, which lies too near to ±1 (docs/evidence/numerics.md).</summary>
    public static Activation Tanh { get; } = new Pair<Tanh, TanhGradient>(default, default, ofOutput: false);

    /// <summary>x &lt; 0 ? 0 : x; its gradient at 0 is 0.</summary>
    public static Activation Relu { get; } = new Pair<Relu, ReluGradient>(default, default, ofOutput: true);

    /// <summary>x · Φ(x), Φ the distribution of the standard normal (Hendrycks and Gimpel 2016).</summary>
    public static Activation Gelu { get; } = new Pair<Gelu, GeluGradient>(default, default, ofOutput: false);

    /// <summary>x / (1 + e⁻ˣ) (Elfwing, Uchibe, Doya 2018).</summary>
    public static Activation Silu { get; } = new Pair<Silu, SiluGradient>(default, default, ofOutput: false);

    /// <summary>x &lt; 0 ? slope·x : x.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not positive: the sign of x, on which the gradient depends, would be
    /// lost.</exception>
    public static Activation LeakyRelu(double slope)
    {
        Require.Positive(nameof(LeakyRelu), slope);
        return new Pair<LeakyRelu, LeakyReluGradient>(new(slope), new(slope), ofOutput: true);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Activation other && Formula.Equals(other.Formula);

    /// <inheritdoc/>
    public override int GetHashCode() => Formula.GetHashCode();

    /// <summary>The formula with its constants.</summary>
    public override string ToString() => $"{Formula}";

    /// <summary>y of x.</summary>
    internal abstract IUnary Formula { get; }

    /// <summary>dx of dy and y, or of dy and x.</summary>
    internal abstract IBinary Gradient { get; }

    /// <summary>Whether the gradient is that of dy and y.</summary>
    internal abstract bool IsGradientOfOutput { get; }

    /// <summary>Whether the gradient says only how much of dy passes: then x and y will do alike, and each part of dy by itself.</summary>
    internal bool IsPiecewiseLinear => Gradient is ReluGradient or LeakyReluGradient;

    /// <summary>Has the formula used, by code that is compiled for it.</summary>
    internal abstract TResult WithFormula<TUser, TResult>(TUser user) where TUser : struct, IFormulaUser<TResult>;

    /// <summary>The same of the gradient.</summary>
    internal abstract TResult WithGradient<TUser, TResult>(TUser user) where TUser : struct, IFormulaUser<TResult>;

    /// <summary>The same of both together.</summary>
    internal abstract void WithBoth<TUser>(TUser user) where TUser : struct, IFormulaPairUser;

    private sealed class Pair<TFormula, TGradient>(TFormula formula, TGradient gradient, bool ofOutput) : Activation
        where TFormula : unmanaged, IUnary
        where TGradient : unmanaged, IBinary
    {
        internal override IUnary Formula { get; } = formula;

        internal override IBinary Gradient { get; } = gradient;

        internal override bool IsGradientOfOutput => ofOutput;

        internal override TResult WithFormula<TUser, TResult>(TUser user) => user.Unary(formula);

        internal override TResult WithGradient<TUser, TResult>(TUser user) => user.Binary(gradient);

        internal override void WithBoth<TUser>(TUser user) => user.Use(formula, gradient);
    }
}

/// <summary>What an <see cref="Activation"/>'s formulas are used for.</summary>
internal interface IFormulaUser<out TResult>
{
    TResult Unary<TOp>(TOp op) where TOp : unmanaged, IUnary;

    TResult Binary<TOp>(TOp op) where TOp : unmanaged, IBinary;
}

/// <summary>What an <see cref="Activation"/>'s formula and gradient are used for together.</summary>
internal interface IFormulaPairUser
{
    void Use<TFormula, TGradient>(TFormula formula, TGradient gradient)
        where TFormula : unmanaged, IUnary
        where TGradient : unmanaged, IBinary;
}
