namespace LisNative.Layers;

/// <summary>(x − mean) / √(variance + ε) · weight + bias over the last axis, [..., length] (Ba, Kiros, Hinton 2016).</summary>
public sealed class LayerNorm : Module
{
    private readonly Parameter weight, bias;
    private readonly double epsilon;

    /// <summary>Starts as the plain normalisation: weight 1, bias 0.</summary>
    public LayerNorm(Device device, int length, double epsilon = 1e-5) : this(device, length, "weight", "bias", epsilon)
    {
    }

    /// <summary>With names of one's own for weight and bias.</summary>
    internal LayerNorm(Device device, int length, string weightName, string biasName, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(device);
        (weight, bias) = (Add(weightName, device.Full([length], 1)), Add(biasName, device.Zeros([length])));
        this.epsilon = epsilon;
    }

    /// <inheritdoc/>
    public override Var Forward(Var x) => x.LayerNorm(weight, bias, epsilon);
}
