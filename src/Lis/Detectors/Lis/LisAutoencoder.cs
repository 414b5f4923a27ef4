using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Training;

namespace LisNative;

/// <summary>A LIS-AE: one network, and the latent layer that it had before phase 2, which makes it the plain autoencoder again.</summary>
internal sealed class LisAutoencoder : ReconstructionModel
{
    private const string Own = "lis-ae", Plain = "ae", Phase1Name = "phase1.latent", Phase2 = "latent shaping";

    private const string Vain =
        "latent shaping was in vain and is undone: what it gains on held-out negatives it loses on normal data, which they are "
        + "much like; other negatives may help";

    /// <summary>The part of a bounded time after which phase 1 must have ended where a second follows.</summary>
    private const double Phase1Share = 0.6;

    private readonly Autoencoder network;
    private readonly Linear phase1Latent;
    private readonly TrainingHistory phase1;

    private LisAutoencoder(Device device, Autoencoder network, Linear phase1Latent, TrainingHistory phase1)
        : base(device, [.. Named(network), .. Named(phase1Latent, Phase1Name)]) =>
        (this.network, this.phase1Latent, this.phase1) = (network, phase1Latent, phase1);

    internal override IReadOnlyList<string> ScoreNames { get; } = [Own, Plain];

    /// <summary>The latent layer's weights [latent, features] after each phase.</summary>
    internal (Tensor Phase1, Tensor Phase2) LatentWeights => (phase1Latent.Weight.Value, network.Latent.Weight.Value);

    /// <summary>What the latent layer reads of samples: [batch, features].</summary>
    internal Var Features(Var x) => network.Encoder.Forward(x).Flatten();

    /// <summary>Both phases (Algorithm 1).</summary>
    internal static LisAutoencoder Train(FitContext context, LisOptions options)
    {
        var negatives = Pool(context, options);
        var first = negatives is null || options.Epochs2 == 0 ? context : context.ForPart(Phase1Share);
        return Separate(context, options, negatives, FeatureExtraction.Run(first, options, negatives, options.LinSep));
    }

    /// <summary>Phase 2 anew, from a copy of the network that phase 1 left.</summary>
    internal LisAutoencoder RefitLatent(FitContext context, LisOptions options)
    {
        var copy = options.CreateNetwork(Device, network.Architecture);
        foreach (var (to, from) in copy.Parameters.Zip(network.Parameters))
        {
            to.Value.Value.CopyFrom(from.Value.Value);
        }

        copy.Latent.Weight.Value.CopyFrom(phase1Latent.Weight.Value);
        copy.Latent.Bias!.Value.CopyFrom(phase1Latent.Bias!.Value);
        return Separate(context, options, Pool(context, options),
            FeatureExtraction.Done(copy, context.ForPhase(options.Epochs1), phase1));
    }

    /// <summary>
    /// A fixed set, so that the frozen encoder sees each negative once, and one of others, where held-out negatives are to show when
    /// training gains no more; of too few the same. Null without negatives.
    /// </summary>
    private static (Dataset Train, Dataset HeldOut)? Pool(FitContext context, LisOptions options)
    {
        if (context.Negatives is null)
        {
            return null;
        }

        context.Report("preparing negatives", 0, 1);
        int batch = context.SliceOf(options.Batch).BatchSize;
        long held = options.Need(context.Plan).PoolHeld(context.Memory);
        return ValidationSplit.OfNegatives(context, options.SetsNegativesAside, batch, (set, least, most) => Augmentation.Pool(
            set, options.Augment, Math.Min(most, options.NegativePool), least, context.Random.FoldIn(Streams.Negatives), options.CropShare,
            options.SmallestCrop, held));
    }

    private static LisAutoencoder Separate(FitContext context, LisOptions options, (Dataset Train, Dataset HeldOut)? negatives,
        FeatureExtraction phase1)
    {
        options = context.IsGraded && options.NoiseIn(context) > 0 ? options : options with
        { Gamma = options.Gamma ?? (DistanceFromMean(context.Normal) is > 0 and var distance ? 3 * distance : 1) };
        var (network, phase1Latent) = (phase1.Network, Copy(context.Device, phase1.Network.Latent));
        if (negatives is not { } pool || options.Epochs2 == 0)
        {
            return new(context.Device, network, phase1Latent, phase1.History) { History = phase1.History, Chosen = options };
        }

        var start = TrainingHistory.Snapshot(network.Latent);
        var shaping = ShapeLatent(context.ForPhase(options.Epochs2), pool, network, options);
        bool vain = shaping.Length?.BestStep == 0;
        var history = phase1.History.With(
            shaping, vain ? [] : TrainingHistory.UnmovedSince(start, network.Latent), vain ? Vain : phase1.Collapse());
        return new(context.Device, network, phase1Latent, phase1.History) { History = history, Chosen = options };
    }

    internal static LisAutoencoder Load(Device device, Autoencoder network, SafeTensors file)
    {
        var phase1Latent = Copy(device, network.Latent);
        Weights.Load(phase1Latent, file, Phase1Name);
        return new(device, network, phase1Latent, TrainingHistory.None);
    }

    protected override Var Encode(Var x, string score) =>
        network.Bottleneck.Forward((score == Plain ? phase1Latent : network.Latent).Forward(network.Encoder.Forward(x)));

    protected override Var Decode(Var code) => network.Decoder.Forward(code);

    /// <summary>Phase 2: equation (1) over the latent layer alone, from the encoder's stored output.</summary>
    private static TrainedPhase ShapeLatent(
        FitContext context, (Dataset Train, Dataset HeldOut) pool, Autoencoder network, LisOptions options)
    {
        var (device, train, random) = (context.Device, context.Normal, context.Random.FoldIn(Streams.Phase2));
        network.FreezeAllButLatent();
        var feeder = new BatchFeeder(context, options.Batch);
        int count = feeder.Slice.Count, batch = feeder.Slice.BatchSize;
        long most = options.Need(context.Plan).FeaturesHeld(context.Memory) / sizeof(float);
        using FeatureCache positives = new(context, network, train, batch, most),
            negatives = new(context, network, pool.Train, batch, most);
        using var heldOut = context.Validation is { } held ? new FeatureCache(context, network, held, batch, most) : null;
        using var heldOutNegatives = heldOut is null ? null : new FeatureCache(context, network, pool.HeldOut, batch, most);
        var order = new BatchOrder(train.Count, batch, random.FoldIn(PhaseStreams.Batches));
        var negativeOrder = new BatchOrder(pool.Train.Count, batch, random.FoldIn(PhaseStreams.ShapingNegatives));
        using Tensor features = device.Empty([2 * count, network.Architecture.Features]),
            x = device.Empty([2 * count, .. train.SampleShape.Sizes]);
        using Tensor positiveFeatures = features.Slice(0, 0, count), negativeFeatures = features.Slice(0, count, count);
        using Tensor positiveX = x.Slice(0, 0, count), negativeX = x.Slice(0, count, count), gammas = device.Empty([count]);
        var (own, heldOutOwn) = options.Gamma is null ? OwnGammas.Of(context, train, pool) : default;

        // The caches choose which rows of a batch are this rank's, so that those they keep need not move: they are given the whole batch.
        feeder.Before(step =>
        {
            train.Load(positives.Load(order[step], positiveFeatures), positiveX);
            LoadNegatives(pool.Train, negatives.Load(negativeOrder[step], negativeFeatures), own);
        },
        held =>
        {
            context.Validation!.Load(
                heldOut!.Load(feeder.HeldOutRows(context.Validation.Count, held), positiveFeatures), positiveX);
            LoadNegatives(
                pool.HeldOut, heldOutNegatives!.Load(feeder.HeldOutRows(pool.HeldOut.Count, held), negativeFeatures), heldOutOwn);
        });
        var (schedule, until) = feeder.Length(options.Rate2, options.WarmUp, options.Epochs2, own is null ? Judged : null);
        return feeder.Train(Phase2, network.LatentParameters, schedule, Loss, clip: options.Clip, until: until);

        void LoadNegatives(Dataset set, ReadOnlySpan<int> rows, float[]? wanted)
        {
            set.Load(rows, negativeX);
            if (wanted is not null)
            {
                gammas.Write<float>([.. rows.ToArray().Select(row => wanted[row])]);
            }
        }

        // One γ for all would go on trading normal data for negatives that are much like them.
        Var Judged() => LisLosses.Separation(network.FromFeatures(features), x, count);

        Var Loss() => own is null
            ? LisLosses.LatentShaping(network.FromFeatures(features), x, count, options.Beta, options.Gamma!.Value)
            : LisLosses.LatentShaping(network.FromFeatures(features), x, count, options.Beta, gammas);
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
        var head = set.Head(2 * Batch);
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
