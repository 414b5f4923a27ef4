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

    private FeatureExtraction(Autoencoder network, Dataset normal) => (Network, head) = (network, normal.Head(Looked));

    /// <summary>The trained network.</summary>
    internal Autoencoder Network { get; }

    /// <summary>What training showed.</summary>
    internal TrainingHistory History { get; private set; } = TrainingHistory.None;

    private Device Device => Network.Latent.Weight.Value.Device;

    /// <summary>
    /// Creates and trains a network; where LinSep has a weight, it learns to separate negatives, of which some are held out.
    /// </summary>
    internal static FeatureExtraction Run(
        FitContext context, AutoencoderOptions options, (Dataset Train, Dataset HeldOut)? negatives = null, double linSep = 0)
    {
        context = context.ForPhase(options.Epochs1);
        var network = options.CreateNetwork(context.Device, context.Normal.SampleShape, context.Random.FoldIn(Streams.Weights));
        network.SetOutputMean(context.Normal.Mean());
        var phase1 = new FeatureExtraction(network, context.Normal);
        double untrained = phase1.Error();
        var start = TrainingHistory.Snapshot(network);
        TrainedPhase trained;
        using (new Scope())
        {
            trained = linSep > 0 && negatives is { } some
                ? Separating(context, options, network, some, linSep)
                : Plain(context, options, network);
        }

        phase1.History = new(
            [trained], TrainingHistory.UnmovedSince(start, network), [.. phase1.Findings(untrained, context.IsWhitened ? 1 : LittleGain)]);
        return phase1;
    }

    /// <summary>A phase that ended before, of which the network and what training showed are known.</summary>
    internal static FeatureExtraction Done(Autoencoder network, FitContext context, TrainingHistory history) => new(network, context.Normal)
    { History = history.Phases.Count > 0 ? history : new([new(Name, [])], history.Unmoved, history.Findings) };

    /// <summary>How the code of normal data has collapsed, in words; null when it has not.</summary>
    internal string? Collapse()
    {
        using var noGrad = new NoGrad();
        using var scope = new Scope();
        float[] latent = TensorModel.InBatches(Device, head, x => Network.Latent.Forward(Network.Encoder.Forward(x)));
        return Network.Bottleneck.Collapse(Device.From(latent, [head.Count, latent.Length / head.Count]));
    }

    private static TrainedPhase Plain(FitContext context, AutoencoderOptions options, Autoencoder network)
    {
        var feeder = new BatchFeeder(context, options.Batch);
        var x = feeder.Feed((context.Normal, context.Validation, context.Random.FoldIn(Streams.Phase1).FoldIn(PhaseStreams.Batches)));
        network.Bottleneck.BeginTraining(feeder);
        var noised = Noise.Add(feeder, x, options.NoiseIn(context), context.Random.FoldIn(Streams.Phase1));
        var (schedule, until) = feeder.Length(options.Rate1, options.WarmUp, options.Epochs1);
        return feeder.Train(Name, network.Parameters, schedule, Loss, clip: options.Clip, until: until);

        Var Loss()
        {
            var (code, penalty) = network.Bottleneck.Pass(network.Latent.Forward(network.Encoder.Forward(noised())));
            var loss = options.Loss(network.Decoder.Forward(code), x);
            return penalty is null ? loss : loss + penalty;
        }
    }

    /// <summary>The error on normal data and the cross-entropy of a linear read-out before the bottleneck.</summary>
    private static TrainedPhase Separating(
        FitContext context, AutoencoderOptions options, Autoencoder network, (Dataset Train, Dataset HeldOut) negatives, double linSep)
    {
        var (device, random, feeder) = (context.Device, context.Random.FoldIn(Streams.Phase1), new BatchFeeder(context, options.Batch));
        int count = feeder.Slice.Count;
        var both = feeder.Feed(
            (context.Normal, context.Validation, random.FoldIn(PhaseStreams.Batches)),
            (negatives.Train, negatives.HeldOut, random.FoldIn(PhaseStreams.NegativeBatches)));
        var x = both.Slice(0, 0, count);
        var readOut = new Linear(device, options.Latent, 1, Initialisers.Glorot, random.FoldIn(PhaseStreams.ReadOut));
        Var labels = Var.Concat(0, device.Full([count, 1], 1), device.Zeros([count, 1])), negativeX = both.Slice(0, count, count);
        double noise = options.NoiseIn(context);
        var noised = Noise.Add(feeder, x, noise, random);
        var (schedule, until) = feeder.Length(options.Rate1, options.WarmUp, options.Epochs1);
        return feeder.Train(
            Name, [.. network.Parameters, .. readOut.Parameters.Select(p => ($"readOut.{p.Name}", p.Value))], schedule, Loss,
            clip: options.Clip, until: until);

        Var Loss()
        {
            var latent = network.Latent.Forward(network.Encoder.Forward(noise > 0 ? Var.Concat(0, noised(), negativeX) : both));
            var reconstruction = network.Decoder.Forward(network.Bottleneck.Forward(latent.Slice(0, 0, count)));
            return options.Loss(reconstruction, x) + (Layers.Losses.BinaryCrossEntropyWithLogits(readOut.Forward(latent), labels) * linSep);
        }
    }

    private double Error() => TensorModel.InBatches(Device, head, x => LisLosses.Error(Network.Forward(x), x)).Average();

    private IEnumerable<string> Findings(double untrained, double leastGain)
    {
        if (head.AreEqual())
        {
            yield break;
        }

        if (Collapse() is { } collapse)
        {
            yield return collapse;
        }

        double gain = untrained / Error();
        if (!(gain >= leastGain))
        {
            yield return $"the trained model reconstructs normal data only {gain:F2} times as well as an untrained one; train longer "
                + "(epochs1, minutes) or check the data";
        }
    }
}
