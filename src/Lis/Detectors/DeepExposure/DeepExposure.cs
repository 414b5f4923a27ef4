using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>A classifier of normal data against negatives: an encoder and a linear read-out.</summary>
/// <param name="device">Where it computes.</param>
/// <param name="network">Samples to log-odds.</param>
/// <param name="mirror">[width, width]: times this a row of pixels is its mirror image. Null where those are not scored.</param>
internal sealed class DeepExposure(Device device, Module network, Tensor? mirror)
    : TensorModel(device, [.. Named(network), .. mirror is null ? Array.Empty<(string, Tensor)>() : [(MirrorName, mirror)]])
{
    internal const string Name = "deep-exposure";

    private const string Phase1 = "exposure", MirrorName = "mirror";

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal static DeepExposure Train(FitContext context, DeepExposureOptions options)
    {
        if (context.Negatives is null)
        {
            throw new InputException(Name, "expected negatives to learn from, found none");
        }

        var (device, random, sample) = (context.Device, context.Random.FoldIn(Streams.Phase1), context.Normal.SampleShape);
        var (architecture, weights) = (options.Architecture(sample), context.Random.FoldIn(Streams.Weights));
        var feeder = new BatchFeeder(context, options.Batch);
        int count = feeder.Slice.Count;
        var pool = Augmentation.Pool(context.Negatives, augment: false, int.MaxValue, feeder.Slice.BatchSize, context.Random.FoldIn(
            Streams.Negatives));
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
        return new(device, network, isPicture ? Mirror(device, sample[2]) : null)
        { History = new([trained], TrainingHistory.UnmovedSince(start, learning), []) };
    }

    internal static DeepExposure Load(Device device, Architecture architecture, SafeTensors file)
    {
        var network = Create(ExposureEncoder.Create(device, architecture), device, architecture, null);
        Weights.Load(network, file);
        return new(device, network, file.Tensors.ContainsKey(MirrorName) && architecture.IsImage
            ? file.Get(MirrorName, [architecture.Sample[2], architecture.Sample[2]]).ToTensor(device) : null);
    }

    internal override Var Forward(Var x, string score)
    {
        var own = network.Forward(x);
        if (mirror is null)
        {
            return own;
        }

        var mirrored = Var.MatMul(x.Reshape(-1, x.Shape[3]), mirror).Reshape(x.Shape.Sizes);
        return (own + network.Forward(mirrored)) * 0.5;
    }

    private static Tensor Mirror(Device device, int width) => device.From(
        [.. Enumerable.Range(0, width * width).Select(i => (i / width) + (i % width) == width - 1 ? 1f : 0)], [width, width]);

    private static Sequential Create(Module encoder, Device device, Architecture a, Philox? random) => new(
        ("encoder", encoder),
        ("readOut", new Linear(device, a.Latent, 1, Initialisers.Glorot, random?.FoldIn(LayerStreams.ReadOut))));
}
