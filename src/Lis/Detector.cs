using LisNative.Data;
using LisNative.Distributed;
using LisNative.Features;
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

    private Detector(Device device, Model model, DetectorOptions options, Shape sample, Scaler? scaler,
        (IReadOnlyList<string>? Names, TableEncoding? Encoding, string? Time) columns, Windows? windows, Calibration calibration,
        NormalCodes? codes, Provenance provenance)
    {
        (this.device, this.model, this.scaler, this.codes) = (device, model, scaler, codes);
        (Options, SampleShape, Calibration, Provenance, Windows) = (options, sample, calibration, provenance, windows);
        Columns = scaler is null ? null
            : new(columns.Names, scaler.Mean[..(sample.Count / (windows?.Length ?? 1))], columns.Encoding) { Time = columns.Time };
    }

    /// <summary>What its method learnt.</summary>
    internal Model Model => model;

    /// <summary>The settings it was fitted with, and those chosen from the data: γ, a bandwidth.</summary>
    public DetectorOptions Options { get; }

    /// <summary>The shape of one sample.</summary>
    public Shape SampleShape { get; }

    /// <summary>
    /// What its samples are windows by, with the step of the normal data's times; null where it scores each sample by itself.
    /// </summary>
    public Windows? Windows { get; }

    /// <summary>
    /// What the numbers of a sample are, or of a signal's row: names, where the normal data had them, and means; null for images. Data
    /// with names are matched by them, whatever their order.
    /// </summary>
    public TableColumns? Columns { get; }

    /// <summary>
    /// The counts of image files that became 0 and 1 in the normal data: what <see cref="ReadOptions.Range"/> must be for others. Null for
    /// all that a file's depth can hold.
    /// </summary>
    public (int Low, int High)? Range { get; private init; }

    /// <summary>
    /// The names of its scores, the method's own first. A LIS-AE also scores as the plain autoencoder that it was before phase 2.
    /// </summary>
    public IReadOnlyList<string> ScoreNames => model.ScoreNames;

    /// <summary>The scores of normal data held out of training: thresholds, p-values and what they promise.</summary>
    public Calibration Calibration { get; private set; }

    /// <summary>What it was made from, and by which version.</summary>
    public Provenance Provenance { get; private set; }

    /// <summary>What the check after fitting found; null for a loaded detector.</summary>
    public Health? Health { get; private init; }

    /// <summary>Learns what is normal. Images stay in [0, 1]; vectors are standardised by the normal data's means and deviations.</summary>
    /// <param name="device">Where to compute, now and when scoring.</param>
    /// <param name="normal">The positive set 𝓓⁺. Of a signal its windows (<see cref="Dataset.Windowed"/>).</param>
    /// <param name="negatives">The negative set 𝓓⁻: non-examples of a similar domain, of the same shape; not the anomalies to be found.
    /// Methods that learn from normal data alone do not look at it.</param>
    /// <param name="options">The method and its settings.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="checkpoint">Where the state of training is kept, now and then and when cancelled; a fit goes on from the one that is
    /// there, to the bits of a fit that was never stopped.</param>
    /// <param name="ranks">The processes that train it together; each calls this with the same data and settings, and gets the same
    /// detector. Null trains in this one alone.</param>
    /// <param name="features">What is looked at in pictures in place of their pixels as a whole. It stays the caller's, who keeps it as
    /// long as the detector.</param>
    /// <param name="limit">Bounds the time of training that ends by convergence; the result then depends on the machine's speed.</param>
    /// <param name="memory">Bytes that the fit may take, samples included; all that the process has where none are given. It decides what
    /// is held and what is made as it is used, not the result.</param>
    /// <param name="scaling">How vectors are standardised.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="InputException">A set is empty, too small or of another shape; a setting is out of its range; training diverged; it
    /// needs more memory than it may take;
    /// the checkpoint is of another fit, or cannot be written; ranks have different data, or are more than a batch has samples.</exception>
    public static Detector Fit(
        Device device, Dataset normal, Dataset? negatives, DetectorOptions options, IProgress<TrainingProgress>? progress = null,
        Checkpoint? checkpoint = null, Communicator? ranks = null, FeatureExtractor? features = null, TimeLimit? limit = null,
        long? memory = null, Scaling scaling = Scaling.Standard, CancellationToken cancellation = default) =>
        Alone(() => Fit(
            device, normal, negatives, options,
            (set, o) =>
            {
                if (features is null)
                {
                    return o.Fit(set);
                }

                o.CheckPlan(PlanOf(device, normal, negatives, o, ranks, features, memory));
                return PlaceModel.Fit(features, set, o.Fit);
            },
            checkpoint?.Path ?? normal.Name, progress, checkpoint, ranks, cancellation, features, limit, memory,
            scaling));

    /// <summary>
    /// A detector whose weights were trained elsewhere. Shapes are PyTorch's, names this project's (those of a saved model of the same
    /// options): <see cref="SafeTensors.Renamed"/> brings others to them. The share of the normal data that <see cref="Fit"/> would hold
    /// out sets the thresholds; vectors are standardised by the rest.
    /// </summary>
    /// <param name="device">Where to score.</param>
    /// <param name="normal">Normal data that the weights were not trained on.</param>
    /// <param name="weights">Every tensor that a saved model has, in F16, BF16, F32 or F64.</param>
    /// <param name="options">The method and the sizes of its network.</param>
    /// <exception cref="InputException">A tensor is missing or has another shape; the network does not fit the samples, or scores no
    /// number; the normal data are too few.</exception>
    public static Detector Import(Device device, Dataset normal, SafeTensors weights, DetectorOptions options)
    {
        try
        {
            return Alone(() => Fit(
                device, normal, null, options, (set, o) => o.Load(set.Device, set.Normal.SampleShape, weights), weights.Source, null, null,
                null, default));
        }
        catch (ArgumentException e)
        {
            throw new InputException(weights.Source, $"the weights make no detector of {normal.Name} ({e.Message})", e);
        }
    }

    /// <summary>A detector is its user's to dispose, and learns by gradients, whatever scopes its thread is in.</summary>
    private static T Alone<T>(Func<T> work) => Scope.Outside(() => NoGrad.Outside(work));

    private static Detector Fit<TOptions>(
        Device device, Dataset normal, Dataset? negatives, TOptions options, Func<FitContext, TOptions, Model> learn, string source,
        IProgress<TrainingProgress>? progress, Checkpoint? checkpoint, Communicator? ranks, CancellationToken cancellation,
        FeatureExtractor? features = null, TimeLimit? limit = null, long? memory = null, Scaling scaling = Scaling.Standard,
        Scaler? known = null)
        where TOptions : DetectorOptions
    {
        options.Check();
        limit?.For(options).Start();
        negatives = negatives?.WithColumns(normal.Columns);
        CheckSets(normal, negatives, options);
        features?.GridOf(normal.SampleShape);
        var provenance = Provenance.Describe(normal, negatives);
        var description = FitDescription.Of(options, provenance, features, scaling);
        description.RequireSame(ranks);
        checkpoint?.Open(description, ranks);
        var random = new Philox(options.Seed);
        var scaler = known ?? (normal.SampleShape.Rank == 1 ? Scaler.Fit(normal, scaling) : null);
        var prepared = Prepare(normal, normal.SampleShape, scaler);
        var (train, heldOut) = HoldOut(prepared, options);
        RequireSome(normal, train.Count);
        int? groups = Provenance.GroupsOf(heldOut);
        var context = new FitContext(
            device, train, negatives is null ? null : Prepare(negatives, normal.SampleShape, scaler), random, progress, checkpoint, ranks,
            cancellation, limit);
        var model = Learn(options, learn, context with
        { Memory = memory ?? TrainingPlan.Available, IsGraded = negatives?.IsGraded == true });
        (model as PlaceModel)?.Calibrate(heldOut, context);
        float[] scores = model.Score(heldOut.Count > 0 ? heldOut : train, model.ScoreNames[0]);
        if (Array.Exists(scores, float.IsNaN))
        {
            model.Dispose();
            throw new InputException(source,
                $"expected a model that scores normal data, {normal.Name}, found one whose scores are NaN "
                + "(a lower learning rate may help)");
        }

        string?[] odd = [Same(prepared), NearlyConstant.Finding(normal), NearDuplicates.Finding(prepared, train, heldOut),
            Contamination.Finding(prepared, scores)];
        return new(device, model, model.Chosen ?? options, normal.SampleShape, scaler,
            (normal.Columns, normal.Encoding, normal.TimeColumn), normal.Windows, new(heldOut.Count > 0 ? scores : [], groups),
            NormalCodes.TryCreate(model, heldOut), provenance.With(groups, model.History.Lengths))
        {
            Range = normal.Range,
            Health = new(model.History, scores.Distinct().Count() / (double)scores.Length,
            [.. scaler?.Losses(normal) ?? [], .. odd.OfType<string>()]),
        };
    }

    /// <summary>
    /// A second LIS-AE from the same first phase: its latent layer is shaped anew by other negatives, or with other settings of phase 2.
    /// The result is what <see cref="Fit"/> makes of them, bit for bit, in the time of phase 2 alone.
    /// </summary>
    /// <param name="normal">The positive set that this detector was fitted to.</param>
    /// <param name="negatives">As for <see cref="Fit"/>.</param>
    /// <param name="options">Those of this detector but for β, γ and whatever else belongs to phase 2.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="InvalidOperationException">This is no LIS-AE, or one whose first phase learnt from negatives (LinSep), or the
    /// normal data are others.</exception>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public Detector RefitLatent(Dataset normal, Dataset? negatives, LisOptions options, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        using var use = Use();
        if (normal.Fingerprint() != Provenance.NormalFingerprint)
        {
            throw new InvalidOperationException(
                $"RefitLatent: expected the normal data that this detector was fitted to, found {normal.Name}");
        }

        return model is LisAutoencoder lis && Options is LisOptions { LinSep: 0 } own && own.WithoutPhase2() == options.WithoutPhase2()
            ? Alone(() => Fit(
                device, normal, negatives, options, lis.RefitLatent, normal.Name, progress, null, null, cancellation, known: scaler))
            : throw new InvalidOperationException(
                "RefitLatent: expected a LIS-AE whose first phase had the settings given and saw no negatives, found "
                + $"{Methods.Find(Options).Name}");
    }

    private static string? Same(Dataset normal) =>
        normal.AreEqual() ? "all samples are equal: a score says no more than how far a sample is from that one" : null;

    /// <summary>What the model keeps, by name.</summary>
    internal IReadOnlyList<(string Name, Tensor Value)> State => model.State;

    /// <summary>Fits, and returns all memory but the model's own, even when fitting fails.</summary>
    private static Model Learn<TOptions>(TOptions options, Func<FitContext, TOptions, Model> learn, FitContext set)
    {
        using var scope = new Scope();
        var model = learn(set, options);
        model.KeepFrom(scope);
        return model;
    }

    private static void CheckSets(Dataset normal, Dataset? negatives, DetectorOptions options)
    {
        RequireSome(normal, normal.Count - (int)(normal.Count * options.HeldOut));
        if (normal.SampleShape.Rank is not (1 or 3) || normal.SampleShape.Count < 1)
        {
            throw new InputException(normal.Name, $"expected samples [length] or [channels, height, width], found {normal.SampleShape}");
        }

        if (negatives is not null && (negatives.Count == 0 || negatives.SampleShape != normal.SampleShape))
        {
            throw new InputException(negatives.Name, negatives.Count == 0
                ? "expected negative samples, found none"
                : $"expected negatives of the normal data's shape {normal.SampleShape}, found "
                    + $"{negatives.SampleShape}{Remedy(normal.SampleShape, negatives.SampleShape)}");
        }
    }

    private static string Remedy(Shape own, Shape found) =>
        own.Rank != 3 || found.Rank != 3 ? "" : own[0] == found[0] ? "; --size scales them to one"
        : "; --colour grey or --colour rgb makes them alike";
}
