using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Onnx;
using LisNative.Random;
using LisNative.Tests.Export;

namespace LisNative.Tests.Detectors;

/// <summary>Vectors of large numbers that differ by little, constants, and columns that go by names.</summary>
public sealed class VectorTests : InFolder
{
    private const int Count = 900;

    /// <summary>Pressure in Pa, a counter, mains frequency in Hz, seconds since 1970, a constant.</summary>
    private static readonly double[] Means = [101_325, 17_000_000, 50, 1.7e9, 14.62], Deviations = [5, 40, 0.002, 3, 0];
    private static readonly string[] Names = ["pressure", "counter", "hertz", "seconds", "constant"];

    /// <summary>Normal rows; the first ones lie ten deviations off in one column each.</summary>
    private static double[] Rows(int count, int off, Func<int, double, double> value) =>
        [.. Enumerable.Range(0, count * Means.Length).Select(i =>
    {
        var (row, column) = (i / Means.Length, i % Means.Length);
        return value(column, row < off && row == column ? 10 : new Philox(5, (ulong)count).Normal((ulong)i));
    })];

    private static Dataset Given(int count, int off) =>
        new("given", [Means.Length], Rows(count, off, (c, z) => Means[c] + (Deviations[c] * z)), new int[count]) { Columns = Names };

    private static Dataset Shifted(int count, int off) =>
        new("shifted", [Means.Length], Rows(count, off, (c, z) => Deviations[c] == 0 ? 0 : z), new int[count]);

    [Theory]
    [InlineData(90)]
    [InlineData(900)]
    [InlineData(9000)]
    public void Deviations_are_right_beside_any_mean(int count)
    {
        Scaler found = Scaler.Fit(Given(count, 0)), plain = Scaler.Fit(Shifted(count, 0));
        for (int column = 0; column < Means.Length; column++)
        {
            double expected = Deviations[column] == 0 ? 1 : Deviations[column] * plain.Deviation[column];
            Assert.InRange(found.Deviation[column] / expected, 1 - 1e-4, 1 + 1e-4);
            Assert.InRange(found.Mean[column] - Means[column] - (Deviations[column] * plain.Mean[column]), -1e-3 * expected,
                1e-3 * expected);
        }

        Assert.Equal(0, found.Apply(Given(count, 0)).ToFloats()[4]);
    }

    [Theory]
    [InlineData("kde")]
    [InlineData("linear-ae")]
    [InlineData("oc-svm")]
    public void Verdicts_are_those_of_the_shifted_numbers_and_stay_in_the_file(string method)
    {
        var options = Methods.Get(method).Defaults;
        using var detector = options.FitOn(Given(Count, 0));
        using var plain = options.FitOn(Shifted(Count, 0));
        var test = Given(40, 4);
        float[] scores = detector.Score(test);
        Assert.Equal(plain.Predict(Shifted(40, 4), 0.02), detector.Predict(test, 0.02));
        Assert.Equal([true, true, true, true], detector.Predict(test, 0.02)[..4]);
        detector.Save(folder["m.lis"]);
        using var loaded = Detector.Load(folder["m.lis"]);
        Assert.Equal(scores, loaded.Score(test));
        Assert.Equal(Names, loaded.Columns!.Names);
        Assert.Empty(detector.Health!.Data);
    }

    /// <summary>Numbers that single precision holds give the same score as a set, as a span and in an exported graph.</summary>
    [Fact]
    public void Single_precision_is_enough_where_it_holds_the_numbers()
    {
        double[] rows = [.. Rows(Count, 0, (c, z) => Math.Round((c == 3 ? 0 : Means[c]) + (8 * z)))];
        using var detector = new KernelDensityOptions().FitOn(new("rounded", [Means.Length], rows, new int[Count]));
        float[] samples = [.. rows[..(40 * Means.Length)].Select(v => (float)v)], scores = new float[40];
        detector.Score(samples, scores);
        var set = new Dataset("rounded", [Means.Length], samples, new int[40]);
        Assert.Equal(detector.Score(set), scores);
        detector.Save(folder["m.lis"]);
        DetectorExport.Write(folder["m.lis"], folder["m.onnx"]);
        OnnxModel.AssertScores(detector, folder["m.onnx"], set);
    }

    [Fact]
    public void Synthetic_negatives_of_large_numbers_keep_their_small_differences()
    {
        var (normal, plain) = (Given(Count, 0), Shifted(Count, 0));
        float[] made = Scaler.Fit(normal).Apply(SyntheticNegatives.Make(normal, 200, new Philox(3), "mixture", "crossed")).ToFloats();
        float[] expected = Scaler.Fit(plain).Apply(SyntheticNegatives.Make(plain, 200, new Philox(3), "mixture", "crossed")).ToFloats();
        Assert.All(expected.Zip(made), pair => Assert.InRange(pair.Second - pair.First, -1e-3f, 1e-3f));
    }

    [Fact]
    public void What_single_precision_lost_is_told_of()
    {
        float[] rows = [.. Rows(Count, 0, (c, z) => c == 3 ? 1.7e9 + (100 * z) : z).Select(v => (float)v)];
        using var detector = new KernelDensityOptions().FitOn(new("floats", [Means.Length], rows, new int[Count]) { Columns = Names });
        string warning = Assert.Single(detector.Health!.Data);
        Assert.Contains("column seconds varies by", warning, StringComparison.Ordinal);
        Assert.Contains("steps of 128", warning, StringComparison.Ordinal);
    }

    /// <summary>Whatever a set keeps its numbers as.</summary>
    [Fact]
    public void Columns_follow_their_samples_and_are_as_many_as_the_numbers()
    {
        byte[] row = [1, 2, 3];
        Dataset[] Sets(byte[] numbers, params string[] names) =>
        [
            new("bytes", [3], numbers, new int[numbers.Length / 3]) { Columns = names },
            new("floats", [3], Array.ConvertAll(numbers, n => (float)n), new int[numbers.Length / 3]) { Columns = names },
            new("doubles", [3], Array.ConvertAll(numbers, n => (double)n), new int[numbers.Length / 3]) { Columns = names },
        ];
        foreach (var (set, turned) in Sets(row, "a", "b", "c").Zip(Sets([3, 1, 2, 6, 4, 5], "c", "a", "b")))
        {
            Assert.All([set.Select("some", [0]), set.Grouped(["g"]), set.Concat(set), set.Named("again")],
                s => Assert.Equal(["a", "b", "c"], s.Columns));
            float unit = set.IsBytes ? 1f / 255 : 1;
            Assert.Equal([1 * unit, 2 * unit, 3 * unit, 4 * unit, 5 * unit, 6 * unit], turned.Like(set).ToFloats());
            Assert.Equal("g", Assert.Single(turned.Select("one", [0]).Grouped(["g"]).Like(set).Groups!));
        }

        Failure.Contains<InputException>("a name for each of 3 columns, found 2", () => Sets(row, "a", "b"));
        Failure.Contains<InputException>("different names", () => Sets(row, "a", "a", "b")[1].Like(Sets(row, "b", "a", "a")[1]));
    }

    [Fact]
    public void Columns_are_matched_by_name()
    {
        Dataset Abc(params string[] names) =>
            new("abc", [3], [.. Enumerable.Range(0, 300)
            .Select(i => (float)(new Philox(1).Normal((ulong)i) + (10 * (names[i % 3][0] - 'a'))))], new int[100])
            { Columns = names };
        using var detector = new KernelDensityOptions().FitOn(Abc("a", "b", "c"));
        var test = Abc("a", "b", "c");
        float[] row = test.ToFloats(), turned = [.. Enumerable.Range(0, row.Length).Select(i => row[i - (i % 3) + ((i + 2) % 3)])];
        Assert.Equal(detector.Score(test), detector.Score(new Dataset("cab", [3], turned, new int[100]) { Columns = ["c", "a", "b"] }));
        Assert.Equal(detector.Score(test),
            detector.Score(new Dataset("cab", [3], [.. turned.Select(v => (double)v)], new int[100]) { Columns = ["c", "a", "b"] }));
        Assert.Equal(detector.Score(test), detector.Score(new Dataset("no names", [3], row, new int[100])));
        string Refused(Dataset set) => Assert.Throws<InputException>(() => detector.Score(set)).Message;
        Assert.Contains("found a, b, d: no c", Refused(new("abd", [3], row, new int[100]) { Columns = ["a", "b", "d"] }),
            StringComparison.Ordinal);
        Assert.Contains("d not expected", Refused(new("abcd", [4], [1f, 2, 3, 4], [0]) { Columns = ["a", "b", "c", "d"] }),
            StringComparison.Ordinal);
        Failure.Contains<InputException>("no c",
            () => new KernelDensityOptions().FitOn(test, new("abd", [3], row, new int[100]) { Columns = ["a", "b", "d"] }));
        detector.Save(folder["m.lis"]);
        using var loaded = Detector.Load(folder["m.lis"]);
        Assert.Equal(detector.Score(test), loaded.Score(new Dataset("cab", [3], turned, new int[100]) { Columns = ["c", "a", "b"] }));
    }

    [Fact]
    public void A_column_wider_than_float_is_refused() =>
        Failure.Contains<InputException>("within 3.4e38 of each other in column 2", () => new IsolationForestOptions().FitOn(new(
            "wide", [2], [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? i : i % 4 == 1 ? 3.3e38f : -3.3e38f)], new int[100])));

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Settings_are_finite(double value) =>
        Failure.Contains<InputException>("found ",
            () => new KernelDensityOptions { Bandwidth = value }.FitOn(new("rows", [1], new float[10], new int[10])));

    /// <summary>A mean that single precision holds does not say that it holds what is around it.</summary>
    [Theory]
    [InlineData("kde")]
    [InlineData("oc-svm")]
    public void Seconds_are_told_apart_whatever_their_mean_is(string method)
    {
        foreach (double mean in new[] { 1_700_000_000, 1_700_000_001 })
        {
            double[] rows = [.. Enumerable.Range(0, 240).Select(i => i % 2 == 0
                ? mean + ((i % 4 == 0 ? 1 : -1) * (1 + (i / 4 % 5))) : new Philox(3).Normal((ulong)i))];
            using var detector = Methods.Get(method).Defaults.FitOn(new("t", [2], rows, new int[120]));
            Assert.Equal([false, true, true],
                detector.Predict(new Dataset("test", [2], [mean + 1, 0, mean + 60, 0, mean - 60, 0], new int[3]), 0.1));
        }
    }

    [Fact]
    public void A_column_narrower_than_float_is_refused() =>
        Failure.Contains<InputException>("single precision tells apart in column 1", () => new KernelDensityOptions().FitOn(
            new("narrow", [1], [.. Enumerable.Range(0, 100).Select(i => i * 1e-60)], new int[100])));
}
