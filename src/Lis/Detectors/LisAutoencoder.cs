using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>A LIS-AE: one network, and the latent layer that it had before phase 2, which makes it the plain autoencoder again.</summary>
internal sealed class LisAutoencoder : ReconstructionModel
{
    private const string Own = "lis-ae", Plain = "ae", Phase1Name = "phase1.latent";

    private readonly Autoencoder network;
    private readonly Linear phase1Latent;
    private readonly TrainingHistory phase1;

    private LisAutoencoder(Device device, Autoencoder network, Linear phase1Latent, TrainingHistory phase1) : base(device) =>
        (this.network, this.phase1Latent, this.phase1) = (network, phase1Latent, phase1);

    internal override IReadOnlyList<string> ScoreNames { get; } = [Own, Plain];

    /// <summary>Both phases (Algorithm 1).</summary>
    internal static LisAutoencoder Train(FitContext set, LisOptions options)
    {
        var negatives = Pool(set, options);
        return Separate(set, options, negatives, FeatureExtraction.Run(set, options, negatives, options.LinSep));
    }

    /// <summary>Phase 2 anew, from a copy of the network that phase 1 left.</summary>
    internal LisAutoencoder Reshape(FitContext set, LisOptions options)
    {
        var copy = options.CreateNetwork(Device, set.Normal.SampleShape);
        foreach (var (to, from) in copy.Parameters.Zip(network.Parameters))
        {
            to.Value.Value.CopyFrom(from.Value.Value);
        }

        copy.Latent.Weight.Value.CopyFrom(phase1Latent.Weight.Value);
        copy.Latent.Bias!.Value.CopyFrom(phase1Latent.Bias!.Value);
        return Separate(set, options, Pool(set, options), FeatureExtraction.Done(copy, set, phase1));
    }

    /// <summary>A fixed set, so that the frozen encoder sees each negative once; null without negatives.</summary>
    private static Dataset? Pool(FitContext set, LisOptions options)
    {
        if (set.Negatives is null)
        {
            return null;
        }

        set.Report("preparing negatives", 0, 1);
        return Augmentation.Pool(set.Negatives, options.Augment, options.NegativePool, set.SliceOf(options.Batch).BatchSize, set.Random.FoldIn(2), options.CropShare, options.SmallestCrop);
    }

    private static LisAutoencoder Separate(FitContext set, LisOptions options, Dataset? negatives, FeatureExtraction phase1)
    {
        options = options with { Gamma = options.Gamma ?? (DistanceFromMean(set.Normal) is > 0 and var distance ? 3 * distance : 1) };
        var (network, phase1Latent) = (phase1.Network, Copy(set.Device, phase1.Network.Latent));
        if (negatives is null || options.Epochs2 == 0)
        {
            return new(set.Device, network, phase1Latent, phase1.History()) { History = phase1.History(), Chosen = options };
        }

        var start = TrainingHistory.Snapshot(network.Latent);
        double[] losses = ShapeLatent(set, negatives, network, options, set.Random.FoldIn(5));
        var history = phase1.History("latent shaping", losses, TrainingHistory.UnmovedSince(start, network.Latent), phase1.Collapse());
        return new(set.Device, network, phase1Latent, phase1.History()) { History = history, Chosen = options };
    }

    internal static LisAutoencoder Load(Device device, Autoencoder network, SafeTensors file)
    {
        Weights.Load(network, file);
        var phase1Latent = Copy(device, network.Latent);
        Weights.Load(phase1Latent, file, Phase1Name);
        return new(device, network, phase1Latent, TrainingHistory.None);
    }

    internal override IReadOnlyList<(string Name, Tensor Value)> State => [.. Named(network), .. Named(phase1Latent, Phase1Name)];

    protected override Var Encode(Var x, string score) => network.Bottleneck.Forward((score == Plain ? phase1Latent : network.Latent).Forward(network.Encoder.Forward(x)));

    protected override Var Decode(Var code) => network.Decoder.Forward(code);

    /// <summary>Phase 2: equation (1) over the latent layer alone, from the encoder's stored output.</summary>
    private static double[] ShapeLatent(FitContext set, Dataset pool, Autoencoder network, LisOptions options, Philox random)
    {
        var (device, train) = (set.Device, set.Normal);
        network.SetTrainable(false);
        network.Latent.SetTrainable(true);
        var share = set.SliceOf(options.Batch);
        using FeatureCache positives = new(set, network, train, share.BatchSize), negatives = new(set, network, pool, share.BatchSize);
        var order = new BatchOrder(train.Count, share.BatchSize, random.FoldIn(1));
        var negativeOrder = new BatchOrder(pool.Count, share.BatchSize, random.FoldIn(2));
        int steps = order.StepsPerEpoch * options.Epochs2;
        using Tensor features = device.Empty([2 * share.Count, network.Architecture.Features]), x = device.Empty([2 * share.Count, .. train.SampleShape.Sizes]);
        using Tensor positiveFeatures = features.Slice(0, 0, share.Count), negativeFeatures = features.Slice(0, share.Count, share.Count);
        using Tensor positiveX = x.Slice(0, 0, share.Count), negativeX = x.Slice(0, share.Count, share.Count);
        return set.Train(new("latent shaping", network.LatentParameters, new(options.Rate2, options.WarmUp, steps, 0.01), Load, Loss, Clip: options.Clip, Weight: share.Weight));

        void Load(int step)
        {
            train.Load(positives.Load(order[step], positiveFeatures), positiveX);
            pool.Load(negatives.Load(negativeOrder[step], negativeFeatures), negativeX);
        }

        Var Loss() => LisLosses.LatentShaping(network.FromFeatures(features), x, share.Count, options.Beta, options.Gamma!.Value);
    }

    private static Linear Copy(Device device, Linear layer)
    {
        var copy = new Linear(device, layer.Weight.Shape[1], layer.Weight.Shape[0], Initialisers.Glorot, default, layer.Activation);
        copy.Weight.Value.CopyFrom(layer.Weight.Value);
        copy.Bias!.Value.CopyFrom(layer.Bias!.Value);
        return copy;
    }

    /// <summary>mean ‖x − x̄‖₂ over some samples: what a constant reconstruction achieves.</summary>
    private static double DistanceFromMean(Dataset set)
    {
        var head = set.Select(set.Name, [.. Enumerable.Range(0, Math.Min(set.Count, 2 * Batch))]);
        float[] mean = [.. Scaler.Fit(head).Mean.Select(m => (float)m)];
        var row = new float[mean.Length];
        double sum = 0;
        for (int i = 0; i < head.Count; i++)
        {
            head.Read([i], row);
            sum += Math.Sqrt(row.Zip(mean, (a, b) => (double)(a - b) * (a - b)).Sum());
        }

        return sum / head.Count;
    }
}
