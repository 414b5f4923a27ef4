namespace LisNative;

/// <summary>What happens to a result while it is still in cache: the activations that kernels can fuse.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>x &lt; 0 ? 0.2·x : x (the paper's networks).</summary>
    LeakyRelu,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>tanh x.</summary>
    Tanh,
}

/// <summary>gate · activation(result + bias), with one bias for each output channel or column.</summary>
/// <param name="Bias">[channels], or null for none.</param>
/// <param name="Activation">Applied last.</param>
/// <param name="Gate">
/// Of the result's shape, or null for none: where it is negative the result is multiplied by <see cref="Slope"/>. With the output of a LeakyReLU as gate, a
/// gradient passes through that LeakyReLU.
/// </param>
/// <param name="OverGate">Whether the gate is read by nobody afterwards, so that the result may take its memory, where a backend can do that (<see cref="IBackend.WritesOverGate"/>).</param>
public readonly record struct Epilogue(Tensor? Bias = null, Activation Activation = Activation.None, Tensor? Gate = null, bool OverGate = false)
{
    /// <summary>Slope of <see cref="Activation.LeakyRelu"/> below zero.</summary>
    public const double Slope = 0.2;
}
