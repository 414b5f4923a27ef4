using System.IO.Hashing;
using System.Runtime.InteropServices;
using LisNative.Cpu;
using LisNative.Data;
using LisNative.Features;
using LisNative.Lanes;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Data;
using LisNative.Tests.Distributed;
using LisNative.Training;

namespace LisNative.Tests.Detectors;

/// <summary>Training until held-out data gain no more; and epochs, where they are asked for, as ever.</summary>
public sealed class ConvergenceTests
{
    private static readonly LisOptions Auto = new()
    { Width1 = 4, Width2 = 4, Latent = 2, Batch = 32, WarmUp = 10, NegativePool = 128, Rate1 = 5e-3, Rate2 = 5e-3 };

    private static readonly LisOptions Lis = new()
    { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 2, Epochs2 = 2, Batch = 32, WarmUp = 10, NegativePool = 128 };

    /// <summary>In these is little to learn, so that it is soon learnt.</summary>
    private static readonly Dataset Normal = Noise(128, 1, 0), Negatives = Noise(64, 2, 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static float[] Bits(Detector detector) => [.. detector.State.SelectMany(s => s.Value.ToArray())];

    private static float[] Trained(LisOptions options, Device? device = null)
    {
        using var detector = Detector.Fit(device ?? Device.Cpu, Normal, Negatives, options, cancellation: Cancellation);
        return Bits(detector);
    }

    public static TheoryData<string, DetectorOptions> Explicit => new()
    {
        { "96baeabeb7bb3ede84c6f9e25b09de09", Lis },
        { "8b26eeb97c044cb61037a33b4e35e45e", Lis with { LinSep = 1 } },
        { "f1e740f8628effcd2963cceec21e064e", new VaeOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 2, Batch = 32, WarmUp = 10 } },
        { "eef47458689f964b682a8a6096a7a2de", new OutlierExposureOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 2, Batch = 32, WarmUp = 10, NegativePool = 128 } },
    };

    /// <summary>Digests of what was trained before there was any other length than epochs.</summary>
    [Theory]
    [MemberData(nameof(Explicit))]
    public void Epochs_that_are_asked_for_give_the_bits_that_they_always_gave(string digest, DetectorOptions options)
    {
        using var detector = Detector.Fit(
            Device.Naive, Bars.Horizontal(128, 1), Bars.Diagonal(64, 2), options, cancellation: Cancellation);
        Assert.Equal(digest, Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(Bits(detector).AsSpan()))));
        Assert.Empty(detector.Provenance.Training);
    }

    /// <summary>What comes of losses by step; with a bound in seconds a step takes one.</summary>
    private static (int Steps, string Ended, int Best) Run(
        Func<int, double> loss, int batches = 1, double seconds = double.PositiveInfinity,
        Func<int, double>? trained = null)
    {
        var until = new Convergence(1, 10, batches, _ => { });
        int step = 0;
        while (until.Ended is null)
        {
            Assert.InRange(until.RateAt(step), 0.0099, 1);
            if (until.IsDue(++step))
            {
                if (batches > 0)
                {
                    until.Add(step, loss(step));
                }

                until.Decide(step, trained?.Invoke(step) ?? 1e9, double.IsFinite(seconds) ? step : 0, seconds - step);
            }
        }

        Assert.InRange(until.RateAt(step - 1), 0, 0.02);
        return (step, until.Ended, until.Best.Step);
    }

    [Fact]
    public void A_phase_ends_when_nothing_is_gained_or_the_steps_or_the_time_are_used_up()
    {
        Assert.Equal((1000, "no gain since step 500", 500), Run(s => Math.Max(0.5, 1 - (s / 1000.0))));

        // Ever worse after step 200; gains that go on to the end; a gain too small to count.
        Assert.Equal((625, "no gain since step 200", 200), Run(s => s <= 200 ? 2 - (s / 200.0) : 1.5));
        Assert.Equal((Convergence.MostSteps, "step limit", Convergence.MostSteps), Run(s => 1.0 / s));
        Assert.Equal((388, "no gain since step 10", 388), Run(s => 1 - (s * 1e-6)));
        Assert.Equal((Convergence.BlindSteps, "too few samples to hold some out", 0), Run(s => 0, batches: 0));

        Assert.Equal((375, "learnt by heart from step 300", 375),
            Run(s => 2 - (s / 1000.0), trained: s => s < 300 ? 1 : 0.8));

        // A step a second: the rate falls in the last fifth of the time.
        Assert.Equal((100, "time", 100), Run(s => 1.0 / s, seconds: 100));
        Assert.Equal((100, "time", 0), Run(s => 0, batches: 0, seconds: 100));
    }

    [Fact]
    public void A_small_problem_ends_early_about_as_good_as_after_very_long()
    {
        Dataset normal = Plane(400, 1), test = Plane(400, 2);
        var options = new AutoencoderOptions { Width1 = 16, Width2 = 16, Latent = 2, Batch = 32, WarmUp = 10, Rate1 = 5e-3 };
        using var auto = options.FitOn(normal);
        using var whole = (options with { Epochs1 = 500 }).FitOn(normal);
        var length = Assert.Single(auto.Provenance.Training);
        double found = auto.Score(test).Average(), best = whole.Score(test).Average();
        TestContext.Current.TestOutputHelper!.WriteLine($"{length}: {found} for {best}");
        Assert.StartsWith("no gain since step", length.Ended, StringComparison.Ordinal);
        Assert.InRange(length.Steps, 300, whole.Health!.Training.Losses[0].Losses.Count / 2);
        Assert.InRange(found / best, 0, 1.03);
        Assert.Equal(length.Steps, auto.Health!.Training.Losses[0].Losses.Count);
        Assert.Equal(length.BestStep, auto.Health.Training.HeldOutLosses.Single().Losses.MinBy(l => l.Loss).Step);
    }

    /// <summary>Two factors in twelve numbers, and noise.</summary>
    private static Dataset Plane(int count, ulong seed)
    {
        float[] factors = new float[count * 2], values = new float[count * 12];
        new Philox(seed).Normals(factors);
        new Philox(seed + 100).Normals(values);
        return new("plane", [12], [.. values.Select((v, i) => (0.3f * v) + factors[(i / 12 * 2) + (i % 2)])], new int[count]);
    }

    /// <summary>A third of the negatives are normal: a classifier learns by heart which.</summary>
    [Fact]
    public void What_learns_by_heart_ends_before_that_and_judges_better()
    {
        var options = new OutlierExposureOptions { Width1 = 32, Width2 = 32, Latent = 16, Batch = 32, WarmUp = 0, NegativePool = 300 };
        Dataset normal = Noise(300, 1, 0), negatives = Noise(200, 2, 0.8f).Concat(Noise(100, 3, 0)), good = Noise(1000, 4, 0),
            bad = Noise(1000, 5, 0.8f);
        double Auc(Detector d) => Metrics.Auc(d.Score(good), d.Score(bad));
        using var auto = options.FitOn(normal, negatives);
        using var whole = (options with { Epochs1 = 200 }).FitOn(normal, negatives);
        TestContext.Current.TestOutputHelper!.WriteLine($"{auto.Provenance.Training[0]}: {Auc(auto)} for {Auc(whole)}");
        Assert.InRange(auto.Provenance.Training[0].Steps, 100, whole.Health!.Training.Losses[0].Losses.Count / 2);
        Assert.True(Auc(auto) > Auc(whole) + 0.02, $"{Auc(auto)} for {Auc(whole)}");
    }

    /// <summary>Eight numbers without any structure, half of them moved.</summary>
    private static Dataset Noise(int count, ulong seed, float shift)
    {
        var values = new float[count * 8];
        new Philox(seed).Normals(values);
        return new("noise", [8], [.. values.Select((v, i) => i % 2 == 0 ? v + shift : v)], new int[count]);
    }

    /// <summary>Negatives that are normal data have nothing to teach; the autoencoder stays as it was.</summary>
    [Fact]
    public void Shaping_in_vain_is_undone_and_told()
    {
        using var detector = (Auto with { NegativePool = 1000, Rate2 = 0.02 }).FitOn(Noise(1000, 1, 0), Noise(1000, 2, 0));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join("; ", detector.Provenance.Training));
        Assert.Equal(0, detector.Provenance.Training[1].BestStep);
        Assert.Equal(detector.Score(Normal, "ae"), detector.Score(Normal));
        Assert.StartsWith("latent shaping was in vain", Assert.Single(detector.Health!.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_do_not_depend_on_threads_and_RefitLatent_comes_to_them()
    {
        using Device one = new("one", new CpuBackend<Lane256>(1)), three = new("three", new CpuBackend<Lane256>(3));
        float[] bits = Trained(Auto, one);
        Assert.Equal(bits, Trained(Auto, three));
        using var plain = Detector.Fit(one, Normal, null, Auto, cancellation: Cancellation);
        using var refitted = plain.RefitLatent(Normal, Negatives, Auto, cancellation: Cancellation);
        Assert.Equal(bits, Bits(refitted));
        Assert.Equal(["feature extraction", "latent shaping"], refitted.Provenance.Training.Select(t => t.Phase));
    }

    [Fact]
    public void Ranks_end_together_with_one_model()
    {
        using var device = new Device("one", new CpuBackend<Lane256>(1));
        (float[] Bits, int[] Steps)[] Train() => LocalRanks.Run(3, ranks =>
        {
            using var detector = Detector.Fit(device, Normal, Negatives, Auto, ranks: ranks, cancellation: Cancellation);
            return (Bits(detector), detector.Provenance.Training.Select(t => t.Steps).ToArray());
        });
        var all = Train();
        Assert.All(all, r => Assert.Equal(all[0].Steps, r.Steps));
        Assert.All(all, r => Assert.Equal(all[0].Bits, r.Bits));
        Assert.Equal(all[0].Bits, Train()[0].Bits);
        Assert.Equal(2, all[0].Steps.Length);
    }

    /// <summary>Stopped while it seeks and while the rate falls, in both phases.</summary>
    [Fact]
    public void Stopped_and_gone_on_with_it_comes_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var stops = new HashSet<string>();
        var checkpoint = new Checkpoint(folder["state"], TimeSpan.MaxValue);
        for (int run = 0; ; run++)
        {
            Assert.InRange(run, 0, 100);
            using var source = new CancellationTokenSource();
            try
            {
                using var detector = Detector.Fit(Device.Cpu, Normal, Negatives, Auto, new Told(p =>
                {
                    if (p.Step > 0 && p.Step % 222 == 0 || p.Step == p.Steps - 5)
                    {
                        stops.Add($"{p.Phase} {p.Steps > 0}");
                        source.Cancel();
                    }
                }), checkpoint, cancellation: source.Token);
                Assert.Equal(Trained(Auto), Bits(detector));
                break;
            }
            catch (OperationCanceledException) when (source.IsCancellationRequested)
            {
                // Goes on.
            }
        }

        Assert.Superset(new HashSet<string>
        { "feature extraction False", "feature extraction True", "latent shaping False", "latent shaping True" }, stops);
    }

    /// <summary>A clock that goes a second with each step.</summary>
    [Fact]
    public void A_bound_in_time_ends_both_phases_in_order()
    {
        var clock = new Clock();
        using var folder = new TemporaryFolder();
        using var detector = Detector.Fit(Device.Cpu, Normal, Negatives, Auto, new Told(p => clock.Seconds += p.Step > 0 ? 1 : 0),
            limit: new TimeLimit(5, clock), cancellation: Cancellation);
        var lengths = detector.Provenance.Training;
        Assert.Equal(["time", "time"], lengths.Select(l => l.Ended));
        Assert.InRange(lengths[0].Steps, 160, 185);
        Assert.InRange(lengths[0].Steps + lengths[1].Steps, 280, 305);

        // The model's file says so.
        detector.Save(folder["m.lis"]);
        using var loaded = Detector.Load(folder["m.lis"]);
        Assert.Equal(Auto with { Gamma = ((LisOptions)detector.Options).Gamma }, loaded.Options);
        Assert.Equal(lengths.Select(l => l.ToString()), loaded.Provenance.Training.Select(l => l.ToString()));
        Assert.Equal(Math.Round(lengths[0].Steps / 3.0, 1), lengths[0].Passes);
    }

    [Theory]
    [InlineData("minutes", "above 0, found 0", 0.0, "lis-ae", "{}")]
    [InlineData("minutes", "above 0, found -2", -2.0, "lis-ae", "{}")]
    [InlineData("minutes", "above 0, found NaN", double.NaN, "lis-ae", "{}")]
    [InlineData("minutes", "kde with these settings", 1.0, "kde", "{}")]
    [InlineData("minutes", "anogan with these settings", 1.0, "anogan", "{}")]
    [InlineData("minutes", "lis-ae with these settings", 1.0, "lis-ae", """{ "epochs2": 3 }""")]
    [InlineData("Epochs1", "adversaries", null, "anogan", """{ "epochs1": null }""")]
    public void What_cannot_be_bounded_or_judged_is_refused(string where, string part, double? minutes, string method, string settings)
    {
        var options = Methods.Get(method).Read(System.Text.Json.JsonDocument.Parse(settings).RootElement);
        var e = Assert.Throws<InputException>(() => Detector.Fit(
            Device.Cpu, Normal, Negatives, options, limit: minutes is { } m ? new TimeLimit(m) : null, cancellation: Cancellation));
        Assert.StartsWith($"{where}: expected ", e.Message, StringComparison.Ordinal);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_groups_are_set_aside_and_none_of_too_few()
    {
        Dataset Of(int count, Func<int, string>? group = null) =>
            new Dataset("x", [1], new float[count], new int[count])
                .Grouped(group is null ? null : [.. Enumerable.Range(0, count).Select(group)]);
        (int, int) Counts(Dataset set) =>
            ValidationSplit.Of(set, new(1)) is var (train, aside) ? (train.Count, aside?.Count ?? 0) : default;
        Assert.Equal((19, 0), Counts(Of(19)));
        Assert.Equal((18, 2), Counts(Of(20)));
        Assert.Equal((9488, 512), Counts(Of(10_000)));
        Assert.Equal((100, 0), Counts(Of(100, _ => "one")));
        Assert.Equal((9000, 512), Counts(Of(10_000, i => $"{i / 100}")));
        var (left, right) = ValidationSplit.Of(Of(300, i => $"{i / 7}"), new(1));
        Assert.Empty(left.Groups!.Intersect(right!.Groups!));
    }

    [Fact]
    public void Places_of_one_picture_are_of_one_group()
    {
        var context = new FitContext(Device.Cpu, Bars.Horizontal(3, 1), null, new(1), null, null, null, Cancellation);
        IReadOnlyList<string>? groups = null;
        using var extractor = new PatchExtractor(1, 4, 4);
        Assert.Throws<OperationCanceledException>(() => PlaceModel.Fit(extractor, context, places =>
        {
            groups = places.Normal.Groups;
            throw new OperationCanceledException();
        }));
        Assert.Equal("000011112222", string.Concat(groups!));
    }

    private sealed class Clock : TimeProvider
    {
        public int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
