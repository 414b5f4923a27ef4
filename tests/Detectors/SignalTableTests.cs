using System.Globalization;
using System.Text;
using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Random;

namespace LisNative.Tests.Detectors;

/// <summary>A signal is a table, too: words and gaps in it, robust scaling, the columns of a score, thresholds set anew.</summary>
public sealed class SignalTableTests : InFolder
{
    private const int Length = 6, Rows = 400, Fault = 300;

    private static readonly ReadOptions How = new() { Time = "time", Missing = Missing.Median, Categories = ["mode"] };

    private readonly Dataset normal;
    private readonly Dataset faulty;

    public SignalTableTests() => (normal, faulty) = (Table("normal.csv", 0, How), Table("faulty.csv", 9, How));

    /// <summary>A row a minute: a word, a sine that is missing at times, and its double, to which something is added in one row.</summary>
    private Dataset Table(string name, double added, ReadOptions how)
    {
        var noise = new Philox(3);
        var text = new StringBuilder("time,mode,a,b\n");
        for (int i = 0; i < Rows; i++)
        {
            double a = Math.Sin(i / 3.0) + (0.1 * noise.Normal((ulong)i));
            string gap = i % 17 == 5 ? "" : a.ToString("F4", CultureInfo.InvariantCulture), mode = i / 50 % 2 == 0 ? "run" : "idle";
            text.Append(CultureInfo.InvariantCulture, $"{60 * i},{mode},{gap},{(2 * a) + (i == Fault ? added : 0):F4}\n");
        }

        return Sources.Open(folder.Write(name, text.ToString()), how);
    }

    private Detector Fit(DetectorOptions options, Scaling scaling = Scaling.Standard) =>
        options.FitOn(normal.Windowed(new(Length)), scaling: scaling);

    [Fact]
    public void A_model_of_windows_keeps_what_cells_become_and_how_they_are_scaled()
    {
        using var detector = Fit(new NearestNeighboursOptions(), Scaling.Robust);
        detector.Save(folder["m.lis"]);
        using var loaded = Detector.Load(folder["m.lis"]);
        Assert.Equal(["mode=idle", "mode=run", "mode (other)", "a", "a (missing)", "b"], loaded.Columns!.Names!);
        Assert.Equal("time", loaded.Columns.Time);
        var read = Sources.Open(folder["faulty.csv"], new() { Like = loaded.Columns });
        Assert.Equal(faulty.ToFloats(), read.ToFloats());
        Assert.Equal(faulty.Times, read.Times);
        float[] scores = loaded.Score(read);
        Assert.Equal(detector.Score(faulty), scores);
        Assert.Equal(Enumerable.Range(Fault, Length),
            scores.Index().OrderByDescending(s => s.Item).Take(Length).Select(s => s.Index).Order());
        Assert.All(scores[..(Length - 1)], s => Assert.True(float.IsNaN(s)));
        var stream = loaded.Stream();
        Assert.Equal(scores, read.ToFloats().Chunk(6).Select(row => stream.Push(row)));
    }

    [Fact]
    public void Windows_are_scaled_by_column_and_flags_stay_as_they_are()
    {
        var (rows, windows) = (Scaler.Fit(normal, Scaling.Robust), Scaler.Fit(normal.Windowed(new(Length)), Scaling.Robust));
        Assert.Equal(Enumerable.Repeat(rows.Mean, Length).SelectMany(m => m), windows.Mean);
        Assert.Equal(Enumerable.Repeat(rows.Deviation, Length).SelectMany(d => d), windows.Deviation);
        Assert.Equal([(0, 1), (0, 1), (0, 1)], rows.Mean.Zip(rows.Deviation).Take(3));
        Assert.NotEqual(Scaler.Fit(normal).Deviation[5], rows.Deviation[5]);
    }

    [Theory]
    [InlineData("knn")]
    [InlineData("linear-ae")]
    public void The_column_that_went_wrong_is_named_while_it_is_in_the_window(string method)
    {
        using var detector = Fit(Methods.Get(method).Defaults);
        var reasons = detector.ExplainColumns(faulty);
        Assert.All(reasons.Take(Length - 1), Assert.Empty);
        Assert.All(reasons.Skip(Fault).Take(Length), r => Assert.Equal("b", r[0].Column));
        Assert.All(reasons, r => Assert.True(r.Count == 0 || Math.Abs(r.Sum(c => c.Share) - 1) < 1e-9));
        Assert.All(reasons.SelectMany(r => r), c => Assert.Contains(c.Column, new[] { "mode", "a", "b" }));
        Assert.Equal(faulty.ToFloats()[(6 * Fault) + 5], float.Parse(reasons[Fault][0].Value, CultureInfo.InvariantCulture), 1e-4f);
        Assert.Equal(detector.ExplainColumns(faulty.Windowed(new(Length)))[Fault - Length + 1], reasons[Fault]);
    }

    [Fact]
    public void Recent_rows_set_thresholds_by_all_their_windows()
    {
        using var detector = Fit(new NearestNeighboursOptions());
        detector.Recalibrate(faulty);
        Assert.Equal(Rows - Length + 1, detector.Calibration.Scores.Length);
        Assert.Equal(detector.Score(faulty).Where(s => !float.IsNaN(s)).Order(), detector.Calibration.Scores.ToArray().Order());
        Assert.Equal(Rows / Length, detector.Provenance.HeldOutGroups);
    }

    [Fact]
    public void Faults_are_drawn_on_numbers_alone_and_crossings_keep_words_whole()
    {
        var windows = normal.Windowed(new(Length));
        float[][] known = [.. windows.ToFloats().Chunk(6 * Length)];
        foreach (string kind in SyntheticNegatives.Kinds(windows))
        {
            var made = SyntheticNegatives.Make(windows, 60, new Philox(1), kind);
            Assert.All(made.ToFloats().Chunk(6), row =>
            {
                Assert.All(row[..3].Append(row[4]), flag => Assert.True(flag is 0 or 1, $"{kind}: {flag}"));
                Assert.Equal(1, row[..3].Sum());
            });
            Assert.DoesNotContain(made.ToFloats().Chunk(6 * Length), w => known.Any(k => k.AsSpan().SequenceEqual(w)));
        }
    }

    [Fact]
    public void Rows_left_out_are_gaps_where_no_times_tell()
    {
        string path = folder.Write("x.csv", "v\n1\n2\n3\n\"\"\n4\n5\n6\n");
        foreach (var rule in new[] { Missing.Drop, Missing.Median })
        {
            var rows = Sources.Open(path, new() { Missing = rule });
            Assert.Equal([0, 1, 2, 4, 5, 6], rows.RowNumbers!);
            Assert.Equal([3f, 6f], rows.Windowed(new(3)).ToFloats().Chunk(3).Select(w => w[^1]));
            Assert.Equal([6f], rows.Select("part", [1, 2, 3, 4, 5]).Windowed(new(3)).ToFloats().Chunk(3).Select(w => w[^1]));
        }
    }
}
