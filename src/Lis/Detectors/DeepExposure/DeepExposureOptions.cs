using LisNative.Models;

namespace LisNative;

/// <summary>
/// Outlier exposure (Hendrycks, Mazeika, Dietterich 2019) with what helps against anomalies of kinds that no negative shows: a deeper
/// encoder whose convolutions have standardised weights, and pictures that are shifted and mirrored anew in every step. The encoder halves
/// pictures once more than an autoencoder's, has a convolution after each halving but the last, and ends in a mean over places. Vectors
/// have outlier exposure's network. The score is the log-odds of a negative.
/// </summary>
public sealed record DeepExposureOptions : AutoencoderOptions
{
    /// <summary>Twenty passes in batches of 64, at twice the rate of an autoencoder.</summary>
    public DeepExposureOptions() => (Width1, Width2, Latent, Epochs1, Batch, Rate1) = (24, 96, 192, 20, 64, 2e-3);

    /// <summary>
    /// Whether pictures are mirrored, left to right, and shifted by an eighth of their sides at most in every step of training; then the
    /// score is the mean of a picture's and of its mirror image's.
    /// </summary>
    public bool Augment { get; init; } = true;

    /// <summary>By how much weights shrink in a step, in units of the learning rate (AdamW: Loshchilov, Hutter 2019).</summary>
    public double WeightDecay { get; init; } = 0.05;

    internal override void Check()
    {
        base.Check();
        Require(Epochs1 is not null, 0, "a number of passes", nameof(Epochs1));
        Require(WeightDecay >= 0, WeightDecay, "at least 0");
    }

    internal override string MethodName => DeepExposure.Name;

    internal override bool TrainsUntilConvergence => false;

    internal override long Weights(Shape sample) =>
        Architecture(sample) is { IsImage: true } a ? ExposureEncoder.Weights(a) : base.Weights(sample);

    internal override long[] Units(Shape sample) =>
        Architecture(sample) is { IsImage: true } a ? ExposureEncoder.Units(a) : base.Units(sample);

    internal override Model Learn(FitContext context) => DeepExposure.Train(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        DeepExposure.Load(device, Architecture(sample), file, this);
}
