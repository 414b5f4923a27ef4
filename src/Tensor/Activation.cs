using LisNative.Formulas;

namespace LisNative;

/// <summary>
/// A function that a kernel can apply to its results while they are in cache. A new one is a line here: kernels, the reference, gradients
/// and ONNX know it by its formulas.
/// </summary>
public abstract class Activation
{
    private Activation()
    {
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Activation Sigmoid { get; } = new Pair<Sigmoid, SigmoidGradient>(default, default);

    /// <summary>tanh x. Its gradient is a function of x, not of tanh x, which lies too near to ±1 (docs/evidence/numerics.md).</summary>
    public static Activation Tanh { get; } = new Single<Tanh>(default);

    /// <summary>x &lt; 0 ? slope·x : x.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not positive: the sign of x, on which the gradient depends, would be
    /// lost.</exception>
    public static Activation LeakyRelu(double slope)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slope);
        return new Pair<LeakyRelu, LeakyReluGradient>(new(slope), new(slope));
    }

    /// <summary>x &lt; 0 ? 0 : x. Its gradient is a function of x: where y is 0, its sign is lost.</summary>
    public static Activation Relu { get; } = new Single<LeakyRelu>(new(0));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Activation other && Formula.Equals(other.Formula);

    /// <inheritdoc/>
    public override int GetHashCode() => Formula.GetHashCode();

    /// <summary>The formula with its constants.</summary>
    public override string ToString() => $"{Formula}";

    /// <summary>y of x.</summary>
    internal abstract IUnary Formula { get; }

    /// <summary>dx of dy and y; null where it is no function of y.</summary>
    internal virtual IBinary? Gradient => null;

    /// <summary>Has the formula used, by code that is compiled for it.</summary>
    internal abstract TResult WithFormula<TUser, TResult>(TUser user) where TUser : struct, IFormulaUser<TResult>;

    /// <summary>The same of the gradient.</summary>
    internal virtual TResult WithGradient<TUser, TResult>(TUser user) where TUser : struct, IFormulaUser<TResult> =>
        throw new NotSupportedException($"Activation: the gradient of {Formula.GetType().Name} is no function of its output");

    private class Single<TFormula>(TFormula formula) : Activation where TFormula : unmanaged, IUnary
    {
        internal override IUnary Formula { get; } = formula;

        internal override TResult WithFormula<TUser, TResult>(TUser user) => user.Unary(formula);
    }

    private sealed class Pair<TFormula, TGradient>(TFormula formula, TGradient gradient) : Single<TFormula>(formula)
        where TFormula : unmanaged, IUnary
        where TGradient : unmanaged, IBinary
    {
        internal override IBinary? Gradient { get; } = gradient;

        internal override TResult WithGradient<TUser, TResult>(TUser user) => user.Binary(gradient);
    }
}

/// <summary>What an <see cref="Activation"/>'s formulas are used for.</summary>
internal interface IFormulaUser<out TResult>
{
    TResult Unary<TOp>(TOp op) where TOp : unmanaged, IUnary;

    TResult Binary<TOp>(TOp op) where TOp : unmanaged, IBinary;
}
