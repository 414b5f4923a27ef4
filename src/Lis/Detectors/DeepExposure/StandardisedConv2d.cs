using LisNative.Random;

namespace LisNative.Layers;

/// <summary>
/// A convolution whose weight has mean 0 over the inputs of each output, and a norm there that is learnt apart from its direction (weight
/// standardisation: Qiao and others 2019, Brock, De, Smith 2021). So layers keep their scales as with batch norm, while what becomes of a
/// sample depends on no other of its batch.
/// </summary>
internal sealed class StandardisedConv2d : WeightedLayer
{
    private const double Epsilon = 1e-6;

    private readonly ConvGeometry geometry;
    private readonly Parameter gain;

    internal StandardisedConv2d(Device device, int inputs, int outputs, PerAxis kernel, ConvGeometry geometry, Initialiser initialiser,
        Philox random, Activation activation)
        : base(device, [outputs, inputs, kernel.H, kernel.W], outputs, inputs * kernel.H * kernel.W, outputs * kernel.H * kernel.W,
            initialiser, random, activation, bias: true)
    {
        this.geometry = geometry;
        gain = Add("gain", device.Full([outputs, 1, 1, 1], Math.Sqrt(2)));
    }

    /// <summary>gain · (w − mean) / ‖w − mean‖, each over the inputs of an output.</summary>
    internal Var Standardised
    {
        get
        {
            Var w = Weight, centred = w - w.Mean([1, 2, 3], keep: true);
            return centred * (gain / (centred.Square().Sum([1, 2, 3], keep: true) + Epsilon).Sqrt());
        }
    }

    /// <inheritdoc/>
    public override Var Forward(Var x) => Var.Conv2d(x, Standardised, geometry, Bias, Activation);
}
