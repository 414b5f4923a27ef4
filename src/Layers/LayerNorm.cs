namespace LisNative.Layers;

/// <summary>(x − mean) / √(variance + ε) · scale + shift over the last axis, [..., length] (Ba, Kiros, Hinton 2016).</summary>
public sealed class LayerNorm : Module
{
    private readonly Parameter scale, shift;

    /// <summary>Starts as the plain normalisation: scale 1, shift 0.</summary>
    public LayerNorm(Device device, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        (scale, shift) = (new Parameter(device.Full([length], 1)), new Parameter(device.Zeros([length])));
        Parameters = [("scale", scale), ("shift", shift)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <inheritdoc/>
    public override Var Forward(Var x) => x.LayerNorm(scale, shift);
}
