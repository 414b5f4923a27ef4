using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// Outlier exposure: a classifier of normal data against negatives, made of the autoencoder's encoder and latent layer and a linear
/// read-out.
/// </summary>
internal sealed class OutlierExposure(Device device, Module network) : TensorModel(device, [.. Named(network)])
{
    internal const string Name = "outlier-exposure";

    private const string Phase1 = "exposure";

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal static OutlierExposure Train(FitContext context, OutlierExposureOptions options)
    {
        context.RequireNegatives(Name);
        var (device, random) = (context.Device, context.Random.FoldIn(Streams.Phase1));
        context = context.ForPhase(options.Epochs1);
        var feeder = new BatchFeeder(context, options.Batch);
        int count = feeder.Slice.Count;
        long held = options.Need(context.Plan).PoolHeld(context.Memory);
        var pool = ValidationSplit.OfNegatives(
            context, options.Epochs1 is null, feeder.Slice.BatchSize, (set, least, most) => Augmentation.Pool(
                set, options.Augment, Math.Min(most, options.NegativePool), least, context.Random.FoldIn(Streams.Negatives), held: held));
        var network = Create(device, options.Architecture(context.Normal.SampleShape), context.Random.FoldIn(Streams.Weights));
        var start = TrainingHistory.Snapshot(network);
        var both = feeder.Feed(
            (context.Normal, context.Validation, random.FoldIn(PhaseStreams.Batches)),
            (pool.Train, pool.HeldOut, random.FoldIn(PhaseStreams.NegativeBatches)));
        Var labels = Var.Concat(0, device.Zeros([count, 1]), device.Full([count, 1], 1));
        var (schedule, until) = feeder.Length(options.Rate1, options.WarmUp, options.Epochs1);
        var trained = feeder.Train(
            Phase1, network.Parameters, schedule, () => Losses.BinaryCrossEntropyWithLogits(network.Forward(both), labels),
            clip: options.Clip, until: until);
        return new(device, network) { History = new([trained], TrainingHistory.UnmovedSince(start, network), []) };
    }

    internal static OutlierExposure Load(Device device, Architecture architecture, SafeTensors file)
    {
        var network = Create(device, architecture);
        Weights.Load(network, file);
        return new(device, network);
    }

    internal override Var Forward(Var x, string score) => network.Forward(x);

    private static Sequential Create(Device device, Architecture a, Philox? random = null) => new(
        ("encoder", Autoencoder.CreateEncoder(device, a, random)),
        ("latent", new Linear(device, a.Features, a.Latent, Initialisers.Glorot, random?.FoldIn(LayerStreams.Latent), Activation.Tanh)),
        ("readOut", new Linear(device, a.Latent, 1, Initialisers.Glorot, random?.FoldIn(LayerStreams.ReadOut))));
}
