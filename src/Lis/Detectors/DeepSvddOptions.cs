using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// Deep support vector data description (Ruff et al. 2018, one-class objective): after autoencoder pre-training the encoder, without biases, learns
/// to map normal data near a centre c fixed beforehand; the score is ‖f(x) − c‖².
/// </summary>
public sealed record DeepSvddOptions : AutoencoderOptions
{
    private const double LeastCentre = 0.1, Collapsed = 1.1;
    private const int Looked = 512;

    /// <summary>Passes over the normal data after pre-training.</summary>
    public int Epochs2 { get; init; } = 20;

    /// <summary>Peak learning rate after pre-training.</summary>
    public double Rate2 { get; init; } = 1e-4;

    /// <summary>Weight decay after pre-training.</summary>
    public double Decay { get; init; } = 5e-7;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Epochs2 >= 1, nameof(Epochs2), "at least 1", Epochs2);
        Require(Rate2 > 0, nameof(Rate2), "above 0", Rate2);
        Require(Decay >= 0, nameof(Decay), "at least 0", Decay);
    }

    /// <summary>Biases would let the network reach the centre without looking at its input (proposition 2 of the paper).</summary>
    internal override Architecture Architecture(Shape sample) => base.Architecture(sample) with { EncoderBias = false };

    internal override int MostEpochs => Math.Max(Epochs1, Epochs2);

    internal override Model Train(FitContext set)
    {
        var phase1 = FeatureExtraction.Run(set, this);
        var (device, network) = (set.Device, phase1.Network);
        var centre = device.From(Centre(device, network, set.Normal), [1, Latent]);
        var start = TrainingHistory.Snapshot(network.Encoder);
        double[] losses = Contract(set, network, centre);
        double apart = MeanDistance(Mixed(set.Normal, set.Random.FoldIn(6))) / MeanDistance(set.Normal);
        string? collapse = apart >= Collapsed ? null
            : FormattableString.Invariant($"the hyper-sphere has collapsed: mixtures of unrelated elements lie only {apart:F2} times as far from the centre as normal data, so every input maps near it; train for fewer epochs, at a lower rate or with less decay");
        return new Hypersphere(device, network, centre) { History = phase1.History("contraction", losses, TrainingHistory.UnmovedSince(start, network.Encoder), collapse) };

        double MeanDistance(Dataset samples) => TensorModel.InBatches(device, samples, x => Distance(network, centre, x)).Average();
    }

    internal override Model Load(Device device, Shape sample, SafeTensors file)
    {
        var network = CreateNetwork(device, sample);
        Weights.Load(network, file);
        return new Hypersphere(device, network, file.Get("centre", [1, Latent]).ToTensor(device));
    }

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
    private float[] Centre(Device device, Autoencoder network, Dataset normal)
    {
        float[] outputs = TensorModel.InBatches(device, normal, x => network.Latent.Forward(network.Encoder.Forward(x)));
        return [.. Enumerable.Range(0, Latent)
            .Select(j => Enumerable.Range(0, normal.Count).Average(i => (double)outputs[(i * Latent) + j]))
            .Select(c => (float)(Math.Abs(c) < LeastCentre ? Math.CopySign(LeastCentre, c) : c))];
    }

    private double[] Contract(FitContext set, Autoencoder network, Tensor centre)
    {
        var share = set.SliceOf(Batch);
        var order = new BatchOrder(set.Normal.Count, share, set.Random.FoldIn(5));
        var batch = set.Device.Empty([share.Count, .. set.Normal.SampleShape.Sizes]);
        return set.Train(
            new("contraction", network.CodingParameters, new(Rate2, 0, order.StepsPerEpoch * Epochs2, 0.01), step => set.Normal.Load(order[step], batch), () => Distance(network, centre, batch).Mean(), p => new Adam(p, weightDecay: Decay), Clip, share.Weight));
    }

    /// <summary>‖f(x) − c‖², [batch].</summary>
    private static Var Distance(Autoencoder network, Var centre, Var x) => (network.Latent.Forward(network.Encoder.Forward(x)) - centre).Square().Sum([1]);

    private sealed class Hypersphere(Device device, Autoencoder network, Tensor centre) : TensorModel(device)
    {
        internal override IReadOnlyList<string> ScoreNames { get; } = ["deep-svdd"];

        protected override Var Score(Var x, string score) => Distance(network, centre, x);

        internal override IReadOnlyList<(string Name, Tensor Value)> State { get; } = [.. Named(network), ("centre", centre)];
    }
}
