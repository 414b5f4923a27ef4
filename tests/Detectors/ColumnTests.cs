using LisNative.Data;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Detectors;

/// <summary>Columns of tables: how they are scaled, which are odd, and which made a row score as it does.</summary>
public sealed class ColumnTests
{
    /// <summary>Rows near a plane: c = a + b, and a fourth number by itself.</summary>
    private static Dataset Plane(int count, ulong seed = 1)
    {
        var random = new Philox(seed);
        return new("plane", [4], [.. Enumerable.Range(0, count).SelectMany(i =>
        {
            float a = random.Normal((ulong)(4 * i)), b = random.Normal((ulong)((4 * i) + 1));
            return new[] { a, b, a + b + (0.1f * random.Normal((ulong)((4 * i) + 2))), 100 + random.Normal((ulong)((4 * i) + 3)) };
        })], new int[count])
        { Columns = ["a", "b", "c", "d"] };
    }

    [Theory]
    [InlineData("knn")]
    [InlineData("mahalanobis")]
    [InlineData("kde")]
    [InlineData("isolation-forest")]
    [InlineData("oc-svm")]
    [InlineData("linear-ae")]
    public void The_column_at_fault_is_the_foremost(string method)
    {
        var options = method == "linear-ae" ? new LinearAutoencoderOptions { Rank = 1 } : Methods.Get(method).Defaults;
        using var detector = options.FitOn(Plane(600));
        var faulty = new Dataset("faulty", [4], [0.1f, -0.2f, 0, 110, 0, 0, 0, 100], new int[2]) { Columns = ["a", "b", "c", "d"] };
        var shares = detector.ExplainColumns(faulty, most: 2);
        Assert.Equal(("d", "110"), (shares[0][0].Column, shares[0][0].Value));
        Assert.True(shares[0][0].Share > 0.5, $"{shares[0][0]}");
        Assert.All(shares, s => Assert.True(s.Count <= 2 && s.Sum(c => c.Share) <= 1 + 1e-6));
        Assert.All(shares, s => Assert.Equal(s.OrderByDescending(c => c.Share), s));
        if (method != "linear-ae")
        {
            Assert.Equal(100, double.Parse(shares[0][0].Expected, System.Globalization.CultureInfo.InvariantCulture), 0.5);
        }
    }

    /// <summary>Whatever learns from vectors learns from words, dates and gaps, and its file tells a new table what they become.</summary>
    [Theory]
    [MemberData(nameof(ConformanceTests.Names), MemberType = typeof(ConformanceTests))]
    public void Every_method_learns_from_words_dates_and_gaps(string method)
    {
        using var folder = new TemporaryFolder();
        Dataset Read(string name, IEnumerable<string> rows, ReadOptions how)
        {
            File.WriteAllLines(folder[name], ["when,colour,a,b", .. rows]);
            return Sources.Open(folder[name], how);
        }

        var random = new Philox(5);
        string Row(int i, float offset) => FormattableString.Invariant(
            $"2024-01-{1 + (i % 28):D2} {i % 24}:00,{(i % 3 == 0 ? "blue" : "red")},")
            + FormattableString.Invariant($"{(i % 7 == 1 ? null : offset + random.Normal((ulong)i))},{random.Normal((ulong)i + 999)}");
        var normal = Read("normal.csv", Enumerable.Range(0, 160).Select(i => Row(i, 0)),
            new() { Missing = Missing.Median, Categories = ["auto"], Dates = ["auto"] });
        var negatives = Read("negative.csv", Enumerable.Range(200, 80).Select(i => Row(i, 3)), new() { Like = TableColumns.Of(normal) });
        using var detector = ConformanceTests.Settings(method).FitOn(normal, negatives);
        detector.Save(folder["m.lis"]);
        using var loaded = Detector.Load(folder["m.lis"]);
        string[] some = [.. Enumerable.Range(300, 9).Select(i => Row(i, 1)), ",green,,40"];
        var rows = Read("new.csv", some, new() { Like = loaded.Columns });
        float[] scores = loaded.Score(rows);
        Assert.Equal(detector.Score(Read("new.csv", some, new() { Like = detector.Columns })), scores);
        Assert.All(scores, s => Assert.True(float.IsFinite(s)));
        var shares = loaded.ExplainColumns(rows);
        Assert.All(shares, s => Assert.InRange(s.Sum(c => c.Share), 0, 1 + 1e-6));
        Assert.All(shares.SelectMany(s => s), c => Assert.Contains(c.Column, (string[])["when", "colour", "a", "b"]));
    }

    [Fact]
    public void Explaining_does_not_depend_on_other_rows_or_on_the_order_of_columns()
    {
        using var detector = new NearestNeighboursOptions().FitOn(Plane(300));
        var rows = Plane(10, seed: 2);
        var all = detector.ExplainColumns(rows, most: 4);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal(all[i], detector.ExplainColumns(rows.Select("one", [i]).WithColumns(["d", "a", "c", "b"]), most: 4)[0]);
        }

        using var images = new NearestNeighboursOptions().FitOn(
            new("images", [1, 2, 2], [.. Enumerable.Range(0, 80).Select(i => (byte)(i * 3))], new int[20]));
        Assert.Throws<InvalidOperationException>(() => images.ExplainColumns(rows));
    }

    [Fact]
    public void Robust_scaling_does_not_see_a_few_far_values()
    {
        float[] values = [.. Plane(1000).ToFloats().Select((v, i) => i % 4 == 1 && i % 100 < 4 ? 1e6f : v)];
        var set = new Dataset("far", [4], values, new int[1000]);
        Scaler standard = Scaler.Fit(set), robust = Scaler.Fit(set, Scaling.Robust);
        Assert.True(standard.Deviation[1] > 1e4);
        Assert.Equal(1, robust.Deviation[1], 0.15);
        Assert.Equal(100, robust.Mean[3], 0.15);
        double[] sorted = [.. Enumerable.Range(0, 1000).Select(i => (double)values[(4 * i) + 3]).Order()];
        Assert.Equal((sorted[499] + sorted[500]) / 2, robust.Mean[3], 1e-4);
        double upper = sorted[749] + (0.25 * (sorted[750] - sorted[749])), lower = sorted[249] + (0.75 * (sorted[250] - sorted[249]));
        Assert.Equal((upper - lower) / 1.34898, robust.Deviation[3], 1e-4);
    }

    /// <summary>Half of the values are the same: the range between quartiles is 0.</summary>
    [Fact]
    public void Robust_scaling_falls_back_on_the_deviation()
    {
        var set = new Dataset("half", [1], [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? (float)i : 7)], new int[100]);
        Assert.Equal(Scaler.Fit(set).Deviation, Scaler.Fit(set, Scaling.Robust).Deviation);
        Assert.Equal(7, Scaler.Fit(set, Scaling.Robust).Mean[0]);
    }

    [Fact]
    public void A_model_keeps_its_scaling()
    {
        var normal = Plane(300);
        using var standard = new NearestNeighboursOptions().FitOn(normal);
        using var robust = new NearestNeighboursOptions().FitOn(normal, scaling: Scaling.Robust);
        using var stream = new MemoryStream();
        robust.Save(stream);
        using var loaded = Detector.Load(stream.ToArray());
        var rows = Plane(20, seed: 2);
        Assert.Equal(robust.Score(rows), loaded.Score(rows));
        Assert.NotEqual(standard.Score(rows), loaded.Score(rows));
    }

    /// <summary>A second phase 2 has the scaling of the first, to the bits of a fit that has it from the start.</summary>
    [Fact]
    public void Shaping_anew_keeps_the_scaling()
    {
        var (normal, negatives, own) = (Plane(200), Plane(60, seed: 3), ConformanceTests.Small.OfType<LisOptions>().First());
        Detector Robust(LisOptions options) => options.FitOn(normal, negatives, scaling: Scaling.Robust);
        using Detector first = Robust(own), whole = Robust(own with { Beta = 2 }), again = first.RefitLatent(
            normal, negatives, own with { Beta = 2 }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(whole.Score(normal), again.Score(normal));
        Assert.NotEqual(first.Score(normal), again.Score(normal));
    }

    [Fact]
    public void Columns_that_are_nearly_always_the_same_are_told_of()
    {
        static string[] Told(int others)
        {
            float[] values = [.. Plane(3000).ToFloats().Select((v, i) => i % 4 != 2 ? v : i < 4 * others ? v : 5)];
            using var detector = new IsolationForestOptions { Trees = 2 }.FitOn(
                new("x", [4], values, new int[3000]) { Columns = ["a", "b", "c", "d"] });
            return [.. detector.Health!.Data.Where(w => w.Contains("nearly always the same", StringComparison.Ordinal))];
        }

        Assert.Contains("column c (5 in 2998 of 3000) nearly always", Assert.Single(Told(2)), StringComparison.Ordinal);
        Assert.Empty(Told(0));
        Assert.Empty(Told(3));
    }
}
