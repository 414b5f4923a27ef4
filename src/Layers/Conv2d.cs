using LisNative.Random;

namespace LisNative.Layers;

/// <summary>activation(convolution + b): [N, inputs, H, W] to [N, outputs, P, Q]; weight [outputs, inputs, kernel, kernel].</summary>
public sealed class Conv2d(Device device, int inputs, int outputs, int kernel, ConvGeometry geometry, Initialiser initialiser, Philox? random, Activation? activation = null, bool bias = true)
    : WeightedLayer(device, [outputs, inputs, kernel, kernel], outputs, inputs * kernel * kernel, outputs * kernel * kernel, initialiser, random, activation, bias)
{
    /// <inheritdoc/>
    public override Var Forward(Var x) => Var.Conv2d(x, Weight, geometry, Bias, Activation);
}
