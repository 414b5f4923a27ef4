using System.Buffers;
using System.Runtime.CompilerServices;
using LisNative.Data;
using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// A fitted anomaly detector of any method. The type of the options says which: <see cref="LisOptions"/> for the latent-insensitive
/// autoencoder, <see cref="IsolationForestOptions"/>, and so on (<see cref="Methods"/>). Higher scores are more anomalous, always.
/// </summary>
/// <example><code>
/// using var detector = Detector.Fit(Device.Cpu, normal, negatives, new LisOptions { Latent = 16 });
/// float[] scores = detector.Score(samples);
/// </code></example>
public sealed partial class Detector : IDisposable
{
    private readonly Device device;
    private readonly Model model;
    private readonly Scaler? scaler;
    private readonly NormalCodes? codes;

    private Detector(Device device, Model model, DetectorOptions options, Shape sample, Scaler? scaler, IReadOnlyList<string>? columns, Calibration calibration, NormalCodes? codes, Provenance provenance)
    {
        (this.device, this.model, this.scaler, this.codes) = (device, model, scaler, codes);
        (Options, Sample, Calibration, Provenance) = (options, sample, calibration, provenance);
        Columns = scaler is null ? null : new(columns, scaler.Mean);
    }

    /// <summary>The settings it was fitted with, and those chosen from the data: γ, a bandwidth.</summary>
    public DetectorOptions Options { get; }

    /// <summary>The shape of one sample.</summary>
    public Shape Sample { get; }

    /// <summary>What the numbers of a sample are: names, where the normal data had them, and means; null for images. Data with names are matched by them, whatever their order.</summary>
    public TableColumns? Columns { get; }

    /// <summary>The counts of image files that became 0 and 1 in the normal data: what <see cref="ReadOptions.Range"/> must be for others. Null for all that a file's depth can hold.</summary>
    public (int Low, int High)? Range { get; private init; }

    /// <summary>The names of its scores, the method's own first. A LIS-AE also scores as the plain autoencoder that it was before phase 2.</summary>
    public IReadOnlyList<string> Scores => model.Scores;

    /// <summary>The scores of normal data held out of training: thresholds, p-values and what they promise.</summary>
    public Calibration Calibration { get; }

    /// <summary>What it was made from, and by which version.</summary>
    public Provenance Provenance { get; }

    /// <summary>What the check after fitting found; null for a loaded detector.</summary>
    public Health? Health { get; private init; }

    /// <summary>Learns what is normal. Images stay in [0, 1]; vectors are standardised by the normal data's means and deviations.</summary>
    /// <param name="device">Where to compute, now and when scoring.</param>
    /// <param name="normal">The positive set 𝓓⁺.</param>
    /// <param name="negatives">The negative set 𝓓⁻: non-examples of a similar domain, of the same shape; not the anomalies to be found. Methods that learn from normal data alone do not look at it.</param>
    /// <param name="options">The method and its settings.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="checkpoint">Where the state of training is kept, now and then and when cancelled; a fit goes on from the one that is there, to the bits of a fit that was never stopped.</param>
    /// <param name="ranks">The processes that train it together; each calls this with the same data and settings, and gets the same detector. Null trains in this one alone.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="InputException">A set is empty, too small or of another shape; a setting is out of its range; training diverged; the checkpoint is of another fit, or cannot be written; ranks have different data, or are more than a batch has samples.</exception>
    public static Detector Fit(
        Device device, Dataset normal, Dataset? negatives, DetectorOptions options, IProgress<TrainingProgress>? progress = null, Checkpoint? checkpoint = null, Communicator? ranks = null, CancellationToken cancellation = default) =>
        Fit(device, normal, negatives, options, (set, o) => o.Fit(set), checkpoint?.Path ?? normal.Name, progress, checkpoint, ranks, cancellation);

    /// <summary>
    /// A detector whose weights were trained elsewhere. Shapes are PyTorch's, names this project's (those of a saved model of the same options): <see cref="SafeTensors.Renamed"/>
    /// brings others to them. The share of the normal data that <see cref="Fit"/> would hold out sets the thresholds; vectors are standardised by the rest.
    /// </summary>
    /// <param name="device">Where to score.</param>
    /// <param name="normal">Normal data that the weights were not trained on.</param>
    /// <param name="weights">Every tensor that a saved model has, in F16, BF16, F32 or F64.</param>
    /// <param name="options">The method and the sizes of its network.</param>
    /// <exception cref="InputException">A tensor is missing or has another shape; the network does not fit the samples, or scores no number; the normal data are too few.</exception>
    public static Detector Import(Device device, Dataset normal, SafeTensors weights, DetectorOptions options)
    {
        try
        {
            return Fit(device, normal, null, options, (set, o) => o.Load(set.Device, set.Normal.Sample, weights), weights.Source, null, null, null, default);
        }
        catch (ArgumentException e)
        {
            throw new InputException(weights.Source, $"the weights make no detector of {normal.Name} ({e.Message})", e);
        }
    }

    private static Detector Fit<TOptions>(
        Device device, Dataset normal, Dataset? negatives, TOptions options, Func<TrainingSet, TOptions, Model> learn, string source, IProgress<TrainingProgress>? progress, Checkpoint? checkpoint, Communicator? ranks, CancellationToken cancellation)
        where TOptions : DetectorOptions
    {
        options.Check();
        negatives = negatives?.WithColumns(normal.Columns);
        CheckSets(normal, negatives, options);
        var provenance = Provenance.Of(normal, negatives);
        var description = FitDescription.Of(options, provenance);
        ranks?.RequireSame(description);
        checkpoint?.Open(description, ranks);
        var random = new Philox(options.Seed);
        var scaler = normal.Sample.Rank == 1 ? Scaler.Of(normal) : null;
        var prepared = Prepare(normal, normal.Sample, scaler);
        var (train, heldOut) = HoldOut(prepared, options);
        RequireSome(normal, train.Count);
        provenance = provenance with { HeldOutGroups = heldOut.Groups?.Distinct().Count() };
        var model = Learn(options, learn, new(device, train, negatives is null ? null : Prepare(negatives, normal.Sample, scaler), random, progress, checkpoint, ranks, cancellation));
        float[] scores = model.Score(heldOut.Count > 0 ? heldOut : train, model.Scores[0]);
        if (Array.Exists(scores, float.IsNaN))
        {
            model.Dispose();
            throw new InputException(source, $"expected a model that scores normal data, {normal.Name}, found one whose scores are NaN (a lower learning rate may help)");
        }

        string?[] odd = [NearDuplicates.Finding(prepared, train, heldOut), Contamination.Finding(prepared, scores)];
        return new(device, model, model.Chosen ?? options, normal.Sample, scaler, normal.Columns, new(heldOut.Count > 0 ? scores : [], provenance.HeldOutGroups), NormalCodes.Of(model, heldOut), provenance)
        {
            Range = normal.Range,
            Health = new(model.History, scores.Distinct().Count() / (double)scores.Length, [.. scaler?.Losses(normal) ?? [], .. odd.OfType<string>()]),
        };
    }

    /// <summary>
    /// A second LIS-AE from the same first phase: its latent layer is shaped anew by other negatives, or with other settings of phase 2. The result is what
    /// <see cref="Fit"/> makes of them, bit for bit, in the time of phase 2 alone.
    /// </summary>
    /// <param name="normal">The positive set that this detector was fitted to.</param>
    /// <param name="negatives">As for <see cref="Fit"/>.</param>
    /// <param name="options">Those of this detector but for β, γ and whatever else belongs to phase 2.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="InvalidOperationException">This is no LIS-AE, or one whose first phase learnt from negatives (LinSep).</exception>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public Detector Reshape(Dataset normal, Dataset? negatives, LisOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var use = Use();
        return model is LisAutoencoder lis && Options is LisOptions { LinSep: 0 } own && own.WithoutPhase2() == options.WithoutPhase2()
            ? Fit(device, normal, negatives, options, lis.Reshape, normal.Name, progress, null, null, cancellation)
            : throw new InvalidOperationException($"Reshape: expected a LIS-AE whose first phase had the settings given and saw no negatives, found {Methods.Of(Options).Name}");
    }

    /// <summary>One number a sample; higher is more anomalous, and the largest of all numbers where the sample lies so far out that its score overflows. It does not depend on the other samples.</summary>
    /// <param name="samples">Of the shape that the detector was fitted to.</param>
    /// <param name="score">One of <see cref="Scores"/>; the first by default.</param>
    /// <exception cref="InputException">There are no samples, they have another shape, or images leave [0, 1].</exception>
    /// <exception cref="ArgumentException">It has no such score.</exception>
    public float[] Score(Dataset samples, string? score = null)
    {
        using var use = Use();
        var prepared = Prepare(samples.WithColumns(Columns?.Names), Sample, scaler);
        float[] scores = model.Score(prepared, Known(score));
        Rank(scaler is null ? [] : prepared.ToFloats(), scores);
        return scores;
    }

    /// <summary>The score of one sample, without allocating once as many threads have scored as ever will at once.</summary>
    /// <param name="sample">
    /// Its numbers in the order of <see cref="Sample"/>, and of <see cref="Columns"/>; pixels in [0, 1]. Single precision has seven digits: 17,000,000.5 is 17,000,000 in it. What needs more is given
    /// as a <see cref="Dataset"/> in double precision.
    /// </param>
    /// <remarks>On the CPU any number of threads may score at the same time; on a GPU one at a time.</remarks>
    /// <exception cref="InputException">It has another length, a number is not finite, or a pixel leaves [0, 1].</exception>
    public float Score(ReadOnlySpan<float> sample)
    {
        Span<float> score = stackalloc float[1];
        Score(sample, score);
        return score[0];
    }

    /// <summary>The scores of samples that lie one after another, as many as there are places for; else as for one sample.</summary>
    /// <inheritdoc cref="Score(ReadOnlySpan{float})" path="/exception"/>
    public void Score(ReadOnlySpan<float> samples, Span<float> scores)
    {
        using var use = Use();
        ScoreEach(samples, scores);
    }

    private void ScoreEach(ReadOnlySpan<float> samples, Span<float> scores)
    {
        if (samples.Length != (long)scores.Length * Sample.Count)
        {
            throw new InputException(nameof(Score), $"expected {scores.Length} samples {Sample}, found {samples.Length} numbers");
        }

        CheckValues(samples, Sample, nameof(Score), first: scores.Length > 1 ? 0 : null);
        if (scaler is null)
        {
            model.Score(samples, Sample, scores);
            Rank([], scores);
            return;
        }

        float[] buffer = ArrayPool<float>.Shared.Rent(samples.Length);
        var prepared = buffer.AsSpan(0, samples.Length);
        samples.CopyTo(prepared);
        scaler.Apply(prepared);
        model.Score(prepared, Sample, scores);
        Rank(prepared, scores);
        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <summary>The score of each sample of a stream as it arrives.</summary>
    /// <param name="samples">Each as for <see cref="Score(ReadOnlySpan{float})"/>.</param>
    /// <param name="unreadable">Told of each sample that cannot be scored, by its number; its score is NaN, and the stream goes on. Null ends the stream with the exception.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <exception cref="InputException">A sample has another length, a number is not finite, or a pixel leaves [0, 1]; the message says which sample, counted from 0, and which element.</exception>
    public async IAsyncEnumerable<float> ScoreAsync(
        IAsyncEnumerable<ReadOnlyMemory<float>> samples, Action<InputException>? unreadable = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long number = 0;
        await foreach (var sample in samples.WithCancellation(cancellation).ConfigureAwait(false))
        {
            yield return ScoreOfStream(sample.Span, number++, unreadable);
        }
    }

    private float ScoreOfStream(ReadOnlySpan<float> sample, long number, Action<InputException>? unreadable)
    {
        try
        {
            return Score(sample);
        }
        catch (InputException e)
        {
            var named = new InputException($"sample {number} of the stream: {e.Message}", e);
            (unreadable ?? (_ => throw named))(named);
            return float.NaN;
        }
    }

    /// <summary>What the model keeps, by name.</summary>
    internal IReadOnlyList<(string Name, Tensor Value)> State => model.State;

    /// <summary>
    /// The scores [batch] of samples [batch, sample…] as operations on tensors, preprocessing included, and the sums of squares [batch] of what the model is given:
    /// what an exporter traces. Where either is not finite, the score is the largest of all numbers.
    /// </summary>
    /// <exception cref="InputException">The method's score is no function of tensors.</exception>
    internal (Var Scores, Var Squares) Trace(Var samples)
    {
        using var use = Use();
        if (model is not TensorModel { OnHost: null } tensors)
        {
            throw new InputException(Methods.Of(Options).Name, $"expected a method whose score is a function of tensors, found one that {(model as TensorModel)?.OnHost ?? "walks trees"}, which cannot be exported");
        }

        var prepared = samples;
        if (scaler is not null)
        {
            var (mean, low) = scaler.Parts();
            var centred = samples - device.From(mean, Sample);
            prepared = (low.Any(l => l != 0) ? centred - device.From(low, Sample) : centred) / device.From(scaler.Deviation, Sample);
        }

        return (tensors.Score(prepared), prepared.Flatten().Value.Reduce(default(SumOfSquares), [1]));
    }

    /// <summary>Whether each sample lies above the threshold of a wanted false-alarm rate.</summary>
    /// <inheritdoc cref="Score(Dataset, string)" path="/exception"/>
    public bool[] Predict(Dataset samples, double falseAlarmRate)
    {
        float threshold = Threshold(falseAlarmRate);
        return [.. Score(samples).Select(s => s > threshold)];
    }

    /// <summary>The threshold α that normal samples exceed with at most the given probability, from normal data held out of training.</summary>
    /// <exception cref="InputException">No normal data were held out.</exception>
    public float Threshold(double falseAlarmRate) => Calibration.Threshold(falseAlarmRate);

    /// <summary>What the model makes of the samples, [count · sample], standardised where the samples are vectors.</summary>
    /// <inheritdoc cref="Score(Dataset, string)" path="/exception"/>
    /// <exception cref="InvalidOperationException">The method does not reconstruct.</exception>
    public float[] Reconstruct(Dataset samples, string? score = null)
    {
        using var use = Use();
        return Reconstructing(nameof(Reconstruct)).Reconstruct(Prepare(samples.WithColumns(Columns?.Names), Sample, scaler), Known(score));
    }

    /// <summary>Whether the method has reconstructions to show.</summary>
    public bool Reconstructs => model is ReconstructionModel;

    /// <summary>Fits, and returns all memory but the model's own, even when fitting fails.</summary>
    private static Model Learn<TOptions>(TOptions options, Func<TrainingSet, TOptions, Model> learn, TrainingSet set)
    {
        using var scope = new Scope();
        var model = learn(set, options);
        foreach (var (_, tensor) in model.State)
        {
            scope.Keep(tensor);
        }

        return model;
    }

    private string Known(string? score) => score is null ? Scores[0] : Scores.Contains(score) ? score
        : throw new ArgumentException($"Score: {Methods.Of(Options).Name} has the scores {string.Join(", ", Scores)}, not {score}");

    private static void CheckSets(Dataset normal, Dataset? negatives, DetectorOptions options)
    {
        RequireSome(normal, normal.Count - (int)(normal.Count * options.HeldOut));
        if (normal.Sample.Rank is not (1 or 3) || normal.Sample.Count < 1)
        {
            throw new InputException(normal.Name, $"expected samples [length] or [channels, height, width], found {normal.Sample}");
        }

        if (negatives is not null && (negatives.Count == 0 || negatives.Sample != normal.Sample))
        {
            throw new InputException(negatives.Name, negatives.Count == 0
                ? "expected negative samples, found none"
                : $"expected negatives of the normal data's shape {normal.Sample}, found {negatives.Sample}{Remedy(normal.Sample, negatives.Sample)}");
        }
    }

    private static string Remedy(Shape own, Shape found) => own.Rank != 3 || found.Rank != 3 ? "" : own[0] == found[0] ? "; --size scales them to one" : "; --colour grey or --colour rgb makes them alike";

    private static Dataset Prepare(Dataset samples, Shape expected, Scaler? scaler)
    {
        if (samples.Sample != expected || samples.Count == 0)
        {
            throw new InputException(samples.Name, $"expected samples {expected}, found {(samples.Count == 0 ? "none" : samples.Sample)}");
        }

        if (scaler is null && !samples.IsBytes)
        {
            var row = new float[expected.Count];
            for (int i = 0; i < samples.Count; i++)
            {
                samples.Read([i], row);
                CheckValues(row, expected, samples.Name, i);
            }
        }

        return scaler?.Apply(samples) ?? samples;
    }

    /// <summary>
    /// A sample so far out that its squares or its score overflow is more anomalous than any: what a model makes of such numbers says nothing, NaN would lie above no
    /// threshold, and infinity in no JSON.
    /// </summary>
    /// <param name="prepared">The standardised samples; none where pixels have been held against [0, 1].</param>
    /// <param name="scores">Of the samples.</param>
    private static void Rank(ReadOnlySpan<float> prepared, Span<float> scores)
    {
        int size = prepared.Length / Math.Max(1, scores.Length);
        for (int i = 0; i < scores.Length; i++)
        {
            float squares = 0;
            foreach (float value in prepared.Slice(i * size, size))
            {
                squares += value * value;
            }

            scores[i] = float.IsFinite(scores[i]) && float.IsFinite(squares) ? scores[i] : float.MaxValue;
        }
    }

    /// <summary>Refuses pixels outside [0, 1], and numbers of vectors that are not finite, by sample and element.</summary>
    /// <param name="values">Of samples that lie one after another.</param>
    /// <param name="sample">The shape of one.</param>
    /// <param name="name">Where they are from.</param>
    /// <param name="first">Number of the first sample; null where there is but one.</param>
    private static void CheckValues(ReadOnlySpan<float> values, Shape sample, string name, int? first)
    {
        bool pixels = sample.Rank == 3;
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            if (pixels ? !(value >= 0 && value <= 1) : !float.IsFinite(value))
            {
                string place = first is { } number ? $"sample {number + (i / sample.Count)}, " : "";
                throw new InputException(name, FormattableString.Invariant($"expected {(pixels ? "pixels in [0, 1]" : "finite numbers")}, found {value} in {place}element {i % sample.Count}"));
            }
        }
    }
}
