using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Data;

namespace LisNative.Tests.Detectors;

/// <summary>
/// What every method owes users of signals: rows are scored as they arrive to the bits of all together, without allocation.
/// </summary>
[Collection<Alone>]
public sealed class SignalTests(SignalTests.Fitted fitted) : IClassFixture<SignalTests.Fitted>
{
    private const int Length = 16;

    public static TheoryData<string> Names => [.. Methods.All.Select(m => m.Name)];

    /// <summary>A signal of two columns, a row a minute, and each method fitted to its windows once.</summary>
    public sealed class Fitted : IDisposable
    {
        private readonly Dictionary<string, Detector> detectors = [];

        public Fitted()
        {
            var drawn = DrawnSignals.Draw("sines", 700, 500, new Philox(1));
            (Normal, Test) = (Timed(drawn.Normal), Timed(drawn.Test));
            Windows = Normal.Windowed(new(Length, 2));
            Negatives = SyntheticNegatives.Make(Windows, 256, new Philox(2), SyntheticNegatives.Best(Windows));
        }

        internal Dataset Normal { get; }

        /// <summary>An hour is missing after row 199.</summary>
        internal Dataset Test { get; }

        internal Dataset Windows { get; }

        internal Dataset Negatives { get; }

        internal Detector this[string method] => detectors.TryGetValue(method, out var known) ? known
            : detectors[method] = ConformanceTests.Settings(method).FitOn(Windows, Negatives);

        private static Dataset Timed(Dataset rows) => new(rows.Name, rows.SampleShape, rows.ToFloats(), rows.Labels)
        { Columns = rows.Columns, Times = [.. Enumerable.Range(0, rows.Count).Select(i => (i + (i < 200 ? 0 : 60)) * 60.0)] };

        public void Dispose()
        {
            foreach (var detector in detectors.Values)
            {
                detector.Dispose();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_that_arrive_score_to_the_bits_of_all_together_and_allocate_nothing(string method)
    {
        var detector = fitted[method];
        float[] all = detector.Score(fitted.Test), rows = fitted.Test.ToFloats();
        var stream = detector.Stream();
        Assert.Equal(all, Enumerable.Range(0, all.Length)
            .Select(i => stream.Push(rows.AsSpan(2 * i, 2), fitted.Test.Times![i])));
        int[] without = [.. Enumerable.Range(0, all.Length).Where(i => float.IsNaN(all[i]))];
        Assert.Equal([.. Enumerable.Range(0, Length - 1), .. Enumerable.Range(200, Length - 1)], without);
        long before = 0;
        for (int i = 0; i < 110; i++)
        {
            before = i == 10 ? GC.GetAllocatedBytesForCurrentThread() : before;
            stream.Push(rows.AsSpan(2 * i, 2));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(all[^1], detector.Score(fitted.Test.Windowed(new(Length)))[^1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_and_load_keep_every_bit(string method)
    {
        using var folder = new TemporaryFolder();
        var detector = fitted[method];
        detector.Save(folder["m"]);
        using var loaded = Detector.Load(folder["m"]);
        Assert.Equal(detector.Windows, loaded.Windows);
        Assert.Equal(new Windows(Length, 2) { Step = 60 }, loaded.Windows);
        Assert.Equal(["x1", "x2"], loaded.Columns!.Names!);
        Assert.Equal(detector.Columns!.Means, loaded.Columns.Means);
        Assert.Equal(detector.Score(fitted.Test), loaded.Score(fitted.Test));
        Assert.Equal(detector.Calibration.Groups, loaded.Calibration.Groups);
        loaded.Save(folder["again"]);
        Assert.Equal(File.ReadAllBytes(folder["m"]), File.ReadAllBytes(folder["again"]));
    }

    /// <summary>Overlapping windows are no independent samples: those that share no row are.</summary>
    [Fact]
    public void Windows_held_out_count_by_their_rows()
    {
        var detector = fitted["knn"];
        Assert.Equal((int)(0.1 * fitted.Windows.Count), detector.Calibration.Scores.Length);
        Assert.InRange(detector.Calibration.Groups, 3, 5);
        Assert.DoesNotContain(detector.Health!.Warnings, w => w.Contains("near-duplicates", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lis-ae")]
    [InlineData("knn")]
    [InlineData("kde")]
    public void Faults_are_found(string method)
    {
        float[] scores = fitted[method].Score(fitted.Test);
        float[] Of(int label) => [.. scores.Where((s, i) => fitted.Test.Labels[i] == label && !float.IsNaN(s))];
        double auc = Metrics.Auc(Of(0), Of(1));
        Assert.True(auc > 0.7, $"AUC {auc}");
    }

    [Fact]
    public void A_stream_begins_anew_after_a_reset_and_takes_nothing_odd()
    {
        var stream = fitted["knn"].Stream();
        float[] first = [.. Enumerable.Range(0, 40).Select(i => stream.Push([i, 1]))];
        stream.Reset();
        Assert.Equal(first, Enumerable.Range(0, 40).Select(i => stream.Push([i, 1])));
        float Refused(string part, Func<float> push)
        {
            Failure.Contains<InputException>(part, () => push());
            return 0;
        }

        Refused("expected a row of 2 numbers, found 3", () => stream.Push([1, 2, 3]));
        Refused("expected finite numbers, found NaN in column 2", () => stream.Push([1, float.NaN]));
        Refused("expected finite numbers, found Infinity in column 1", () => stream.Push([float.PositiveInfinity, 0]));
        stream.Reset();
        stream.Push([0, 1], 600);
        Refused("expected times that rise, found 1970-01-01T00:09:59Z after 1970-01-01T00:10:00Z", () => stream.Push([0, 1], 599));
        stream.Reset();
        Assert.Equal(first, Enumerable.Range(0, 40).Select(i => stream.Push([i, 1], 60 * i)));
        using var timeless = new NearestNeighboursOptions().FitOn(WindowsTests.Counting(60).Windowed(new(4)));
        Refused("does not know what a gap is", () => timeless.Stream().Push([1, 2], 0));
        using var rows = new NearestNeighboursOptions().FitOn(fitted.Normal);
        Assert.Throws<InvalidOperationException>(rows.Stream);
    }

    [Fact]
    public void Other_rows_than_the_detectors_are_refused_in_words()
    {
        var detector = fitted["knn"];
        void Refused(string part, Func<object> action) =>
            Failure.Contains<InputException>(part, action);
        Refused("expected rows [2] of a signal or windows [32], found [3]",
            () => detector.Score(new Dataset("x", [3], new float[90], new int[30])));
        Refused("expected 16 rows without a gap", () => detector.Score(new Dataset("x", [2], new float[20], new int[10])));
        Refused("expected columns x1, x2, found x1, y", () => detector.Score(
            new Dataset("x", [2], new float[60], new int[30]) { Columns = ["x1", "y"] }));
        var turned = new Dataset("x", [2], [.. fitted.Test.ToFloats().Chunk(2).SelectMany(r => r.Reverse())], fitted.Test.Labels)
        { Columns = ["x2", "x1"], Times = fitted.Test.Times };
        Assert.Equal(detector.Score(fitted.Test), detector.Score(turned));
    }
}
