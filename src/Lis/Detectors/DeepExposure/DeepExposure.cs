using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>A classifier of normal data against negatives: an encoder and a linear read-out.</summary>
/// <param name="device">Where it computes.</param>
/// <param name="network">Samples to log-odds.</param>
/// <param name="mirrors">Whether the mirror images of pictures are scored, too.</param>
internal sealed class DeepExposure(Device device, Module network, bool mirrors) : TensorModel(device, [.. Named(network)])
{
    internal const string Name = "deep-exposure";

    private const string Phase1 = "exposure";

    private const int Columns = 3;

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal static DeepExposure Train(FitContext context, DeepExposureOptions options)
    {
        var negatives = context.RequireNegatives(Name);
        var (device, random, sample) = (context.Device, context.Random.FoldIn(Streams.Phase1), context.Normal.SampleShape);
        var (architecture, weights) = (options.Architecture(sample), context.Random.FoldIn(Streams.Weights));
        var feeder = new BatchFeeder(context, options.Batch);
        int count = feeder.Slice.Count;
        var pool = Augmentation.Pool(
            negatives, augment: false, int.MaxValue, feeder.Slice.BatchSize, context.Random.FoldIn(Streams.Negatives));
        using var learning = Create(ExposureEncoder.Create(device, architecture, weights), device, architecture, weights);
        var start = TrainingHistory.Snapshot(learning);
        bool isPicture = options.Augment && architecture.IsImage;
        var both = feeder.Feed(
            isPicture ? (own, picture) => Jitter.Apply(picture, sample, own) : null,
            (context.Normal, null, random.FoldIn(PhaseStreams.Batches)), (pool, null, random.FoldIn(PhaseStreams.NegativeBatches)));
        Var labels = Var.Concat(0, device.Zeros([count, 1]), device.Full([count, 1], 1));
        var trained = feeder.Train(
            Phase1, learning.Parameters, feeder.Schedule(options.Rate1, options.WarmUp, options.Epochs1!.Value, 0.01),
            () => Losses.BinaryCrossEntropyWithLogits(learning.Forward(both), labels),
            p => Adam.AdamW(p, options.Rate1, options.WeightDecay), options.Clip);
        var network = Create(ExposureEncoder.Create(device, architecture), device, architecture, null);
        ExposureEncoder.Copy(learning, network);
        return new(device, network, isPicture)
        { History = new([trained], TrainingHistory.UnmovedSince(start, learning), []) };
    }

    internal static DeepExposure Load(Device device, Architecture architecture, SafeTensors file, DeepExposureOptions options)
    {
        var network = Create(ExposureEncoder.Create(device, architecture), device, architecture, null);
        Weights.Load(network, file);
        return new(device, network, options.Augment && architecture.IsImage);
    }

    internal override Var Forward(Var x, string score) =>
        mirrors ? (network.Forward(x) + network.Forward(x.Value.Flip(Columns))) * 0.5 : network.Forward(x);

    private static Sequential Create(Module encoder, Device device, Architecture a, Philox? random) => new(
        ("encoder", encoder),
        ("readOut", new Linear(device, a.Latent, 1, Initialisers.Glorot, random?.FoldIn(LayerStreams.ReadOut))));
}
