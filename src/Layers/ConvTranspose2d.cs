using LisNative.Random;

namespace LisNative.Layers;

/// <summary>
/// activation(transposed convolution + b): [N, inputs, P, Q] to [N, outputs, H, W], the smallest H and W that a convolution of
/// this geometry takes back; weight [inputs, outputs / groups, height and width of the kernel].
/// </summary>
public sealed class ConvTranspose2d : WeightedLayer
{
    private readonly ConvGeometry geometry;

    /// <summary>A layer that starts as PyTorch's: a weight uniform in ±1/√inputs of an output; but with a bias of zeros.</summary>
    public ConvTranspose2d(
        Device device, int inputs, int outputs, PerAxis kernel, Generator random, ConvGeometry? geometry = null,
        Activation? activation = null, bool bias = true)
        : this(
            device, inputs, outputs, kernel, geometry ?? new(1), Initialisers.Uniform, random.Next(), activation, bias)
    {
    }

    /// <summary>A layer with a weight drawn by <paramref name="initialiser"/> and a bias of zeros.</summary>
    public ConvTranspose2d(
        Device device, int inputs, int outputs, PerAxis kernel, ConvGeometry geometry, Initialiser initialiser, Philox random,
        Activation? activation = null, bool bias = true)
        : this(device, inputs, outputs, kernel, geometry, initialiser, (Philox?)random, activation, bias)
    {
    }

    /// <summary>Without random numbers the weight is whatever its memory held, to be loaded.</summary>
    internal ConvTranspose2d(
        Device device, int inputs, int outputs, PerAxis kernel, ConvGeometry geometry, Initialiser initialiser, Philox? random,
        Activation? activation = null, bool bias = true)
        : base(
            device, [inputs, geometry.InGroup(outputs), kernel.H, kernel.W], outputs,
            FanIn((long)geometry.InGroup(inputs) * kernel.H * kernel.W, geometry.Stride),
            geometry.InGroup(outputs) * kernel.H * kernel.W, initialiser, random, activation, bias) => this.geometry = geometry;

    /// <summary>Taps that an output gets on average, and one at least: with a stride beyond the kernel some get none.</summary>
    private static int FanIn(long taps, PerAxis stride) => (int)Math.Max(1, taps / Math.Max(1, (long)stride.H * stride.W));

    /// <inheritdoc/>
    public override Var Forward(Var x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Var.ConvTranspose2d(x, Weight, geometry.TransposedOutput(x.Shape, Weight.Shape), geometry, Bias, Activation);
    }
}
