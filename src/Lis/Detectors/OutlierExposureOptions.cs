using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// Outlier exposure (Hendrycks, Mazeika, Dietterich 2019) for one class: with no classes to be uncertain about, the network learns to tell normal data from
/// negatives by cross-entropy, as in Ruff et al. 2021 (Rethinking assumptions in deep anomaly detection); the score is the log-odds of a negative.
/// </summary>
public sealed record OutlierExposureOptions : AutoencoderOptions
{
    /// <summary>Whether negatives are augmented by blur, crops and flips; images only.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>Negatives prepared at most, augmented ones included; of large images as many as have 134 million numbers together, or as many as are given.</summary>
    public int NegativePool { get; init; } = 16384;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(NegativePool >= Batch, nameof(NegativePool), $"at least a batch of {Batch}", NegativePool);
    }

    internal override Model Train(FitContext set)
    {
        if (set.Negatives is null)
        {
            throw new InputException("outlier-exposure", "expected negatives to learn from, found none");
        }

        var negatives = Augmentation.Pool(set.Negatives, Augment, NegativePool, set.SliceOf(Batch).BatchSize, set.Random.FoldIn(2));
        var network = Create(set.Device, set.Normal.SampleShape, set.Random.FoldIn(3));
        var start = TrainingHistory.Snapshot(network);
        var share = set.SliceOf(Batch);
        var order = new BatchOrder(set.Normal.Count, share, set.Random.FoldIn(4).FoldIn(1));
        var negativeOrder = new BatchOrder(negatives.Count, share, set.Random.FoldIn(4).FoldIn(3));
        var both = set.Device.Empty([2 * share.Count, .. set.Normal.SampleShape.Sizes]);
        Tensor positive = both.Slice(0, 0, share.Count), negative = both.Slice(0, share.Count, share.Count);
        Var labels = Var.Concat(0, set.Device.Zeros([share.Count, 1]), set.Device.Full([share.Count, 1], 1));
        double[] losses = set.Train(
            new("exposure", network.Parameters, new(Rate1, WarmUp, order.StepsPerEpoch * Epochs1, 0.01), Load, () => Losses.BinaryCrossEntropyWithLogits(network.Forward(both), labels), Clip: Clip, Weight: share.Weight));
        return new Classifier(set.Device, network) { History = new([("exposure", losses)], TrainingHistory.UnmovedSince(start, network), []) };

        void Load(int step)
        {
            set.Normal.Load(order[step], positive);
            negatives.Load(negativeOrder[step], negative);
        }
    }

    internal override Model Load(Device device, Shape sample, SafeTensors file)
    {
        var network = Create(device, sample);
        Weights.Load(network, file);
        return new Classifier(device, network);
    }

    /// <summary>The autoencoder's encoder and latent layer, and a linear read-out.</summary>
    private Sequential Create(Device device, Shape sample, Random.Philox? random = null) => new(
        ("encoder", Autoencoder.CreateEncoder(device, Architecture(sample), random)),
        ("latent", new Linear(device, Architecture(sample).Features, Latent, Initialisers.Glorot, random?.FoldIn(3), Activation.Tanh)),
        ("readOut", new Linear(device, Latent, 1, Initialisers.Glorot, random?.FoldIn(4))));

    private sealed class Classifier(Device device, Module network) : TensorModel(device)
    {
        internal override IReadOnlyList<string> ScoreNames { get; } = ["outlier-exposure"];

        protected override Var Score(Var x, string score) => network.Forward(x);

        internal override IReadOnlyList<(string Name, Tensor Value)> State { get; } = [.. Named(network)];
    }
}
