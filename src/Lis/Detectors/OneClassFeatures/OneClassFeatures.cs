using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>Features g(x) of an encoder and a linear layer, and those of the normal samples that others are compared with.</summary>
/// <remarks>
/// Compactness, the variance of the normal features (the paper's equation 4), is half the mean squared distance of independent pairs: so
/// each sample's share in it needs no other of its batch, and ranks can part the batch as they like.
/// </remarks>
internal sealed class OneClassFeatures(Device device, Module network, Tensor templates)
    : TensorModel(device, [.. Named(network), (TemplatesName, templates)])
{
    internal const string Name = "doc";

    private const string Phase1 = "features", TemplatesName = "templates";

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    protected override int Compared => templates.Shape[0];

    internal static OneClassFeatures Train(FitContext context, OneClassFeaturesOptions options)
    {
        var negatives = context.RequireNegatives(Name);
        var (device, random) = (context.Device, context.Random.FoldIn(Streams.Phase1));
        var feeder = new BatchFeeder(context, options.Batch);
        int count = feeder.Slice.Count;
        long held = options.Need(context.Plan).PoolHeld(context.Memory);
        var pool = Augmentation.Pool(negatives, options.Augment, options.NegativePool, feeder.Slice.BatchSize,
            context.Random.FoldIn(Streams.Negatives), held: held);
        var network = Create(device, options.Architecture(context.Normal.SampleShape), context.Random.FoldIn(Streams.Weights));
        int[] known = [.. negatives.Labels.Distinct().Order()];
        using var classifier = new Linear(
            device, options.Latent, Math.Max(2, known.Length), Initialisers.Glorot, random.FoldIn(PhaseStreams.ReadOut));
        var start = TrainingHistory.Snapshot(network);
        var negativeRandom = random.FoldIn(PhaseStreams.NegativeBatches);
        var all = feeder.Feed(
            (context.Normal, null, random.FoldIn(PhaseStreams.Partners)), (context.Normal, null, random.FoldIn(PhaseStreams.Batches)),
            (pool, null, negativeRandom));
        using var labels = Labels();
        var trained = feeder.Train(Phase1, [.. network.Parameters, .. classifier.Parameters.Select(p => ($"classifier.{p.Name}", p.Value))],
            feeder.Schedule(options.Rate1, options.WarmUp, options.Epochs1!.Value, 0.01), Loss, clip: options.Clip);
        return new(device, network, Templates(context, network, options.Templates))
        { History = new([trained], TrainingHistory.UnmovedSince(start, network), []) };

        // Of several classes those of the negatives in the batch; of one, normal data and negatives.
        IndexTensor Labels()
        {
            if (known.Length < 2)
            {
                return device.Indices([.. new int[count], .. Enumerable.Repeat(1, count)]);
            }

            var order = feeder.Order(pool.Count, negativeRandom);
            var written = device.Indices(new int[count]);
            feeder.Before(step => written.Write([.. order[step].ToArray().Select(row => Array.IndexOf(known, pool.Labels[row]))]));
            return written;
        }

        Var Loss()
        {
            var features = network.Forward(all);
            Var partners = features.Slice(0, 0, count), normal = features.Slice(0, count, count);
            var told = known.Length < 2 ? features.Slice(0, count, 2 * count) : features.Slice(0, 2 * count, count);
            var apart = (normal - partners).Square().Mean();
            return Losses.CrossEntropy(classifier.Forward(told), labels) + (apart * (options.Compactness / 2));
        }
    }

    internal static OneClassFeatures Load(Device device, Architecture architecture, SafeTensors file)
    {
        var network = Create(device, architecture);
        Weights.Load(network, file);
        return new(device, network, file.Tensors.TryGetValue(TemplatesName, out var templates) ? templates.ToTensor(device)
            : throw new InputException(file.Source, $"expected a tensor \"{TemplatesName}\", found none"));
    }

    internal override Var Forward(Var x, string score)
    {
        var features = network.Forward(x);
        int length = features.Shape[1];
        var differences = features.Reshape(features.Shape[0], 1, length) - templates.Reshape(1, templates.Shape[0], length);
        return differences.Square().Sum([2]).Min([1]).Sqrt();
    }

    private static Tensor Templates(FitContext context, Module network, int most)
    {
        int[] order = context.Random.FoldIn(Streams.Candidates).Permutation(context.Normal.Count);
        var some = context.Normal.Select(order.AsSpan(0, Math.Min(most, order.Length)));
        float[] features = InBatches(context.Device, some, network.Forward);
        return context.Device.From(features, [some.Count, features.Length / some.Count]);
    }

    private static Sequential Create(Device device, Architecture a, Philox? random = null) => new(
        ("encoder", Autoencoder.CreateEncoder(device, a, random)),
        ("latent", new Linear(device, a.Features, a.Latent, Initialisers.Glorot, random?.FoldIn(LayerStreams.Latent))));
}
