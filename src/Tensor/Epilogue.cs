using LisNative.Formulas;

namespace LisNative;

/// <summary>
/// What a kernel does with its results while they are in cache: gate(activation(result + bias)), with one bias for each output channel or
/// column.
/// </summary>
/// <param name="Bias">[channels], or null for none.</param>
/// <param name="Activation">Null for none.</param>
/// <param name="Gate">Applied last; null for none.</param>
public readonly record struct Epilogue(Tensor? Bias = null, Activation? Activation = null, Gate? Gate = null)
{
    /// <summary>The same by a backend's own element-wise kernels: the meaning, for backends and formulas without a fused one.</summary>
    /// <param name="backend">Whose kernels.</param>
    /// <param name="y">The results, which are overwritten.</param>
    /// <param name="channels">The axis of y along which the bias lies.</param>
    public void Apply(IBackend backend, Tensor y, int channels)
    {
        if (Bias is { } bias)
        {
            int[] sizes = [.. y.Shape.Axes().Select(axis => axis == channels ? bias.Count : 1)];
            using Tensor shaped = bias.Reshape(sizes), expanded = shaped.Expand(y.Shape);
            backend.Binary(default(Add), y, expanded, y);
        }

        _ = Activation?.WithFormula<InPlace, bool>(new(backend, y, y));
        _ = Gate?.Activation.WithGradient<InPlace, bool>(new(backend, y, Gate.Output));
    }

    private readonly record struct InPlace(IBackend Backend, Tensor Y, Tensor Output) : IFormulaUser<bool>
    {
        public bool Unary<TOp>(TOp op) where TOp : unmanaged, IUnary
        {
            Backend.Unary(op, Y, Y);
            return true;
        }

        public bool Binary<TOp>(TOp op) where TOp : unmanaged, IBinary
        {
            Backend.Binary(op, Y, Output, Y);
            return true;
        }
    }
}

/// <summary>Leads a gradient through an activation: dy ↦ dx, from the activation's output.</summary>
/// <param name="activation">One whose gradient is a function of its output.</param>
/// <param name="output">Its output, of the result's shape.</param>
/// <param name="mayOverwrite">Whether nobody reads that output afterwards, so that the result may take its memory
/// (<see cref="IBackend.WritesOverGate"/>).</param>
public sealed class Gate(Activation activation, Tensor output, bool mayOverwrite = false)
{
    /// <summary>What is differentiated.</summary>
    public Activation Activation { get; } = activation.IsGradientOfOutput ? activation
        : throw new NotSupportedException($"Gate: the gradient of {activation} is no function of its output");

    /// <summary>Its y.</summary>
    public Tensor Output { get; } = output;

    /// <summary>Whether y's memory is free.</summary>
    public bool MayOverwrite { get; } = mayOverwrite;
}
