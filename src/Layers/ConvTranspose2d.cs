using LisNative.Random;

namespace LisNative.Layers;

/// <summary>
/// activation(transposed convolution + b): [N, inputs, P, Q] to [N, outputs, H, W], the smallest H and W that a convolution of
/// this geometry takes back; weight [inputs, outputs, kernel, kernel].
/// </summary>
public sealed class ConvTranspose2d : WeightedLayer
{
    private readonly ConvGeometry geometry;

    /// <summary>A layer with a weight drawn by <paramref name="initialiser"/> and a bias of zeros.</summary>
    public ConvTranspose2d(
        Device device, int inputs, int outputs, int kernel, ConvGeometry geometry, Initialiser initialiser, Philox random,
        Activation? activation = null, bool bias = true)
        : this(device, inputs, outputs, kernel, geometry, initialiser, (Philox?)random, activation, bias)
    {
    }

    /// <summary>Without random numbers the weight is whatever its memory held, to be loaded.</summary>
    internal ConvTranspose2d(
        Device device, int inputs, int outputs, int kernel, ConvGeometry geometry, Initialiser initialiser, Philox? random,
        Activation? activation = null, bool bias = true)
        : base(
            device, [inputs, outputs, kernel, kernel], outputs, FanIn((long)inputs * kernel * kernel, geometry.Stride),
            outputs * kernel * kernel,
            initialiser, random, activation, bias) => this.geometry = geometry;

    /// <summary>Taps that an output gets on average, and one at least: with a stride beyond the kernel some get none.</summary>
    private static int FanIn(long taps, int stride) => (int)Math.Max(1, taps / Math.Max(1, (long)stride * stride));

    /// <inheritdoc/>
    public override Var Forward(Var x)
    {
        ArgumentNullException.ThrowIfNull(x);
        int kernel = Weight.Shape[2], outputs = Weight.Shape[1];
        Shape shape = [x.Shape[0], outputs, geometry.TransposedOutput(x.Shape[2], kernel), geometry.TransposedOutput(x.Shape[3], kernel)];
        return Var.ConvTranspose2d(x, Weight, shape, geometry, Bias, Activation);
    }
}
