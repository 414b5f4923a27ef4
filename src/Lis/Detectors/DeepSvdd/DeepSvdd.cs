using System.Globalization;
using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>Deep SVDD: a network f, here encoder and latent layer, and the centre c near which it maps normal data.</summary>
internal sealed class DeepSvdd(Device device, Autoencoder network, Tensor centre)
    : TensorModel(device, [.. Named(network), (CentreName, centre)])
{
    internal const string Name = "deep-svdd";

    private const string Phase2 = "contraction", CentreName = "centre";
    private const double LeastCentre = 0.1, Collapsed = 1.1;
    private const int Looked = 512;

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal static DeepSvdd Train(FitContext context, DeepSvddOptions options)
    {
        var phase1 = FeatureExtraction.Run(context, options);
        var (device, network) = (context.Device, phase1.Network);
        var centre = device.From(Centre(device, network, context.Normal), [1, options.Latent]);
        var start = TrainingHistory.Snapshot(network.Encoder);
        var contraction = Contract(context, options, network, centre);
        double apart = MeanDistance(Mixed(context.Normal, context.Random.FoldIn(Streams.Mixing))) / MeanDistance(context.Normal);
        string? collapse = apart >= Collapsed ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"the hyper-sphere has collapsed: mixtures of unrelated elements lie only {apart:F2} times as far from the centre as "
                + $"normal data, so every input maps near it; train for fewer epochs, at a lower rate or with less decay");
        var history = phase1.History.With(contraction, TrainingHistory.UnmovedSince(start, network.Encoder), collapse);
        return new(device, network, centre) { History = history };

        double MeanDistance(Dataset samples) => InBatches(device, samples, x => Distance(network, centre, x)).Average();
    }

    internal static DeepSvdd Load(Device device, Autoencoder network, SafeTensors file) =>
        new(device, network, file.Get(CentreName, [1, network.Architecture.Latent]).ToTensor(device));

    internal override Var Forward(Var x, string score) => Distance(network, centre, x);

    /// <summary>Samples whose every element comes from another normal sample: what is left when nothing of their structure is.</summary>
    private static Dataset Mixed(Dataset normal, Philox random)
    {
        int size = normal.SampleShape.Count, count = Math.Min(Math.Min(normal.Count, Looked), Dataset.RowsWithin(Array.MaxLength, size));
        var (values, row) = (new float[count * size], new float[size]);
        for (int i = 0; i < count; i++)
        {
            normal.Read([i], row);
            for (int j = 0; j < size; j++)
            {
                values[((i + (int)(random.Uniform((ulong)j) * count)) % count * size) + j] = row[j];
            }
        }

        return new($"{normal.Name} (mixed)", normal.SampleShape, values, new int[count]);
    }

    /// <summary>The mean output, components near 0 moved to ±0.1: a zero weight would reach those at once.</summary>
    private static float[] Centre(Device device, Autoencoder network, Dataset normal)
    {
        int z = network.Architecture.Latent;
        float[] outputs = InBatches(device, normal, x => network.Latent.Forward(network.Encoder.Forward(x)));
        return [.. Enumerable.Range(0, z)
            .Select(j => Enumerable.Range(0, normal.Count).Average(i => (double)outputs[(i * z) + j]))
            .Select(c => (float)(Math.Abs(c) < LeastCentre ? Math.CopySign(LeastCentre, c) : c))];
    }

    /// <summary>Minimises the mean of ‖f(x) − c‖² over the weights of f.</summary>
    private static TrainedPhase Contract(FitContext context, DeepSvddOptions options, Autoencoder network, Tensor centre)
    {
        var feeder = new BatchFeeder(context, options.Batch);
        var x = feeder.Feed((context.Normal, null, context.Random.FoldIn(Streams.Phase2)));
        return feeder.Train(
            Phase2, network.CodingParameters, feeder.Schedule(options.Rate2, 0, options.Epochs2, 0.01),
            () => Distance(network, centre, x).Mean(),
            p => new Adam(p, weightDecay: options.Decay), options.Clip);
    }

    /// <summary>‖f(x) − c‖², [batch].</summary>
    private static Var Distance(Autoencoder network, Var centre, Var x) =>
        (network.Latent.Forward(network.Encoder.Forward(x)) - centre).Square().Sum([1]);
}
