using LisNative.Cpu;
using LisNative.Data;
using LisNative.Lanes;
using LisNative.Memory;
using LisNative.Onnx;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Data;
using LisNative.Tests.Distributed;
using LisNative.Tests.Export;
using LisNative.Training;

namespace LisNative.Tests.Detectors;

/// <summary>
/// What every detector owes its users, whatever its method. A new method gets all of it by a line in <see cref="Small"/>; without that line
/// <see cref="Every_method_is_here"/> fails.
/// </summary>
[Collection<Alone>]
public sealed class ConformanceTests(ConformanceTests.Fitted fitted) : IClassFixture<ConformanceTests.Fitted>
{
    /// <summary>Settings under which each method learns the bars in about a second.</summary>
    internal static readonly DetectorOptions[] Small =
    [
        new AutoOptions { Networks = 2, Epochs = 40 },
        new LisOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 30, Epochs2 = 30, Batch = 32, WarmUp = 10, NegativePool = 512,
        Rate1 = 5e-3, Rate2 = 5e-3 },
        new LisOptions { LinSep = 1, Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 30, Epochs2 = 30, Batch = 32, WarmUp = 10,
        NegativePool = 512, Rate1 = 5e-3, Rate2 = 5e-3 },
        new LinearLisOptions { Rank = 6 },
        new OutlierExposureOptions { Width1 = 16, Width2 = 16, Latent = 4, Epochs1 = 20, Batch = 32, WarmUp = 10 },
        new DeepExposureOptions { Width1 = 8, Width2 = 16, Latent = 16, Epochs1 = 10, Batch = 32, WarmUp = 10 },
        new UniversumOptions { Features = 512 },
        new OneClassFeaturesOptions { Width1 = 16, Width2 = 16, Latent = 8, Epochs1 = 20, Batch = 32, WarmUp = 10, Templates = 1 },
        new AutoencoderOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 30, Batch = 32, WarmUp = 10, Rate1 = 5e-3 },
        new VaeOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 30, Batch = 32, WarmUp = 10, Rate1 = 5e-3, Divergence = 0.05 },
        new MemAeOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 30, Batch = 32, WarmUp = 10, Rate1 = 5e-3 },
        new RepNnOptions { Sigmoid = true, Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 30, Batch = 32, WarmUp = 10, Rate1 = 5e-3 },
        new RepNnOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 30, Batch = 32, WarmUp = 10, Rate1 = 5e-3 },
        new DeepSvddOptions { Width1 = 16, Width2 = 16, Latent = 8, Epochs1 = 30, Epochs2 = 60, Batch = 32, WarmUp = 10, Rate1 = 5e-3,
        Rate2 = 1e-3 },
        new AnoGanOptions { Width1 = 16, Width2 = 16, Latent = 4, Epochs1 = 150, Epochs2 = 60, Batch = 32, Rate1 = 2e-3, Rate2 = 2e-3,
        CriticSteps = 2 },
        new AnoGanOptions { MatchesFeatures = true, Width1 = 16, Width2 = 16, Latent = 4, Epochs1 = 150, Epochs2 = 60, Batch = 32,
        Rate1 = 2e-3, Rate2 = 2e-3, CriticSteps = 2 },
        new LinearAutoencoderOptions { Rank = 6 },
        new RobustPcaOptions { Rank = 6 },
        new NearestNeighboursOptions { Samples = 300 },
        new LocalOutlierFactorOptions { Samples = 300 },
        new MahalanobisOptions(),
        new PcaOptions(),
        new EcodOptions(),
        new KernelDensityOptions(),
        new OneClassSvmOptions(),
        new IsolationForestOptions { Trees = 50 },
    ];

    /// <summary>Those whose score is no function of tensors.</summary>
    private static readonly string[] OnHost = ["ecod", "isolation-forest", "knn", "lof"];

    /// <summary>
    /// Those that look at each number by itself, or at the distance from the mean alone, so that bars across tell them nothing: they are to
    /// find negative images of the bars, which the distance from the mean finds as well.
    /// </summary>
    private static readonly string[] OfMargins = ["ecod", "pca"];

    public static TheoryData<string> Names => [.. Methods.All.Select(m => m.Name)];

    /// <summary>The data, and each method fitted to them once.</summary>
    public sealed class Fitted : IDisposable
    {
        private readonly Dictionary<string, Detector> detectors = [];

        public Dataset Normal { get; } = Bars.Horizontal(512, 1);

        public Dataset Negatives { get; } = Bars.Diagonal(256, 2);

        public Dataset TestNormal { get; } = Bars.Horizontal(200, 3);

        public Dataset Anomalies { get; } = Bars.Vertical(200, 4);

        public Dataset Inverted { get; } = Bars.Inverted(200, 4);

        public Detector this[string method] => detectors.TryGetValue(method, out var known) ? known
            : detectors[method] = Settings(method).FitOn(Normal, Negatives);

        public double Auc(Detector detector) => Metrics.Auc(detector.Score(TestNormal), detector.Score(ToFind(detector)));

        public Dataset ToFind(Detector detector) => OfMargins.Contains(Methods.Find(detector.Options).Name) ? Inverted : Anomalies;

        public void Dispose()
        {
            foreach (var detector in detectors.Values)
            {
                detector.Dispose();
            }
        }
    }

    internal static DetectorOptions Settings(string method) => Small.Single(s => Methods.Find(s).Name == method);

    [Fact]
    public void Every_method_is_here() => Assert.Equal(Methods.All.Select(m => m.Name), Small.Select(s => Methods.Find(s).Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_move_losses_fall_and_nothing_is_wrong(string method)
    {
        var health = fitted[method].Health!;
        Assert.Empty(health.Warnings);
        Assert.Empty(health.Training.Unmoved);
        Assert.True(health.DistinctScores > 0.9);
        Assert.Equal(fitted[method].Options is AutoencoderOptions or UniversumOptions, health.Training.Losses.Count > 0);

        // What the generator minimises is measured by a critic that changes, so that its value says nothing.
        foreach (var (phase, losses) in health.Training.Losses.Where(l => l.Phase != "generator"))
        {
            double first = losses.Take(10).Average(), last = losses.TakeLast(10).Average();
            Assert.True(last < first - (0.1 * Math.Abs(first)), $"{phase}: loss {first} to {last}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Beats_its_untrained_self_and_a_constant(string method)
    {
        float[] mean = [.. Scaler.Fit(fitted.Normal).Mean.Select(m => (float)m)];
        float[] FromMean(Dataset set) =>
            [.. set.ToFloats().Chunk(mean.Length).Select(row => row.Zip(mean, (a, b) => (a - b) * (a - b)).Sum())];
        double constant = Metrics.Auc(FromMean(fitted.TestNormal), FromMean(fitted.ToFind(fitted[method])));
        double untrained = Untrained(method), trained = fitted.Auc(fitted[method]);
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant($"| {trained:F3} | {untrained:F3} | {constant:F3} |"));
        Assert.True(trained > 0.9 && trained > Math.Max(untrained, OfMargins.Contains(method) ? 0 : constant) + 0.1,
            $"AUC {trained}, untrained {untrained}, constant reconstruction {constant}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Exported_to_ONNX_it_gives_the_same_scores(string method)
    {
        using var folder = new TemporaryFolder();
        fitted[method].Save(folder["model.lis"]);
        if (OnHost.Contains(method))
        {
            Failure.Contains<InputException>("cannot be exported", () => DetectorExport.Write(folder["model.lis"], folder["model.onnx"]));
            Assert.False(File.Exists(folder["model.onnx"]));
            return;
        }

        DetectorExport.Write(folder["model.lis"], folder["model.onnx"]);
        OnnxModel.AssertScores(fitted[method], folder["model.onnx"], fitted.Anomalies);
        OnnxModel.AssertFarOut(folder["model.onnx"], fitted.Normal.SampleShape, float.NaN, float.PositiveInfinity);
    }

    /// <summary>A network after one step too small to change anything; another method after looking at noise instead of the data.</summary>
    private double Untrained(string method)
    {
        var settings = Methods.Get(method).Write(Settings(method));
        foreach (string rate in new[] { "rate1", "rate2" }.Where(settings.ContainsKey))
        {
            settings[rate] = 1e-12;
        }

        foreach (string epochs in new[] { "epochs1", "epochs2" }.Where(settings.ContainsKey))
        {
            settings[epochs] = 1;
        }

        bool network = settings.ContainsKey("rate1");
        var noise = new float[256 * 64];
        new Philox(9).Normals(noise);
        var shown = network ? fitted.Normal
            : new Dataset("noise", [1, 8, 8], [.. noise.Select(v => Math.Clamp(0.5f + (v / 8), 0, 1))], new int[256]);
        using var detector = Methods.Get(method).Read(JsonOf(settings)).FitOn(shown, fitted.Negatives);
        return fitted.Auc(detector);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Scores_do_not_depend_on_batch_or_order(string method)
    {
        var detector = fitted[method];
        var test = fitted.TestNormal.Concat(fitted.Anomalies);
        foreach (string score in detector.ScoreNames)
        {
            float[] all = detector.Score(test, score);
            Assert.Equal(all.Reverse(), detector.Score(test.Select("reversed", [.. Enumerable.Range(0, test.Count).Reverse()]), score));
            Assert.Equal(all[17], detector.Score(test.Select("one", [17]), score)[0]);
            Assert.Equal(all[250..255], detector.Score(test.Select("five", [250, 251, 252, 253, 254]), score));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Samples_from_memory_score_to_the_same_bits_on_any_thread_and_allocate_nothing(string method)
    {
        var detector = fitted[method];
        float[] samples = fitted.Anomalies.ToFloats(), all = detector.Score(fitted.Anomalies), together = new float[all.Length],
            streamed = new float[20];
        detector.Score(samples, together);
        Assert.Equal(all, together);
        Parallel.For(0, 16, start =>
        {
            for (int i = start; i < 64; i++)
            {
                Assert.Equal(all[i], detector.Score(samples.AsSpan(i * 64, 64)));
            }
        });

        int at = 0;
        await foreach (float score in detector.ScoreAsync(Stream(), cancellation: TestContext.Current.CancellationToken))
        {
            streamed[at++] = score;
        }

        Assert.Equal(all[..20], streamed);
        Assert.Equal(0, AllocatedBy(() => detector.Score(samples.AsSpan(0, 64))));

        async IAsyncEnumerable<ReadOnlyMemory<float>> Stream()
        {
            for (int i = 0; i < 20; i++)
            {
                await Task.Yield();
                yield return samples.AsMemory(i * 64, 64);
            }
        }
    }

    /// <summary>Bytes that this thread allocates by 100 scores, after some to warm up.</summary>
    private static long AllocatedBy(Func<float> score)
    {
        long before = 0;
        for (int i = 0; i < 110; i++)
        {
            before = i == 10 ? GC.GetAllocatedBytesForCurrentThread() : before;
            score();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_same_bits_on_one_thread_or_two(string method)
    {
        float[] Run(int threads, ulong seed)
        {
            using var device = new Device("x", new CpuBackend<Lane256>(threads));
            using var detector = Detector.Fit(
                device, fitted.Normal.Select("part", [.. Enumerable.Range(0, 128)]), fitted.Negatives, Short(Settings(method)) with
                { Seed = seed });
            return detector.Score(fitted.Anomalies);
        }

        float[] one = Run(1, 3);
        Assert.Equal(one, Run(2, 3));
        Assert.NotEqual(one, Run(2, 4));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_memory_comes_back(string method)
    {
        using var device = new Device("x", new CpuBackend<Lane256>(2));
        using (var detector = Detector.Fit(
            device, fitted.Normal, fitted.Negatives, Short(Settings(method)), cancellation: TestContext.Current.CancellationToken))
        {
            int own = device.Pool.Lent;
            detector.Score(fitted.Anomalies);
            Assert.Equal(own, device.Pool.Lent);
            using var scope = new Scope();
            detector.Score(fitted.Anomalies.ToFloats(), new float[fitted.Anomalies.Count]);
        }

        Assert.Equal(0, device.Pool.Lent);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => Detector.Fit(device, fitted.Normal, fitted.Negatives, Short(Settings(method)), new CancelAfter(1, source),
            cancellation: source.Token));
        Assert.Equal(0, device.Pool.Lent);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Stopped_and_gone_on_with_it_is_the_same_to_the_bit(string method)
    {
        using var folder = new TemporaryFolder();
        var options = Short(Settings(method));
        using var whole = options.FitOn(fitted.Normal, fitted.Negatives);
        var checkpoint = new Checkpoint(folder["state"], TimeSpan.MaxValue);
        Detector? resumed = null;
        for (int reports = 5; resumed is null; reports = (reports * 3) + 1)
        {
            using var source = new CancellationTokenSource();
            try
            {
                resumed = Detector.Fit(Device.Cpu, fitted.Normal, fitted.Negatives, options, new CancelAfter(reports, source), checkpoint,
                    cancellation: source.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(options is AutoencoderOptions or AutoOptions or UniversumOptions, checkpoint.Exists);
            }
        }

        Assert.All(whole.State.Zip(resumed.State), pair => Assert.Equal(pair.First.Value.ToArray(), pair.Second.Value.ToArray()));
        Assert.Equal(whole.Health!.Training.Losses.SelectMany(l => l.Losses), resumed.Health!.Training.Losses.SelectMany(l => l.Losses));
        Assert.Equal(whole.Health.Warnings, resumed.Health.Warnings);
        resumed.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Trained_by_two_ranks_it_is_that_of_one_up_to_rounding(string method)
    {
        // Four steps a phase: in dozens, a leaky ReLU or a shrunk address comes so near its kink that rounding decides its slope, and a
        // step differs by 1e-3.
        var normal = fitted.Normal.Select("some", [.. Enumerable.Range(0, 80)]);
        var options = Short(Settings(method)) switch
        {
            LisOptions o => o with { Epochs2 = 2 },
            DeepSvddOptions o => o with { Epochs2 = 2 },
            AnoGanOptions o => o with
            { Epochs1 = 4, Epochs2 = 2 },
            var o => o
        };
        using var alone = options.FitOn(normal, fitted.Negatives);
        Detector[] together = LocalRanks.Run(2, ranks => Detector.Fit(Device.Cpu, normal, fitted.Negatives, options, ranks: ranks));
        Assert.All(together[0].State.Zip(together[1].State), pair => Assert.Equal(pair.First.Value.ToArray(), pair.Second.Value.ToArray()));
        float[] expected = alone.Score(fitted.Anomalies);
        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(together[0].Score(fitted.Anomalies)), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * scale));
        static IEnumerable<double> Losses(Detector detector) => detector.Health!.Training.Losses.SelectMany(l => l.Losses);
        Assert.All(Losses(alone).Zip(Losses(together[0])),
            pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Max(1, Math.Abs(pair.First))));
        Array.ForEach(together, d => d.Dispose());
    }

    private static DetectorOptions Short(DetectorOptions settings) =>
        settings is AutoencoderOptions network ? network with { Epochs1 = 2 } : settings;

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_and_load_keep_every_bit(string method)
    {
        using var folder = new TemporaryFolder();
        var detector = fitted[method];
        detector.Save(folder["m"]);
        using var loaded = Detector.Load(Device.Cpu, folder["m"]);
        Assert.Equal(detector.Options, loaded.Options);
        Assert.Equal(detector.ScoreNames, loaded.ScoreNames);
        Assert.All(detector.ScoreNames,
            score => Assert.Equal(detector.Score(fitted.Anomalies, score), loaded.Score(fitted.Anomalies, score)));
        Assert.Equal(detector.Threshold(0.1), loaded.Threshold(0.1));
        Assert.Equivalent(detector.Provenance, loaded.Provenance, strict: true);
        loaded.Save(folder["again"]);
        Assert.Equal(File.ReadAllBytes(folder["m"]), File.ReadAllBytes(folder["again"]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Exactly_the_promised_share_of_the_held_out_data_is_flagged(string method)
    {
        var detector = fitted[method];
        int held = (int)(fitted.Normal.Count * detector.Options.HeldOut);
        var heldOut = fitted.Normal.Select(
            "held out", new Philox(detector.Options.Seed).FoldIn(1).Permutation(fitted.Normal.Count).AsSpan(0, held));
        foreach (double rate in new[] { 0.05, 0.1, 0.3 })
        {
            float threshold = detector.Threshold(rate);
            float[] scores = detector.Score(heldOut);
            int tied = scores.Count(s => s == threshold) - 1, flagged = detector.Predict(heldOut, rate).Count(p => p);
            Assert.Equal(held - (int)Math.Ceiling((held + 1) * (1 - rate)), flagged + tied, tolerance: tied);
            Assert.True(detector.Predict(fitted.ToFind(detector), rate).Count(p => p) > flagged);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_input_is_refused_in_words(string method)
    {
        var (detector, settings, one) = (fitted[method], Settings(method), fitted.Normal.Select("one", [5]));
        Dataset Strange(float value)
        {
            var values = new float[64];
            values[7] = value;
            return new("strange", [1, 8, 8], values, [0]);
        }

        void Refused(string part, Func<object> action) =>
            Failure.Contains<InputException>(part, action);
        Refused("found NaN in sample 0, element 7", () => detector.Score(Strange(float.NaN)));
        Refused("found Infinity", () => detector.Score(Strange(float.PositiveInfinity)));
        Refused("expected pixels in [0, 1], found 2", () => detector.Score(Strange(2)));
        Refused("expected samples [1, 8, 8], found [64]", () => detector.Score(Bars.AsVectors(one)));
        Refused("expected samples [1, 8, 8], found none", () => detector.Score(one.Select("none", [])));
        Refused("expected 1 samples [1, 8, 8], found 63 numbers", () => detector.Score(new float[63]));
        Refused("found NaN in element 63", () => detector.Score([.. new float[63], float.NaN]));
        Refused("expected pixels in [0, 1], found 2 in sample 1, element 3", () =>
            { detector.Score([.. new float[67], 2, .. new float[60]], new float[2]); return 0; });
        Refused("found none", () => Detector.Fit(Device.Cpu, one.Select("none", []), null, settings));
        Refused("expected at least 2 normal samples to train on, found 1", () => Detector.Fit(Device.Cpu, one, null, settings));
        Refused("of the normal data's shape [1, 8, 8], found [64]",
            () => Detector.Fit(Device.Cpu, fitted.Normal, Bars.AsVectors(one), settings));
        Refused("HeldOut: expected in [0, 1), found 1", () => Detector.Fit(Device.Cpu, fitted.Normal, null, settings with { HeldOut = 1 }));
        Assert.Throws<ArgumentException>(() => detector.Score(one, "no such score"));
        Assert.Single(detector.Score(one));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Vectors_of_any_scale_are_learnt(string method)
    {
        Dataset Stretched(Dataset set) => new(set.Name, [64], [.. set.ToFloats().Chunk(64)
            .SelectMany(row => row.Select((v, j) => (v * MathF.Pow(10, (j % 7) - 3)) + j))], set.Labels);

        using var detector = Settings(method).FitOn(Stretched(fitted.Normal), Stretched(fitted.Negatives));
        var anomalies = Stretched(fitted.ToFind(detector));
        float[] scores = detector.Score(anomalies), fromMemory = new float[scores.Length];
        detector.Score(anomalies.ToFloats(), fromMemory);
        Assert.Equal(scores, fromMemory);
        double auc = Metrics.Auc(detector.Score(Stretched(fitted.TestNormal)), scores);
        Assert.True(auc > 0.8, $"AUC {auc}");

        // One cell that overflows somewhere between the sample and its score, in either direction.
        float[] cells = [1e20f, -1e20f, 9.96921e36f, float.MaxValue, float.MinValue], far = new float[cells.Length * 64],
            most = [.. cells.Select(_ => float.MaxValue)], found = new float[cells.Length];
        foreach (var (i, cell) in cells.Index())
        {
            far[(i * 64) + (i * 14)] = cell;
        }

        var extreme = new Dataset("extreme", [64], far, new int[cells.Length]);
        Assert.Equal(most, detector.Score(extreme));
        detector.Score(far, found);
        Assert.Equal(most, found);
        if (!OnHost.Contains(method) && method != "auto")
        {
            using var folder = new TemporaryFolder();
            detector.Save(folder["model.lis"]);
            DetectorExport.Write(folder["model.lis"], folder["model.onnx"]);
            OnnxModel.AssertScores(detector, folder["model.onnx"], Stretched(fitted.Anomalies));
            OnnxModel.AssertFarOut(folder["model.onnx"], [64], [.. cells, float.NaN, float.PositiveInfinity, float.NegativeInfinity]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Settings_come_back_from_json(string method)
    {
        var known = Methods.Get(method);
        Assert.Equal(Settings(method), known.Read(JsonOf(known.Write(Settings(method)))));
        Assert.Equal(known.Defaults, known.Read(JsonOf([])));
        Failure.Contains<InputException>("colour", () => known.Read(JsonOf(new() { ["colour"] = 1 })));
        Failure.Contains<InputException>("found \"x\"", () => known.Read(JsonOf(new() { ["seed"] = "x" })));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Cancelling_stops_it(string method)
    {
        using var source = new CancellationTokenSource();
        var progress = new CancelAfter(1, source);
        Assert.Throws<OperationCanceledException>(
            () => Detector.Fit(Device.Cpu, fitted.Normal, fitted.Negatives, Settings(method), progress, cancellation: source.Token));
        Assert.Equal(1, progress.Reports);
    }

    private static System.Text.Json.JsonElement JsonOf(System.Text.Json.Nodes.JsonObject settings) =>
        System.Text.Json.JsonDocument.Parse(settings.ToJsonString()).RootElement;

    private sealed class CancelAfter(int reports, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public int Reports { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (++Reports == reports)
            {
                source.Cancel();
            }
        }
    }
}
