using LisNative.Random;

namespace LisNative.Layers;

/// <summary>A layer of one weight and, usually, one bias, with an activation fused to its kernel.</summary>
public abstract class WeightedLayer : Module
{
    /// <summary>Initialises the weight with <paramref name="initialiser"/> and the bias with zeros.</summary>
    protected WeightedLayer(
        Device device, Shape weight, int outputs, int fanIn, int fanOut, Initialiser initialiser, Philox random, Activation? activation,
        bool bias)
        : this(device, weight, outputs, fanIn, fanOut, initialiser, (Philox?)random, activation, bias)
    {
    }

    /// <summary>Without random numbers the weight is whatever its memory held, to be loaded.</summary>
    private protected WeightedLayer(
        Device device, Shape weight, int outputs, int fanIn, int fanOut, Initialiser initialiser, Philox? random, Activation? activation,
        bool bias)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(initialiser);
        var values = random is { } numbers ? device.From(initialiser(weight.Count, fanIn, fanOut, numbers), weight) : device.Empty(weight);
        Weight = Add("weight", Arrange(values));
        Bias = bias ? Add("bias", device.Zeros([outputs])) : null;
        Activation = activation;
    }

    /// <summary>The weight; its shape is that of PyTorch.</summary>
    public Parameter Weight { get; }

    /// <summary>One number for each output, or none.</summary>
    public Parameter? Bias { get; }

    /// <summary>What follows, fused.</summary>
    public Activation? Activation { get; }

    /// <summary>
    /// Takes the weight over in the memory order that the layer's kernel reads best: unless a layer says otherwise, that of convolutions.
    /// </summary>
    protected virtual Tensor Arrange(Tensor weight) => ForConvolution(weight);

    /// <summary>Takes a weight over in the memory order that convolutions read best.</summary>
    internal static Tensor ForConvolution(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using (weight)
        {
            using var order = Tensor.EmptyWeight(weight.Device, weight.Shape);
            return weight.LaidOutAs(order);
        }
    }

    /// <summary>
    /// Takes a weight [out, in] over with its outputs innermost: x·wᵀ then reads it as it lies, without packing it for a few samples.
    /// </summary>
    internal static Tensor ForProduct(Tensor weight)
    {
        using (weight)
        {
            using var inputsFirst = weight.Transpose();
            using var copy = inputsFirst.Contiguous();
            return copy.Transpose();
        }
    }
}
