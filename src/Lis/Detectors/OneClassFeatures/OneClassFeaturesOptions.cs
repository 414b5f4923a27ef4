using LisNative.Data;

namespace LisNative;

/// <summary>
/// Deep one-class features (Perera, Patel 2019): an encoder and a linear layer g learn features that lie close together for normal data,
/// by a compactness loss, and tell the classes of the negatives apart, by cross-entropy (descriptiveness); the score is the distance of
/// g(x) from the nearest of some normal samples. The paper refines a network that was trained on other pictures, for which features of such
/// a network may stand here (<see cref="Features.FeatureExtractor"/>). Negatives of one class are told from normal data.
/// </summary>
public sealed record OneClassFeaturesOptions : AutoencoderOptions
{
    /// <summary>Twenty passes: neither loss alone says when to stop.</summary>
    public OneClassFeaturesOptions() => Epochs1 = 20;

    /// <summary>λ, what compactness counts beside descriptiveness; the paper's 0.1.</summary>
    public double Compactness { get; init; } = 0.1;

    /// <summary>Normal samples to compare with; the paper has 40.</summary>
    public int Templates { get; init; } = 256;

    /// <summary>Whether negatives are augmented by blur, crops and flips; images only.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>Negatives prepared at most, augmented ones included.</summary>
    public int NegativePool { get; init; } = 16384;

    internal override void Check()
    {
        base.Check();
        Require(Epochs1 is not null, 0, "a number of passes", nameof(Epochs1));
        Require(Compactness > 0, Compactness, "above 0");
        Require(Templates >= 1, Templates, "at least 1");
        Require(NegativePool >= Batch, NegativePool, $"at least a batch of {Batch}");
    }

    internal override string MethodName => OneClassFeatures.Name;

    internal override bool TrainsUntilConvergence => false;

    internal override int PoolCount(TrainingPlan plan) =>
        Augmentation.PoolCount(plan.Negatives, Augment, NegativePool, plan.SliceOf(Batch).BatchSize);

    internal override Model Learn(FitContext context) => OneClassFeatures.Train(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        OneClassFeatures.Load(device, Architecture(sample, file), file);
}
