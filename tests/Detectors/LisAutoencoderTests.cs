using LisNative.Cpu;
using LisNative.Data;
using LisNative.Lanes;
using LisNative.Layers;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Data;
using LisNative.Training;

namespace LisNative.Tests.Detectors;

/// <summary>What must hold for the detector: it learns, it is reproducible, and it refuses what it cannot use.</summary>
public sealed class LisAutoencoderTests(LisAutoencoderTests.Fitted fitted) : IClassFixture<LisAutoencoderTests.Fitted>
{
    private static readonly LisOptions Small = new() { Latent = 16, Width1 = 8, Width2 = 16, Epochs1 = 30, Epochs2 = 40, Batch = 64, WarmUp = 20, NegativePool = 1024, Seed = 3 };

    /// <summary>One small model, trained once.</summary>
    public sealed class Fitted : IDisposable
    {
        public Dataset Normal { get; } = StrokeDigits.Digits(768, new Philox(1), 8);

        public Dataset Negatives { get; } = StrokeDigits.RandomStrokes(512, new Philox(2));

        public Dataset Test { get; } = StrokeDigits.Digits(400, new Philox(3));

        public Fitted() => Detector = LisAutoencoder.Fit(Device.Cpu, Normal, Negatives, Small);

        public LisAutoencoder Detector { get; }

        public void Dispose() => Detector.Dispose();
    }

    [Fact]
    public void Both_losses_fall_and_nothing_is_wrong_with_its_health()
    {
        Assert.Empty(fitted.Detector.Health!.Warnings);
        Assert.Empty(fitted.Detector.Health.Unmoved);
        foreach (var losses in new[] { fitted.Detector.Losses.Phase1, fitted.Detector.Losses.Phase2 })
        {
            Assert.True(losses.TakeLast(10).Average() < 0.9 * losses.Take(10).Average(), $"loss {losses.Take(10).Average()} to {losses.TakeLast(10).Average()}");
        }
    }

    [Fact]
    public void Beats_its_untrained_self_a_constant_and_the_plain_autoencoder()
    {
        Dataset normal = fitted.Test.OfClasses(8), anomalies = fitted.Test.OfClasses(0, 1, 2, 3, 4, 5, 6, 7, 9);
        double before = Metrics.Auc(fitted.Detector.ScoreAutoencoder(normal), fitted.Detector.ScoreAutoencoder(anomalies));
        double after = Metrics.Auc(fitted.Detector.Score(normal), fitted.Detector.Score(anomalies));
        Assert.True(after > before + 0.02, $"AUC {before} to {after}");
        Assert.True(after > 0.65, $"AUC {after}");
        Assert.True(fitted.Detector.Score(fitted.Test).Distinct().Count() > 0.9 * fitted.Test.Count);
        Assert.True(fitted.Detector.Health!.Gain > 1.2);
    }

    [Fact]
    public void Only_the_latent_layer_differs_between_the_phases()
    {
        using var folder = new TemporaryFolder();
        fitted.Detector.Save(folder["m"]);
        var file = SafeTensors.Read(folder["m"]);
        Assert.NotEqual(file["phase1.latent.weight"].ToFloats(), file["latent.weight"].ToFloats());
        Assert.NotEqual(fitted.Detector.ScoreAutoencoder(fitted.Test), fitted.Detector.Score(fitted.Test));
    }

    [Fact]
    public void Scores_do_not_depend_on_batch_or_order()
    {
        float[] all = fitted.Detector.Score(fitted.Test);
        int[] reversed = [.. Enumerable.Range(0, fitted.Test.Count).Reverse()];
        Assert.Equal(all.Reverse(), fitted.Detector.Score(fitted.Test.Select("reversed", reversed)));
        Assert.Equal(all[17], fitted.Detector.Score(fitted.Test.Select("one", [17]))[0]);
        Assert.Equal(all[..5], fitted.Detector.Score(fitted.Test.Select("five", [0, 1, 2, 3, 4])));
    }

    [Fact]
    public void Same_seed_same_bits_on_one_thread_or_two()
    {
        var options = Small with { Epochs1 = 1, Epochs2 = 1 };
        float[] Run(int threads, ulong seed)
        {
            using var device = new Device("x", new CpuBackend<Lane256>(threads));
            using var detector = LisAutoencoder.Fit(device, fitted.Normal, fitted.Negatives, options with { Seed = seed });
            return detector.Score(fitted.Test);
        }

        float[] one = Run(1, 3);
        Assert.Equal(one, Run(2, 3));
        Assert.NotEqual(one, Run(2, 4));
    }

    [Fact]
    public void Save_and_load_keep_every_bit()
    {
        using var folder = new TemporaryFolder();
        fitted.Detector.Save(folder["model.lis"]);
        using var loaded = LisAutoencoder.Load(Device.Cpu, folder["model.lis"]);
        Assert.Equal(fitted.Detector.Score(fitted.Test), loaded.Score(fitted.Test));
        Assert.Equal(fitted.Detector.ScoreAutoencoder(fitted.Test), loaded.ScoreAutoencoder(fitted.Test));
        Assert.Equal(fitted.Detector.Threshold(0.1), loaded.Threshold(0.1));
        Assert.Equal(fitted.Detector.Options, loaded.Options);
    }

    [Fact]
    public void Threshold_flags_about_the_share_asked_for()
    {
        float threshold = fitted.Detector.Threshold(0.2);
        double flagged = fitted.Detector.Score(StrokeDigits.Digits(500, new Philox(44), 8)).Count(s => s > threshold) / 500.0;
        Assert.InRange(flagged, 0.05, 0.4);
    }

    [Fact]
    public void LinSep_and_no_negatives_both_train()
    {
        var options = Small with { Epochs1 = 2, Epochs2 = 1 };
        using var separable = LisAutoencoder.Fit(Device.Cpu, fitted.Normal, fitted.Negatives, options with { LinSep = 1 }, cancellation: TestContext.Current.CancellationToken);
        using var plain = LisAutoencoder.Fit(Device.Cpu, fitted.Normal, null, options, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(plain.Losses.Phase2);
        Assert.Equal(plain.ScoreAutoencoder(fitted.Test), plain.Score(fitted.Test));
        Assert.NotEqual(plain.ScoreAutoencoder(fitted.Test), separable.ScoreAutoencoder(fitted.Test));
    }

    [Fact]
    public void Vectors_of_any_scale_are_standardised()
    {
        var random = new Philox(5);
        float[] Line(int count, float offset, ulong stream) => [.. Enumerable.Range(0, count).SelectMany(i =>
        {
            float t = random.Split(stream).Normal((ulong)i);
            return new[] { 1000 + (50 * t), 0.001f * t, offset + t, 7 };
        })];
        var normal = new Dataset("line", [4], Line(600, 0, 1), new int[600]);
        using var detector = LisAutoencoder.Fit(Device.Cpu, normal, new Dataset("off", [4], Line(300, 3, 2), new int[300]), Small with { Latent = 2, Width1 = 16, Width2 = 8 }, cancellation: TestContext.Current.CancellationToken);
        float[] inside = detector.Score(new Dataset("in", [4], Line(200, 0, 3), new int[200])), outside = detector.Score(new Dataset("out", [4], Line(200, -4, 4), new int[200]));
        Assert.True(Metrics.Auc(inside, outside) > 0.95);
    }

    [Fact]
    public void A_saturated_latent_layer_is_named()
    {
        using var detector = LisAutoencoder.Fit(Device.Cpu, fitted.Normal, fitted.Negatives, Small with { Rate1 = 3, WarmUp = 0, Epochs1 = 2 }, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains(detector.Health!.Warnings, w => w.Contains("saturated", StringComparison.Ordinal) || w.Contains("distinct", StringComparison.Ordinal));
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        var normal = fitted.Normal;
        Refused("expected normal samples, found none", () => LisAutoencoder.Fit(Device.Cpu, normal.Select("none", []), null, Small));
        Refused("at least a batch of 64", () => LisAutoencoder.Fit(Device.Cpu, normal.Select("few", [1, 2, 3]), null, Small));
        Refused("[1, 8, 8]", () => LisAutoencoder.Fit(Device.Cpu, normal, new Dataset("other", [1, 8, 8], new byte[640], new int[10]), Small));
        Refused("expected negative samples, found none", () => LisAutoencoder.Fit(Device.Cpu, normal, fitted.Negatives.Select("none", []), Small));
        Refused("multiples of 4", () => LisAutoencoder.Fit(Device.Cpu, new Dataset("odd", [1, 7, 8], new byte[56 * 100], new int[100]), null, Small));
        Refused("[0, 1]", () => fitted.Detector.Score(new Dataset("bright", [1, 28, 28], Enumerable.Repeat(2f, 784).ToArray(), [0])));
        Refused("expected samples [1, 28, 28], found [3]", () => fitted.Detector.Score(new Dataset("vector", [3], [1f, 2, 3], [0])));
        Refused("Beta: expected at least 0", () => LisAutoencoder.Fit(Device.Cpu, normal, null, Small with { Beta = -1 }));
        static void Refused(string part, Func<object> action) => Assert.Contains(part, Assert.Throws<InputException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_models_are_refused()
    {
        using var folder = new TemporaryFolder();
        fitted.Detector.Save(folder["m"]);
        byte[] good = File.ReadAllBytes(folder["m"]);
        byte[] Replaced(string from, string to) => System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(good).Replace(from, to, StringComparison.Ordinal));
        foreach (byte[] bad in new[] { good[..1000], good[..^4], Replaced("lisnative-model", "another-model!!"), Replaced("\"version\":\"1\"", "\"version\":\"9\""), Replaced("conv1.weight", "conv9.weight"), [] })
        {
            string path = folder.Write("bad", bad);
            Assert.StartsWith(path, Assert.Throws<InputException>(() => LisAutoencoder.Load(Device.Cpu, path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cancelling_stops_between_two_steps()
    {
        using var source = new CancellationTokenSource();
        var progress = new Watcher(source);
        Assert.Throws<OperationCanceledException>(() => LisAutoencoder.Fit(Device.Cpu, fitted.Normal, fitted.Negatives, Small, progress, source.Token));
        Assert.Equal(3, progress.Steps);
    }

    private sealed class Watcher(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public int Steps { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (++Steps == 3)
            {
                source.Cancel();
            }
        }
    }
}
