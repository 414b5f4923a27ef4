using LisNative.Random;

namespace LisNative.Layers;

/// <summary>activation(x·wᵀ + b): [..., inputs] to [..., outputs]; weight [outputs, inputs].</summary>
public sealed class Linear : WeightedLayer
{
    /// <summary>A layer that starts as PyTorch's: a weight uniform in ±1/√inputs of an output; but with a bias of zeros.</summary>
    public Linear(Device device, int inputs, int outputs, Generator random, Activation? activation = null, bool bias = true)
        : this(device, inputs, outputs, Initialisers.Uniform, random.Next(), activation, bias)
    {
    }

    /// <summary>A layer with a weight drawn by <paramref name="initialiser"/> and a bias of zeros.</summary>
    public Linear(
        Device device, int inputs, int outputs, Initialiser initialiser, Philox random, Activation? activation = null, bool bias = true)
        : this(device, inputs, outputs, initialiser, (Philox?)random, activation, bias)
    {
    }

    /// <summary>Without random numbers the weight is whatever its memory held, to be loaded.</summary>
    internal Linear(
        Device device, int inputs, int outputs, Initialiser initialiser, Philox? random, Activation? activation = null, bool bias = true)
        : base(device, [outputs, inputs], outputs, inputs, outputs, initialiser, random, activation, bias)
    {
    }

    /// <inheritdoc/>
    public override Var Forward(Var x) => Var.Linear(x, Weight, Bias, Activation);

    /// <summary>Outputs innermost.</summary>
    protected override Tensor Arrange(Tensor weight) => ForProduct(weight);
}
