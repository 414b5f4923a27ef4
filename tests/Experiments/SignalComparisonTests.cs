using LisNative.Data;
using LisNative.Experiments;
using LisNative.Random;

namespace LisNative.Tests.Experiments;

/// <summary>Figures of signals by point and by event, files of ranges, and the baselines.</summary>
public sealed class SignalComparisonTests : InFolder
{
    /// <summary>
    /// Two events with scored rows: the first has its alarm in its third row, the second none above the threshold. One normal row of four
    /// is flagged.
    /// </summary>
    [Fact]
    public void Events_are_found_by_an_alarm_inside_and_points_by_their_own_score()
    {
        float[] scores = [float.NaN, 0, 5, 1, 2, 4, 1, 0, 3, float.NaN];
        int[] labels = [1, 0, 0, 1, 1, 1, 0, 0, 1, 1];
        var figures = SignalFigures.Of("x", scores, labels, 3);
        Assert.Equal((2, 1, 2.0, 0.25), (figures.Events, figures.Found, figures.Delay, figures.FalseAlarms));
        Assert.Equal([new(0, 1), new(3, 6), new(8, 10)], SignalFigures.EventsOf(labels));
        Assert.Equal(Scoring.Metrics.Auc([0, 5, 1, 0], [1, 2, 4, 3]), figures.Auroc);
        Assert.Equal(Scoring.Metrics.AveragePrecision([0, 5, 1, 0], [1, 2, 4, 3]), figures.AveragePrecision);
        Assert.True(double.IsNaN(SignalFigures.Of("x", scores, labels, 9).Delay));
        Failure.Contains<InputException>("expected normal and anomalous rows that have a score, found 8 and 0",
            () => SignalFigures.Of("x", scores, new int[10], 3));
    }

    [Theory]
    [InlineData("r.json", "{\"data/a.csv\": [[\"1970-01-01 00:00:10.000000\", \"1970-01-01 00:00:20\"], [40, 40]], \"b.csv\": []}")]
    [InlineData("r.csv", "start,end\n1970-01-01T00:00:10Z,20\n\n40,40\n")]
    public void Ranges_include_both_ends(string name, string text) => Assert.Equal(
        [0, 1, 1, 1, 0, 1], SignalRanges.Read(folder.Write(name, text), "a.csv").Labels([9, 10, 15, 20, 21, 40]));

    [Theory]
    [InlineData("r.json", "{\"b.csv\": []}", "expected the ranges of a.csv, found none of that name")]
    [InlineData("r.json", "{\"a.csv\": [[1]]}", "expected ranges [start, end] of a.csv, found [1]")]
    [InlineData("r.json", "[1, 2]", "expected {\"file.csv\"")]
    [InlineData("r.csv", "1,2\n5,4\n", "line 2: expected a time and one that is not before it, found 5 and 4")]
    [InlineData("r.csv", "1,2,3\n", "expected start,end in line 1, found 1,2,3")]
    public void What_is_no_range_is_refused_in_words(string name, string text, string expected) => Failure.Contains<InputException>(
        expected,
        () => SignalRanges.Read(folder.Write(name, text), "a.csv"));

    /// <summary>A sine follows from the rows before it; a row that does not stands out, for the moving mean only if it is far.</summary>
    [Fact]
    public void Baselines_find_what_they_look_for()
    {
        float[] Sine(int rows, int odd, float by)
        {
            float[] values = [.. Enumerable.Range(0, rows).Select(i => MathF.Sin(i / 3f) + (0.01f * new Philox(1).Normal((ulong)i)))];
            values[Math.Max(0, odd)] += odd < 0 ? 0 : by;
            return values;
        }

        Dataset Windows(float[] values) => new Dataset("sine", [1], values, new int[values.Length]).Windowed(new(20));
        var (normal, odd) = (Windows(Sine(400, -1, 0)), Windows(Sine(200, 150, 0.5f)));
        Assert.Equal(150, odd.LastRow(Index(Autoregression.Score(normal, odd))));
        Assert.Equal(150, odd.LastRow(Index(MovingZScore.Score(normal, Windows(Sine(200, 150, 9))))));

        static int Index(float[] scores) => Array.IndexOf(scores, scores.Max());
    }

    [Fact]
    public void A_folder_of_series_is_learnt_from_its_first_part()
    {
        string rows = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i - (i < 100 ? 0 : 3)},{Math.Sin(i)}\n"));
        folder.Write("a.csv", $"timestamp,value\n{rows}");
        Failure.Contains<InputException>("found none", () => SignalSeries.OfFolder(folder.Path));
        folder.Write("windows.json", "{\"a.csv\": [[50, 60]]}");
        var series = Assert.Single(SignalSeries.OfFolder(folder.Path));
        Assert.Equal(("a", 30, 170, 11), (series.Name, series.Normal.Count, series.Test.Count, series.Test.Labels.Sum()));
        Assert.Equal(170 - 4, series.Test.Windowed(new(3)).Count);
    }
}
