using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Data;
using LisNative.Training;

namespace LisNative.Tests.Detectors;

/// <summary>What is advised for tables: noise that is taken away, a γ of its own for each negative, and scores that are joined.</summary>
public sealed class AutoTests
{
    private const int Length = 6;

    private static readonly LisOptions Network = new() { Width1 = 32, Width2 = 32, Latent = 8, Epochs1 = 150, Epochs2 = 20, Batch = 32 };

    private static readonly AutoOptions Auto = new() { Networks = 2, Epochs = 8 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Points of a curve, each column in another unit.</summary>
    private static float[] Curve(float t) =>
        [MathF.Sin(t), MathF.Cos(t), 10 * MathF.Sin(2 * t), 5 + MathF.Cos(3 * t), 100 * t, MathF.Sin(t + 1)];

    private static Dataset Points(int count, ulong seed, float noise = 0)
    {
        var random = new Philox(seed);
        var off = new float[count * Length];
        random.FoldIn(1).Normals(off);
        return new("curve", [Length], [.. Enumerable.Range(0, count).SelectMany(i => Curve(6 * random.Uniform((ulong)i))
            .Select((x, j) => x + (noise * off[(i * Length) + j] * (j == 4 ? 170 : j == 2 ? 7 : 0.7f))))], new int[count]);
    }

    private static float[] Row(Dataset set, int row)
    {
        var values = new float[Length];
        set.Read([row], values);
        return values;
    }

    [Fact]
    public void A_network_that_learnt_with_noise_takes_it_away()
    {
        double Left(double? noise)
        {
            using var detector = Detector.Fit(
                Device.Cpu, Points(600, 1), null, Network with { Noise = noise }, cancellation: Cancellation);
            float[] clean = detector.Reconstruct(Points(200, 2)), noisy = detector.Reconstruct(Points(200, 2, 0.3f));
            return clean.Zip(noisy).Average(p => Math.Abs(p.First - p.Second));
        }

        double with = Left(1), without = Left(0);
        Assert.True(with < 0.8 * without, $"{with} for {without}");
    }

    [Fact]
    public void Every_negative_has_its_distance_from_the_nearest_normal_sample_for_its_gamma()
    {
        Dataset normal = Points(300, 1), near = Points(40, 2, 0.1f), far = Points(30, 3, 2);
        var context = new FitContext(Device.Cpu, normal, near, new Philox(1), null, null, null, default);
        var (train, heldOut) = OwnGammas.Of(context, normal, (near, far));
        double Nearest(float[] x) => Enumerable.Range(0, normal.Count)
            .Min(i => Math.Sqrt(Row(normal, i).Zip(x, (a, b) => ((double)a - b) * ((double)a - b)).Sum()));
        Assert.Equal([.. Enumerable.Range(0, near.Count).Select(i => Nearest(Row(near, i)))], train.Select(g => (double)g), Close);
        Assert.Equal([.. Enumerable.Range(0, far.Count).Select(i => Nearest(Row(far, i)))], heldOut.Select(g => (double)g), Close);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-5 * Math.Max(1, Math.Abs(a));

    [Fact]
    public void Noise_is_of_one_size_for_a_row_and_in_units_of_the_columns()
    {
        var normal = Points(400, 1);
        float[] deviation = Scaler.Fit(normal).Deviation;
        var made = SyntheticNegatives.Make(normal, 600, new Philox(4), "noise");
        Assert.Equal(made.ToFloats(), SyntheticNegatives.Make(normal, 600, new Philox(4), "noise").ToFloats());
        double[] sizes = [.. Enumerable.Range(0, made.Count).Select(i => Enumerable.Range(0, normal.Count)
            .Min(n => Row(made, i).Zip(Row(normal, n)).Select((p, j) => Math.Pow((p.First - p.Second) / deviation[j], 2)).Average()))
            .Select(Math.Sqrt).Order()];
        Assert.InRange(sizes[^1], 2, 6);
        Assert.InRange(sizes[300], 0.05, 0.8);
        Assert.InRange(sizes[0], 0, 0.05);
    }

    [Fact]
    public void A_table_is_learnt_without_negatives_and_kept()
    {
        using var detector = Detector.Fit(Device.Cpu, Points(500, 1), null, Auto, cancellation: Cancellation);
        Dataset good = Points(200, 7), bad = Points(200, 8, 0.5f);
        float[] scores = detector.Score(bad), spans = new float[bad.Count];
        double auc = Metrics.Auc(detector.Score(good), scores);
        Assert.True(auc > 0.95, $"AUC {auc}");
        detector.Score(bad.ToFloats(), spans);
        Assert.Equal(scores, spans);
        Assert.Equal(
            ["network 1 of 2: feature extraction", "network 1 of 2: latent shaping", "network 2 of 2: feature extraction",
            "network 2 of 2: latent shaping"], detector.Health!.Training.Losses.Select(l => l.Phase));
        using var folder = new TemporaryFolder();
        detector.Save(folder["model.lis"]);
        using var loaded = Detector.Load(Device.Cpu, folder["model.lis"]);
        Assert.Equal("auto", Methods.Find(loaded.Options).Name);
        Assert.Equal(scores, loaded.Score(bad));
    }

    /// <summary>The networks' mean and the factor, each from its own median in units of its own spread: so no scale decides.</summary>
    [Fact]
    public void Each_members_score_counts_from_its_median_by_its_spread()
    {
        using var detector = Detector.Fit(Device.Cpu, Points(500, 1), null, Auto, cancellation: Cancellation);
        var scales = detector.State.Single(s => s.Name == "scales").Value;
        Assert.Equal([3, 2], scales.Shape.Sizes.ToArray());
        float[] values = scales.ToArray();
        Assert.InRange(values[4], 0.8, 1.3);
        float[] normal = detector.Score(Points(400, 9));
        Array.Sort(normal);
        Assert.InRange(normal[200], -0.6, 0.6);
        Assert.InRange(normal[360], 0.8, 3);
    }

    [Fact]
    public void Pictures_get_one_network()
    {
        var digits = StrokeDigits.Digits(64, new Philox(1), 8).Resized(8, 8);
        using var detector = Detector.Fit(Device.Cpu, digits, null, Auto with { Epochs = 1 }, cancellation: Cancellation);
        Assert.Equal("lis-ae", Methods.Find(detector.Options).Name);
        Assert.Equal(2, detector.Health!.Training.Losses.Count);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(3, 0)]
    public void Settings_out_of_range_are_refused(int networks, int? epochs)
    {
        var options = new AutoOptions { Networks = networks, Epochs = epochs };
        Assert.Throws<InputException>(() => Detector.Fit(Device.Cpu, Points(50, 1), null, options, cancellation: Cancellation));
    }

    /// <summary>Every network has its part of the time, and each of its phases of that.</summary>
    [Fact]
    public void Networks_share_the_time()
    {
        var context = new FitContext(Device.Cpu, Points(50, 1), null, new Philox(1), null, null, null, default);
        double[] shares = [.. Enumerable.Range(0, 3).SelectMany(i =>
        {
            var own = context.ForMember(i, 2);
            return new[] { own.ForPart(0.6).Share, own.Share };
        })];
        Assert.Equal([0.3, 0.5, 0.8, 1, 1, 1], shares.Select(s => Math.Round(s, 12)));
    }
}
