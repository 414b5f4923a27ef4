using LisNative.Data;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

public sealed partial class LisAutoencoder
{
    /// <summary>Trains both phases (Algorithm 1). Without negatives phase 2 is left out, and the result is a plain autoencoder.</summary>
    /// <param name="device">Where to train and score.</param>
    /// <param name="normal">The positive set 𝓓⁺.</param>
    /// <param name="negatives">The negative set 𝓓⁻: non-examples of a similar domain, of the same shape; not the anomalies to be found.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="InputException">A set is empty, smaller than a batch or of another shape; or training diverged.</exception>
    public static LisAutoencoder Fit(
        Device device, Dataset normal, Dataset? negatives, LisOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options = options.Checked();
        var random = new Philox(options.Seed);
        CheckSets(normal, negatives, options);
        var scaler = normal.Sample.Rank == 1 ? Scaler.Of(normal) : null;
        var (train, heldOut) = HoldOut(Prepare(normal, normal.Sample, scaler), options, random.Split(1));
        var pool = negatives is null ? null : NegativePool(Prepare(negatives, normal.Sample, scaler), options, random.Split(2));
        options = options with { Gamma = options.Gamma ?? 3 * MeanError(train) };

        var network = Autoencoder.Create(device, new(normal.Sample, options.Width1, options.Width2, options.Latent), random.Split(3));
        network.SetOutputMean(train.Mean());
        var start = Health.Snapshot(network);
        double untrained = MeanError(device, network, train);

        double[] losses1;
        using (new Scope())
        {
            losses1 = Trainer.Run(FeatureExtraction(device, network, train, pool, options, random.Split(4)), progress, cancellation);
        }

        var phase1 = Copy(device, network.Latent);
        string[] unmoved = Health.UnmovedSince(start, network);
        var losses2 = pool is null || options.Epochs2 == 0 ? [] : ShapeLatent(device, network, train, pool, options, random.Split(5), progress, cancellation);

        float[] scores = Errors(device, network, network.Latent, heldOut.Count > 0 ? heldOut : train);
        return new LisAutoencoder(device, network, phase1, scaler, heldOut.Count > 0 ? [.. scores.Order()] : [], options)
        {
            Losses = (losses1, losses2),
            Health = new(Saturation(device, network, train), unmoved, scores.Distinct().Count() / (double)scores.Length, untrained / MeanError(device, network, train)),
        };
    }

    private static void CheckSets(Dataset normal, Dataset? negatives, LisOptions options)
    {
        int trained = normal.Count - (int)(normal.Count * options.HeldOut);
        if (trained < options.Batch)
        {
            throw new InputException(normal.Name, normal.Count == 0
                ? "expected normal samples, found none"
                : $"expected at least a batch of {options.Batch} normal samples to train on, found {trained} (of {normal.Count}, {options.HeldOut:P0} held out); a smaller batch can be set");
        }

        try
        {
            new Architecture(normal.Sample, options.Width1, options.Width2, options.Latent).Checked();
        }
        catch (ArgumentException e)
        {
            throw new InputException(normal.Name, e.Message, e);
        }

        if (negatives is not null && (negatives.Count == 0 || negatives.Sample != normal.Sample))
        {
            throw new InputException(negatives.Name, negatives.Count == 0
                ? "expected negative samples, found none"
                : $"expected negatives of the normal data's shape {normal.Sample}, found {negatives.Sample}");
        }
    }

    private static (Dataset Train, Dataset HeldOut) HoldOut(Dataset normal, LisOptions options, Philox random)
    {
        int[] order = random.Permutation(normal.Count);
        int held = (int)(normal.Count * options.HeldOut);
        return (normal.Select(normal.Name, order.AsSpan(held)), normal.Select($"{normal.Name} (held out)", order.AsSpan(0, held)));
    }

    /// <summary>A fixed set of negatives, so that the frozen encoder sees each of them once.</summary>
    private static Dataset NegativePool(Dataset negatives, LisOptions options, Philox random)
    {
        if (options.Augment && negatives.IsBytes)
        {
            return Augmentation.Enlarge(negatives, options.NegativePool, random);
        }

        int[] order = random.Permutation(negatives.Count);
        return negatives.Select(negatives.Name, [.. Enumerable.Range(0, Math.Min(options.NegativePool, Math.Max(options.Batch, negatives.Count))).Select(i => order[i % order.Length])]);
    }

    /// <summary>Phase 1: the mean error on normal data, and with LinSep the cross-entropy of a linear read-out of the latent pre-activation.</summary>
    private static Phase FeatureExtraction(Device device, Autoencoder network, Dataset train, Dataset? pool, LisOptions options, Philox random)
    {
        var order = new BatchOrder(train.Count, options.Batch, random.Split(1));
        var parameters = network.Parameters.Select(p => p.Value).ToList();
        bool separates = options.LinSep > 0 && pool is not null;
        var readOut = separates ? new Linear(device, options.Latent, 1, Initialisers.Glorot, random.Split(2)) : null;
        var negativeOrder = separates ? new BatchOrder(pool!.Count, options.Batch, random.Split(3)) : null;
        parameters.AddRange(readOut?.Parameters.Select(p => p.Value) ?? []);
        var schedule = new Schedule(options.Rate1, options.WarmUp, order.StepsPerEpoch * options.Epochs1, 0.01);
        if (!separates)
        {
            var batch = device.Empty([options.Batch, .. train.Sample.Sizes]);
            return new("feature extraction", parameters, schedule, step => train.Load(order[step], batch), () => LisLosses.Error(network.Forward(batch), batch).Mean());
        }

        var both = device.Empty([2 * options.Batch, .. train.Sample.Sizes]);
        Tensor x = both.Slice(0, 0, options.Batch), negatives = both.Slice(0, options.Batch, options.Batch);
        Var labels = Var.Concat(0, device.Full([options.Batch, 1], 1), device.Zeros([options.Batch, 1]));
        return new("feature extraction", parameters, schedule, Load, Loss);

        void Load(int step)
        {
            train.Load(order[step], x);
            pool!.Load(negativeOrder![step], negatives);
        }

        Var Loss()
        {
            var before = network.Latent.Forward(network.Encoder.Forward(both));
            var reconstruction = network.Decoder.Forward(before.Slice(0, 0, options.Batch));
            return LisLosses.Error(reconstruction, x).Mean() + (Layers.Losses.BinaryCrossEntropyWithLogits(readOut!.Forward(before), labels) * options.LinSep);
        }
    }

    /// <summary>Phase 2: equation (1) over the latent layer alone, from the encoder's stored output.</summary>
    private static double[] ShapeLatent(
        Device device, Autoencoder network, Dataset train, Dataset pool, LisOptions options, Philox random, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        network.SetTrainable(false);
        network.Latent.SetTrainable(true);
        using var positives = Encode(device, network, train);
        using var negatives = Encode(device, network, pool);
        var order = new BatchOrder(train.Count, options.Batch, random.Split(1));
        var negativeOrder = new BatchOrder(pool.Count, options.Batch, random.Split(2));
        int steps = order.StepsPerEpoch * options.Epochs2;
        using Tensor features = device.Empty([2 * options.Batch, positives.Shape[1]]), x = device.Empty([2 * options.Batch, .. train.Sample.Sizes]);
        using Tensor positiveFeatures = features.Slice(0, 0, options.Batch), negativeFeatures = features.Slice(0, options.Batch, options.Batch);
        using Tensor positiveX = x.Slice(0, 0, options.Batch), negativeX = x.Slice(0, options.Batch, options.Batch);
        return Trainer.Run(new("latent shaping", [.. network.Latent.Parameters.Select(p => p.Value)], new(options.Rate2, options.WarmUp, steps, 0.01), Load, Loss), progress, cancellation);

        void Load(int step)
        {
            ReadOnlySpan<int> rows = order[step], negativeRows = negativeOrder[step];
            device.Backend.Gather(positives, rows, positiveFeatures);
            device.Backend.Gather(negatives, negativeRows, negativeFeatures);
            train.Load(rows, positiveX);
            pool.Load(negativeRows, negativeX);
        }

        Var Loss() => LisLosses.LatentShaping(network.FromFeatures(features), x, options.Batch, options.Beta, options.Gamma!.Value);
    }

    /// <summary>The frozen encoder's output for a whole set, [count, features].</summary>
    private static Tensor Encode(Device device, Autoencoder network, Dataset set)
    {
        Tensor? all = null;
        for (int start = 0; start < set.Count; start += ScoreBatch)
        {
            int[] rows = [.. Enumerable.Range(start, Math.Min(ScoreBatch, set.Count - start))];
            using var features = Gradient.Pause(() => Device.Scoped(() => network.Encoder.Forward(set.Batch(device, rows)).Value));
            all ??= device.Empty([set.Count, features.Shape[1]]);
            using var place = all.Slice(0, start, rows.Length);
            place.CopyFrom(features);
        }

        return all!;
    }

    private static Linear Copy(Device device, Linear layer)
    {
        var copy = new Linear(device, layer.Weight.Shape[1], layer.Weight.Shape[0], Initialisers.Glorot, default, layer.Activation);
        copy.Weight.Value.CopyFrom(layer.Weight.Value);
        copy.Bias!.Value.CopyFrom(layer.Bias!.Value);
        return copy;
    }

    private static Dataset Head(Dataset set) => set.Select(set.Name, [.. Enumerable.Range(0, Math.Min(set.Count, 2 * ScoreBatch))]);

    private static double MeanError(Device device, Autoencoder network, Dataset set) => Errors(device, network, network.Latent, Head(set)).Average();

    /// <summary>mean ‖x − x̄‖₂: what a constant reconstruction achieves.</summary>
    private static double MeanError(Dataset set)
    {
        var head = Head(set);
        var mean = Scaler.Of(head).Mean;
        var row = new float[mean.Length];
        double sum = 0;
        for (int i = 0; i < head.Count; i++)
        {
            head.Read([i], row);
            sum += Math.Sqrt(row.Zip(mean, (a, b) => (double)(a - b) * (a - b)).Sum());
        }

        return sum / head.Count;
    }

    private static double Saturation(Device device, Autoencoder network, Dataset set)
    {
        var head = Head(set);
        float[] codes = Gradient.Pause(() =>
        {
            using var scope = new Scope();
            return network.Latent.Forward(network.Encoder.Forward(head.Batch(device, [.. Enumerable.Range(0, head.Count)]))).Tanh().Value.ToArray();
        });
        return codes.Count(z => Math.Abs(z) > 0.99f) / (double)codes.Length;
    }
}
