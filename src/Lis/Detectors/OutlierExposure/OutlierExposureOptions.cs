using LisNative.Data;

namespace LisNative;

/// <summary>
/// Outlier exposure (Hendrycks, Mazeika, Dietterich 2019) for one class: with no classes to be uncertain about, the network learns to tell
/// normal data from negatives by cross-entropy, as in Ruff et al. 2021 (Rethinking assumptions in deep anomaly detection); the score is the
/// log-odds of a negative.
/// </summary>
public sealed record OutlierExposureOptions : AutoencoderOptions
{
    /// <summary>Whether negatives are augmented by blur, crops and flips; images only.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>
    /// Negatives prepared at most, augmented ones included; of large images as many as have 134 million numbers together, or as many as are
    /// given.
    /// </summary>
    public int NegativePool { get; init; } = 16384;

    internal override void Check()
    {
        base.Check();
        Require(NegativePool >= Batch, NegativePool, $"at least a batch of {Batch}");
    }

    internal override string MethodName => OutlierExposure.Name;

    internal override int PoolCount(TrainingPlan plan) =>
        Augmentation.PoolCount(plan.Negatives, Augment, NegativePool, plan.SliceOf(Batch).BatchSize);

    internal override Model Learn(FitContext context) => OutlierExposure.Train(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        OutlierExposure.Load(device, Architecture(sample, file), file);
}
