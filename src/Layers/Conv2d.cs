using LisNative.Random;

namespace LisNative.Layers;

/// <summary>activation(convolution + b): [N, inputs, H, W] to [N, outputs, P, Q]; weight [outputs, inputs / groups,
/// height and width of the kernel].</summary>
public sealed class Conv2d : WeightedLayer
{
    private readonly ConvGeometry geometry;

    /// <summary>A layer that starts as PyTorch's: a weight uniform in ±1/√inputs of an output; but with a bias of zeros.</summary>
    public Conv2d(
        Device device, int inputs, int outputs, PerAxis kernel, Generator random, ConvGeometry? geometry = null,
        Activation? activation = null, bool bias = true)
        : this(
            device, inputs, outputs, kernel, geometry ?? new(1), Initialisers.Uniform, random.Next(), activation, bias)
    {
    }

    /// <summary>A layer with a weight drawn by <paramref name="initialiser"/> and a bias of zeros.</summary>
    public Conv2d(
        Device device, int inputs, int outputs, PerAxis kernel, ConvGeometry geometry, Initialiser initialiser, Philox random,
        Activation? activation = null, bool bias = true)
        : this(device, inputs, outputs, kernel, geometry, initialiser, (Philox?)random, activation, bias)
    {
    }

    /// <summary>Without random numbers the weight is whatever its memory held, to be loaded.</summary>
    internal Conv2d(
        Device device, int inputs, int outputs, PerAxis kernel, ConvGeometry geometry, Initialiser initialiser, Philox? random,
        Activation? activation = null, bool bias = true)
        : base(
            device, [outputs, geometry.InGroup(inputs), kernel.H, kernel.W], outputs,
            geometry.InGroup(inputs) * kernel.H * kernel.W, geometry.InGroup(outputs) * kernel.H * kernel.W,
            initialiser, random, activation, bias) => this.geometry = geometry;

    /// <inheritdoc/>
    public override Var Forward(Var x) => Var.Conv2d(x, Weight, geometry, Bias, Activation);
}
