using LisNative.Memory;

namespace LisNative.Layers;

/// <summary>
/// activation((x − mean) / √(variance + ε) · weight + bias) for each channel of [N, C, …] (Ioffe, Szegedy 2015). In training mean and
/// variance are those of the batch, and a running average of each is kept, of the unbiased variance; else they are the averages.
/// </summary>
public abstract class BatchNorm : Module
{
    private readonly Parameter weight, bias;
    private readonly Tensor mean, variance;
    private readonly double epsilon, momentum;
    private readonly Activation? activation;

    private protected BatchNorm(Device device, int channels, double epsilon, double momentum, Activation? activation)
    {
        ArgumentNullException.ThrowIfNull(device);
        (weight, bias) = (Add("weight", device.Full([channels], 1)), Add("bias", device.Zeros([channels])));
        (mean, variance) = (AddBuffer("running_mean", device.Zeros([channels])), AddBuffer("running_var", device.Full([channels], 1)));
        (this.epsilon, this.momentum, this.activation) = (epsilon, momentum, activation);
    }

    /// <summary>What it takes, in words, and whether a shape is of that kind.</summary>
    private protected abstract (string Expected, bool Fits) Judge(Shape shape);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch has other axes or channels, or, in training, one value of each channel.</exception>
    public sealed override Var Forward(Var x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (expected, fits) = Judge(x.Shape);
        if (!fits || x.Shape[1] != mean.Count)
        {
            throw new ArgumentException($"{GetType().Name}: expected {expected} of {mean.Count} channels, found {x.Shape}");
        }

        if (!IsTraining)
        {
            return x.BatchNorm(weight, bias, mean, variance, epsilon, activation);
        }

        double count = x.Shape.Count / (double)mean.Count;
        if (count < 2)
        {
            throw new ArgumentException(
                $"{GetType().Name}: expected at least two values of each channel in training, found {x.Shape}; a larger batch or Eval() "
                + "helps");
        }

        var y = x.BatchNorm(weight, bias, epsilon, out var ofBatch, out var biased, activation);
        using (ofBatch)
        using (biased)
        {
            Average(mean, ofBatch, 1);
            Average(variance, biased, count / (count - 1));
        }

        return y;
    }

    private void Average(Tensor running, Tensor latest, double factor)
    {
        using var scope = new Scope();
        running.CopyFrom((running * (1 - momentum)) + (latest * (momentum * factor)));
    }
}

/// <summary>Batch normalisation of images, [N, channels, H, W].</summary>
/// <inheritdoc cref="BatchNorm1d"/>
public sealed class BatchNorm2d(
    Device device, int channels, Activation? activation = null, double epsilon = 1e-5, double momentum = 0.1)
    : BatchNorm(device, channels, epsilon, momentum, activation)
{
    private protected override (string Expected, bool Fits) Judge(Shape shape) => ("images [N, C, H, W]", shape.Rank == 4);
}

/// <summary>Batch normalisation of vectors, [N, channels], or sequences, [N, channels, length].</summary>
/// <param name="device">Where it lives.</param>
/// <param name="channels">Sizes of axis 1.</param>
/// <param name="activation">What follows.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">The share of the latest batch in the running averages.</param>
public sealed class BatchNorm1d(
    Device device, int channels, Activation? activation = null, double epsilon = 1e-5, double momentum = 0.1)
    : BatchNorm(device, channels, epsilon, momentum, activation)
{
    private protected override (string Expected, bool Fits) Judge(Shape shape) =>
        ("vectors [N, C] or sequences [N, C, length]", shape.Rank is 2 or 3);
}
