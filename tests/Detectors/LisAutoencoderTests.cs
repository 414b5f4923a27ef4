using LisNative.Data;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Data;

namespace LisNative.Tests.Detectors;

/// <summary>What is the LIS-AE's own; what every detector owes is in <see cref="ConformanceTests"/>.</summary>
public sealed class LisAutoencoderTests(LisAutoencoderTests.Fitted fitted) : IClassFixture<LisAutoencoderTests.Fitted>
{
    private static readonly LisOptions Small = new()
    { Latent = 16, Width1 = 8, Width2 = 16, Epochs1 = 30, Epochs2 = 40, Batch = 64, WarmUp = 20, NegativePool = 1024, Seed = 3 };

    /// <summary>One small model, trained once.</summary>
    public sealed class Fitted : IDisposable
    {
        public Dataset Normal { get; } = StrokeDigits.Digits(768, new Philox(1), 8);

        public Dataset Negatives { get; } = StrokeDigits.RandomStrokes(512, new Philox(2));

        public Dataset Test { get; } = StrokeDigits.Digits(400, new Philox(3));

        public Fitted() => Detector = Detector.Fit(Device.Cpu, Normal, Negatives, Small);

        public Detector Detector { get; }

        public void Dispose() => Detector.Dispose();
    }

    [Fact]
    public void Both_losses_fall_and_nothing_is_wrong_with_its_health()
    {
        Assert.Empty(fitted.Detector.Health!.Warnings);
        Assert.Equal(["feature extraction", "latent shaping"], fitted.Detector.Health.Training.Losses.Select(l => l.Phase));
        foreach (var (_, losses) in fitted.Detector.Health.Training.Losses)
        {
            Assert.True(losses.TakeLast(10).Average() < 0.9 * losses.Take(10).Average(),
                $"loss {losses.Take(10).Average()} to {losses.TakeLast(10).Average()}");
        }
    }

    [Fact]
    public void Beats_its_untrained_self_a_constant_and_the_plain_autoencoder()
    {
        Dataset normal = fitted.Test.OfClasses(8), anomalies = fitted.Test.OfClasses(0, 1, 2, 3, 4, 5, 6, 7, 9);
        double before = Metrics.Auc(fitted.Detector.Score(normal, "ae"), fitted.Detector.Score(anomalies, "ae"));
        double after = Metrics.Auc(fitted.Detector.Score(normal), fitted.Detector.Score(anomalies));
        Assert.True(after > before + 0.02, $"AUC {before} to {after}");
        Assert.True(after > 0.65, $"AUC {after}");
        Assert.True(fitted.Detector.Score(fitted.Test).Distinct().Count() > 0.9 * fitted.Test.Count);
    }

    /// <summary>It runs unseen while a model is loaded, so that nobody would notice if it failed.</summary>
    [Fact]
    public void What_is_compiled_beforehand_runs_through()
    {
        JitWarmup.Encode();
        JitWarmup.Decode();
        JitWarmup.ReadPicture();
    }

    [Fact]
    public void Explains_its_scores()
    {
        var sample = fitted.Test.OfClasses(1).Select("a one", [0, 1, 2]);
        var explanations = fitted.Detector.Explain(sample);
        float[] scores = fitted.Detector.Score(sample), again = fitted.Detector.Reconstruct(sample), x = sample.ToFloats();
        for (int i = 0; i < 3; i++)
        {
            var e = explanations[i];
            Assert.Equal(scores[i], e.Score);
            Assert.Equal(again[(i * 784)..((i + 1) * 784)], e.Reconstruction);
            Assert.Equal(scores[i], Math.Sqrt(e.ErrorMap.Sum()), 1e-4);
            Assert.Equal((x[(i * 784) + 400] - e.Reconstruction[400]) * (x[(i * 784) + 400] - e.Reconstruction[400]), e.ErrorMap[400]);
        }

        // Over normal samples a direction's reactions have mean 0 and deviation 1; an anomaly's are larger.
        double Reaction(Dataset set) => fitted.Detector.Explain(set).Average(e => e.Reactions.Average(r => r * r));
        double normal = Reaction(Detector.HoldOut(fitted.Normal, fitted.Detector.Options).HeldOut),
            anomalous = Reaction(fitted.Test.OfClasses(0, 1, 2, 3, 4, 5, 6, 7, 9));
        Assert.Equal(1, normal, 1e-3);
        Assert.True(anomalous > 1.2, $"mean squared reaction {anomalous}");

        // What stands for the sample if it were normal is the reconstruction of a normal one.
        float[] normals = fitted.Detector.Reconstruct(Detector.HoldOut(fitted.Normal, fitted.Detector.Options).HeldOut, "ae");
        Assert.All(explanations, e => Assert.Contains(normals.Chunk(784), n => n.SequenceEqual(e.NearestNormal)));
    }

    [Fact]
    public void A_file_that_was_changed_is_refused()
    {
        using var folder = new TemporaryFolder();
        fitted.Detector.Save(folder["m"]);
        string Refusal(Action<SafeTensors> change)
        {
            var (file, copy) = (SafeTensors.Read(folder["m"]), new SafeTensors());
            change(file);
            foreach (var (key, value) in file.Metadata)
            {
                copy.Metadata[key] = value;
            }

            foreach (var (name, tensor) in file.Tensors)
            {
                float[] values = tensor.ToFloats();
                values[0] = name == "deconv1.bias" && file.Metadata.TryGetValue("weight", out string? w)
                    ? float.Parse(w, System.Globalization.CultureInfo.InvariantCulture) : values[0];
                copy.Add(name, tensor.Shape, values);
            }

            copy.Write(folder["changed"]);
            return Assert.Throws<InputException>(() => Detector.Load(folder["changed"])).Message;
        }

        Assert.Contains("the file is damaged", Refusal(f => f.Metadata["weight"] = "0.5"), StringComparison.Ordinal);
        foreach (string weight in new[] { "5", "NaN", "Infinity" })
        {
            Assert.Contains("self-test: expected the score",
                Refusal(f => (f.Metadata["weight"], _) = (weight, f.Metadata.Remove("digest"))), StringComparison.Ordinal);
        }

        Assert.Contains("provenance", Refusal(f => _ = f.Metadata.Remove("provenance") && f.Metadata.Remove("digest")),
            StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(folder["m"]);
        bytes[^5] ^= 1;
        File.WriteAllBytes(folder["flipped"], bytes);
        Failure.Contains<InputException>("the file is damaged", () => Detector.Load(folder["flipped"]));
    }

    [Fact]
    public void Only_the_latent_layer_differs_between_the_phases()
    {
        using var folder = new TemporaryFolder();
        fitted.Detector.Save(folder["m"]);
        var file = SafeTensors.Read(folder["m"]);
        Assert.NotEqual(file["phase1.latent.weight"].ToFloats(), file["latent.weight"].ToFloats());
        Assert.NotEqual(fitted.Detector.Score(fitted.Test, "ae"), fitted.Detector.Score(fitted.Test));
    }

    [Fact]
    public void Shaped_anew_it_is_what_a_fit_would_make_of_the_new_negatives()
    {
        var options = Small with { Epochs1 = 3, Epochs2 = 2 };
        using var first = options.FitOn(fitted.Normal);
        using var again = first.RefitLatent(
            fitted.Normal, fitted.Negatives, options with { Beta = 2 }, cancellation: TestContext.Current.CancellationToken);
        using var direct = (options with { Beta = 2 }).FitOn(fitted.Normal, fitted.Negatives);
        Assert.Equal(direct.Score(fitted.Test), again.Score(fitted.Test));
        Assert.Equal(first.Score(fitted.Test), again.Score(fitted.Test, "ae"));
        Assert.Equal(direct.Health!.Training.Losses.SelectMany(l => l.Losses), again.Health!.Training.Losses.SelectMany(l => l.Losses));
        Assert.Throws<InvalidOperationException>(
            () => first.RefitLatent(fitted.Normal, null, options with { Latent = 3 }, cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(
            () => first.RefitLatent(fitted.Negatives, null, options, cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(
            () => first.RefitLatent(fitted.Normal, null, options with { LinSep = 1 }, cancellation: TestContext.Current.CancellationToken));
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
        using var separable = (options with { LinSep = 1 }).FitOn(fitted.Normal, fitted.Negatives);
        using var plain = options.FitOn(fitted.Normal);
        Assert.Equal(["feature extraction"], plain.Health!.Training.Losses.Select(l => l.Phase));
        Assert.Equal(plain.Score(fitted.Test, "ae"), plain.Score(fitted.Test));
        Assert.NotEqual(plain.Score(fitted.Test, "ae"), separable.Score(fitted.Test, "ae"));
    }

    [Fact]
    public void Vectors_of_any_scale_are_standardised()
    {
        var random = new Philox(5);
        float[] Line(int count, float offset, ulong stream) => [.. Enumerable.Range(0, count).SelectMany(i =>
        {
            float t = random.FoldIn(stream).Normal((ulong)i);
            return new[] { 1000 + (50 * t), 0.001f * t, offset + t, 7 };
        })];
        var normal = new Dataset("line", [4], Line(600, 0, 1), new int[600]);
        using var detector = (Small with { Latent = 2, Width1 = 16, Width2 = 8 }).FitOn(
            normal, new Dataset("off", [4], Line(300, 3, 2), new int[300]));
        float[] inside = detector.Score(new Dataset("in", [4], Line(200, 0, 3), new int[200])),
            outside = detector.Score(new Dataset("out", [4], Line(200, -4, 4), new int[200]));
        Assert.True(Metrics.Auc(inside, outside) > 0.95);
    }

    [Fact]
    public void A_saturated_latent_layer_is_named()
    {
        Requirement.SkipUnlessSoak();
        using var detector = (Small with { Rate1 = 3, WarmUp = 0, Epochs1 = 2 }).FitOn(fitted.Normal, fitted.Negatives);
        Assert.Contains(detector.Health!.Warnings, w => w.Contains("saturated", StringComparison.Ordinal)
            || w.Contains("distinct", StringComparison.Ordinal));
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        var normal = fitted.Normal;
        Refused("found none", () => Detector.Fit(Device.Cpu, normal.Select("none", []), null, Small));
        Refused("[1, 8, 8]", () => Detector.Fit(Device.Cpu, normal, new Dataset("other", [1, 8, 8], new byte[640], new int[10]), Small));
        Refused("expected negative samples, found none",
            () => Detector.Fit(Device.Cpu, normal, fitted.Negatives.Select("none", []), Small));
        Refused("[0, 1]", () => fitted.Detector.Score(new Dataset("bright", [1, 28, 28], Enumerable.Repeat(2f, 784).ToArray(), [0])));
        Refused("expected samples [1, 28, 28], found [3]", () => fitted.Detector.Score(new Dataset("vector", [3], [1f, 2, 3], [0])));
        Refused("Beta: expected at least 0", () => Detector.Fit(Device.Cpu, normal, null, Small with { Beta = -1 }));
        static void Refused(string part, Func<object> action) =>
            Failure.Contains<InputException>(part, action);
    }

    [Fact]
    public void Damaged_models_are_refused()
    {
        using var folder = new TemporaryFolder();
        fitted.Detector.Save(folder["m"]);
        byte[] good = File.ReadAllBytes(folder["m"]);
        byte[] Replaced(string from, string to) =>
            System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(good).Replace(from, to, StringComparison.Ordinal));
        foreach (byte[] bad in new[] { good[..1000], good[..^4], Replaced("lisnative-model", "another-model!!"),
            Replaced("\"version\":\"3\"", "\"version\":\"9\""), Replaced("conv1.weight", "conv9.weight"), [] })
        {
            string path = folder.Write("bad", bad);
            Assert.StartsWith(path, Assert.Throws<InputException>(() => Detector.Load(Device.Cpu, path)).Message, StringComparison.Ordinal);
        }
    }
}
