using LisNative.Data;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;

namespace LisNative.Training;

/// <summary>
/// Phase 1: a new autoencoder learns to reconstruct the normal data. With a separability loss (LinSep, section 4.2) a linear read-out
/// of the latent layer also learns to tell normal data from negatives.
/// </summary>
internal sealed class FeatureExtraction
{
    private const string Name = "feature extraction";
    private const double LittleGain = 1.2;
    private const int Looked = 512;

    private readonly Dataset head;
    private IReadOnlyList<string> unmoved = [], findings = [];

    private FeatureExtraction(Autoencoder network, Dataset head) => (Network, this.head) = (network, head);

    /// <summary>The trained network.</summary>
    internal Autoencoder Network { get; }

    /// <summary>The loss of every step.</summary>
    internal IReadOnlyList<double> Losses { get; private set; } = [];

    private Device Device => Network.Latent.Weight.Value.Device;

    /// <summary>Creates and trains.</summary>
    /// <param name="set">What to learn from.</param>
    /// <param name="options">Sizes, bottleneck, loss and schedule.</param>
    /// <param name="negatives">For the separability loss.</param>
    /// <param name="linSep">Weight of the separability loss; 0 leaves it out.</param>
    internal static FeatureExtraction Run(FitContext set, AutoencoderOptions options, Dataset? negatives = null, double linSep = 0)
    {
        var network = options.CreateNetwork(set.Device, set.Normal.SampleShape, set.Random.FoldIn(3));
        network.SetOutputMean(set.Normal.Mean());
        var phase1 = new FeatureExtraction(network, Head(set.Normal));
        double untrained = phase1.Error();
        var start = TrainingHistory.Snapshot(network);
        using (new Scope())
        {
            var phase = linSep > 0 && negatives is not null
                ? Separating(set, options, network, negatives, linSep)
                : Plain(set, options, network);
            phase1.Losses = set.Train(phase);
        }

        network.Bottleneck.EndTraining();
        phase1.unmoved = TrainingHistory.UnmovedSince(start, network);
        phase1.findings = [.. phase1.Findings(untrained)];
        return phase1;
    }

    /// <summary>A phase that ended before, of which the network and what training showed are known.</summary>
    internal static FeatureExtraction Done(Autoencoder network, FitContext set, TrainingHistory history)
    {
        var losses = history.Losses.FirstOrDefault(l => l.Phase == Name).Losses ?? [];
        return new(network, Head(set.Normal)) { Losses = losses, unmoved = history.Unmoved, findings = history.Findings };
    }

    /// <summary>What training showed.</summary>
    internal TrainingHistory History() => new([(Name, Losses)], unmoved, findings);

    /// <summary>What training showed in this phase and a second, of which the losses, what it did not move and what else it left are given.</summary>
    internal TrainingHistory History(string phase, IReadOnlyList<double> losses, IReadOnlyList<string> unmovedThen, string? findingThen) =>
        new([(Name, Losses), (phase, losses)], [.. unmoved, .. unmovedThen.Select(n => $"{n} ({phase})")], findingThen is null ? findings : [.. findings, findingThen]);

    /// <summary>How the code of normal data has collapsed, in words; null when it has not.</summary>
    internal string? Collapse()
    {
        using var noGrad = new NoGrad();
        using var scope = new Scope();
        float[] latent = TensorModel.InBatches(Device, head, x => Network.Latent.Forward(Network.Encoder.Forward(x)));
        return Network.Bottleneck.Collapse(Device.From(latent, [head.Count, latent.Length / head.Count]));
    }

    private static Phase Plain(FitContext set, AutoencoderOptions options, Autoencoder network)
    {
        var share = set.SliceOf(options.Batch);
        var order = new BatchOrder(set.Normal.Count, share, set.Random.FoldIn(4).FoldIn(1));
        var batch = set.Device.Empty([share.Count, .. set.Normal.SampleShape.Sizes]);
        return new(Name, network.Parameters, Schedule(options, order), Load, Loss, Clip: options.Clip, Weight: share.Weight);

        void Load(int step)
        {
            set.Normal.Load(order[step], batch);
            network.Bottleneck.BeginStep(step, share);
        }

        Var Loss()
        {
            var (code, penalty) = network.Bottleneck.Pass(network.Latent.Forward(network.Encoder.Forward(batch)));
            var loss = options.Loss(network.Decoder.Forward(code), batch);
            return penalty is null ? loss : loss + penalty;
        }
    }

    /// <summary>The error on normal data and the cross-entropy of a linear read-out before the bottleneck.</summary>
    private static Phase Separating(FitContext set, AutoencoderOptions options, Autoencoder network, Dataset negatives, double linSep)
    {
        var (device, random, share) = (set.Device, set.Random.FoldIn(4), set.SliceOf(options.Batch));
        var order = new BatchOrder(set.Normal.Count, share, random.FoldIn(1));
        var negativeOrder = new BatchOrder(negatives.Count, share, random.FoldIn(3));
        var readOut = new Linear(device, options.Latent, 1, Initialisers.Glorot, random.FoldIn(2));
        var both = device.Empty([2 * share.Count, .. set.Normal.SampleShape.Sizes]);
        Tensor x = both.Slice(0, 0, share.Count), negative = both.Slice(0, share.Count, share.Count);
        Var labels = Var.Concat(0, device.Full([share.Count, 1], 1), device.Zeros([share.Count, 1]));
        return new(Name, [.. network.Parameters, .. readOut.Parameters.Select(p => ($"readOut.{p.Name}", p.Value))], Schedule(options, order), Load, Loss, Clip: options.Clip, Weight: share.Weight);

        void Load(int step)
        {
            set.Normal.Load(order[step], x);
            negatives.Load(negativeOrder[step], negative);
        }

        Var Loss()
        {
            var latent = network.Latent.Forward(network.Encoder.Forward(both));
            var reconstruction = network.Decoder.Forward(network.Bottleneck.Forward(latent.Slice(0, 0, share.Count)));
            return options.Loss(reconstruction, x) + (Layers.Losses.BinaryCrossEntropyWithLogits(readOut.Forward(latent), labels) * linSep);
        }
    }

    private static LearningRateSchedule Schedule(AutoencoderOptions options, BatchOrder order) => new(options.Rate1, options.WarmUp, order.StepsPerEpoch * options.Epochs1, 0.01);

    private static Dataset Head(Dataset set) => set.Select(set.Name, [.. Enumerable.Range(0, Math.Min(set.Count, Looked))]);

    private double Error() => TensorModel.InBatches(Device, head, x => LisLosses.Error(Network.Forward(x), x)).Average();

    private IEnumerable<string> Findings(double untrained)
    {
        if (head.AreEqual())
        {
            yield return "all normal samples are equal: there is nothing to learn but that one";
            yield break;
        }

        if (Collapse() is { } collapse)
        {
            yield return collapse;
        }

        double gain = untrained / Error();
        if (!(gain >= LittleGain))
        {
            yield return $"the trained model reconstructs normal data only {gain:F2} times as well as an untrained one; train longer (epochs1) or check the data";
        }
    }
}
