using System.Globalization;
using System.Text.Json;
using LisNative.Cli.Signals;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Cli;

/// <summary>train, score, evaluate and negatives with --window, on a drawn signal.</summary>
[Collection(Child.Tests)]
public sealed class SignalTests(SignalTests.Scene scene) : IClassFixture<SignalTests.Scene>
{
    /// <summary>A drawn signal in signals/, and a model of it.</summary>
    public sealed class Scene : IDisposable
    {
        public Scene()
        {
            SignalFiles.Write(Folder["signals"], new Philox(1));
            Folder.Done("train", "--normal", "signals/normal.csv", "--time", "time", "--window", "24", "--stride", "4",
                "--method", "knn", "--out", "m.lis");
        }

        public TemporaryFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }

    [Fact]
    public void Each_row_has_a_line_with_its_time_and_the_score_of_the_window_that_ends_there()
    {
        string output = scene.Folder.Done("score", "--model", "m.lis", "signals/test.csv").Output;
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("sample,time,score,p,anomalous", lines[0].TrimEnd());
        Assert.Equal(3001, lines.Length);
        Assert.Equal("signals/test.csv#22,2026-01-03T02:22:00Z,,,0", lines[23].TrimEnd());
        Assert.StartsWith("signals/test.csv#23,2026-01-03T02:23:00Z,", lines[24], StringComparison.Ordinal);
        using var detector = Detector.Load(scene.Folder["m.lis"]);
        float[] expected = detector.Score(LisNative.Data.Sources.Open(
            scene.Folder["signals/test.csv"], new() { Like = detector.Columns }));
        Assert.Equal(expected[100], float.Parse(lines[101].Split(',')[2], CultureInfo.InvariantCulture));
        using var json = JsonDocument.Parse(scene.Folder.Run("score", "--model", "m.lis", "signals/test.csv", "--json").Output);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("scores")[22].ValueKind);
        Assert.Equal(expected[23], json.RootElement.GetProperty("scores")[23].GetSingle());
        Assert.Equal("2026-01-03T02:00:00Z", json.RootElement.GetProperty("times")[0].GetString());
        Assert.Contains("24 rows of a signal, 4 apart; a row each 60 seconds, by time", scene.Folder.Run("inspect", "m.lis").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_and_ranges_measure_the_same_and_the_page_shows_it()
    {
        string[] common = ["evaluate", "--normal", "signals/normal.csv", "--time", "time", "--window", "24", "--test", "signals/test.csv",
            "--method", "mahalanobis", "--false-alarms", "0.05", "--json"];
        JsonElement Measured(params string[] more)
        {
            return JsonElement.Parse(scene.Folder.Done([.. common, .. more]).Output);
        }

        var (labels, ranges) = (Measured("--labels", "anomalous", "--report", "page.html"), Measured("--ranges", "signals/ranges.json"));
        Assert.Equal(labels.GetProperty("auroc").GetDouble(), ranges.GetProperty("auroc").GetDouble());
        Assert.Equal(labels.GetProperty("events").GetInt32(), ranges.GetProperty("events").GetInt32());
        Assert.InRange(labels.GetProperty("auroc").GetDouble(), 0.7, 1);
        Assert.InRange(labels.GetProperty("eventsFound").GetInt32(), 5, labels.GetProperty("events").GetInt32());
        Assert.InRange(labels.GetProperty("delay").GetDouble(), 0, 40);
        Assert.Equal(2977, labels.GetProperty("rowsScored").GetInt32());
        string page = File.ReadAllText(scene.Folder["page.html"]);
        Assert.Equal(labels.GetProperty("events").GetInt32(), page.Split("class=\"event\"").Length - 1);
        Assert.All(new[] { "x4", "class=\"score\"", "class=\"threshold\"", "class=\"alarm\"" },
            part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public void No_window_goes_from_one_recording_into_another()
    {
        string[] rows = File.ReadAllLines(scene.Folder["signals/test.csv"]);
        scene.Folder.Write("two.csv", string.Join('\n', rows.Take(61).Select((r, i) =>
            i == 0 ? $"{r},recording" : $"{rows[((i - 1) % 30) + 1]},{(i <= 30 ? "a" : "b")}")));
        string output = scene.Folder.Done("score", "--model", "m.lis", "two.csv", "--group", "recording").Output;
        string[] scores = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')[2])];
        Assert.Equal(scores[..30], scores[30..]);
        Assert.Equal([.. Enumerable.Range(0, 23), .. Enumerable.Range(30, 23)],
            scores.Index().Where(s => s.Item.Length == 0).Select(s => s.Index));
    }

    [Fact]
    public void Scores_have_reasons_are_flagged_together_and_watched_and_thresholds_are_set_anew()
    {
        string[] more = ["--explain-columns", "1", "--false-discoveries", "0.3", "--drift", "0.01"];
        scene.Folder.Done("train", "--normal", "signals/normal.csv", "--time", "time", "--window", "24", "--method", "knn", "--set",
            "heldOut=0.3", "--out", "w.lis");
        var (output, error) = scene.Folder.Done(["score", "--model", "w.lis", "signals/test.csv", "--format", "jsonl", .. more]);
        JsonElement[] rows = [.. output.TrimEnd().Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.All(rows[..23], r => Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, false, 0), (r.GetProperty("score").ValueKind,
            r.GetProperty("p").ValueKind, r.GetProperty("anomalous").GetBoolean(), r.GetProperty("columns").GetArrayLength())));
        JsonElement[] flagged = [.. rows.Where(r => r.GetProperty("anomalous").GetBoolean())];
        Assert.InRange(flagged.Length, 100, 1000);
        Assert.All(flagged, r => Assert.Equal(1, r.GetProperty("columns").GetArrayLength()));
        (output, error) = scene.Folder.Done("score", "--model", "w.lis", "signals/normal.csv", "--json", "--drift", "0.01");
        using var json = JsonDocument.Parse(output);
        int at = json.RootElement.GetProperty("drift").GetProperty("from").GetInt32();
        Assert.Equal(23, at % 24);
        Assert.Contains($"seen from sample {at} on", error, StringComparison.Ordinal);
        using var renewed = JsonDocument.Parse(scene.Folder.Done(
            "recalibrate", "--model", "w.lis", "--normal", "signals/normal.csv", "--out", "r.lis", "--json").Output);
        Assert.Equal((3000 - 23, 3000 / 24), (renewed.RootElement.GetProperty("heldOut").GetInt32(),
            renewed.RootElement.GetProperty("heldOutGroups").GetInt32()));
        error = scene.Folder.Done("score", "--model", "r.lis", "signals/normal.csv", "--drift", "0.01").Error;
        Assert.DoesNotContain("no longer", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_may_be_rows()
    {
        scene.Folder.Write("ranges.csv", "start,end\n2026-01-03 06:24:00,2026-01-03 07:00:00\n");
        var (output, error) = scene.Folder.Done("evaluate", "--normal", "signals/normal.csv", "--time", "time", "--window", "24", "--test",
            "signals/test.csv", "--method", "mahalanobis", "--json", "--ranges", "ranges.csv");
        Assert.Equal(1, JsonDocument.Parse(output).RootElement.GetProperty("events").GetInt32());
        Assert.DoesNotContain("meet no row", error, StringComparison.Ordinal);
        scene.Folder.Write("ranges.csv",
            "start,end\n2026-01-03 06:24:00,2026-01-03 07:00:00\n2025-01-03 06:24:00,2025-01-03 07:00:00\n");
        error = scene.Folder.Done("evaluate", "--normal", "signals/normal.csv", "--time", "time", "--window", "24", "--test",
            "signals/test.csv", "--method", "mahalanobis", "--json", "--ranges", "ranges.csv").Error;
        Assert.Contains("1 of 2 ranges meet no row, the first from 2025-01-03T06:24:00Z", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_row_far_down_costs_the_rows_behind_it_and_says_so()
    {
        string[] rows = File.ReadAllLines(scene.Folder["signals/test.csv"]);
        rows[1001] = "2026-01-03 18:40:00,x,1,1,1,0";
        scene.Folder.Write("late.csv", string.Join('\n', rows));
        var (code, output, error) = scene.Folder.Run("score", "--model", "m.lis", "late.csv");
        Assert.Equal((3, 1001), (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Contains("line 1002", error, StringComparison.Ordinal);
        Assert.Contains("the 1000 samples before it are scored, none of the rest", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_of_negatives_is_measured()
    {
        string output = scene.Folder.Done("negatives", "signals/normal.csv", "--time", "time", "--window", "24", "--json").Output;
        var kinds = JsonDocument.Parse(output).RootElement.GetProperty("kinds").EnumerateArray().ToArray();
        Assert.Equal(10, kinds.Length);
        Assert.Equal(7, kinds.Count(k => k.GetProperty("usedBySynthetic").GetBoolean()));
    }

    [Theory]
    [InlineData("train --normal NORMAL --out x.lis --window 5000 --time time",
        "expected 5000 rows without a gap, as a window has, found 3000")]
    [InlineData("train --normal NORMAL --out x.lis --window 0 --time time", "--window: expected at least 1, found 0")]
    [InlineData("train --normal NORMAL --out x.lis --stride 2", "--stride: expected it with --window, found it alone")]
    [InlineData("train --normal NORMAL --out x.lis --window 8 --time clock", "expected a column clock, found time, x1, x2, x3, x4")]
    [InlineData("train --normal NORMAL --out x.lis --window 8 --columns x2 --time x1", "expected times that rise from row to row")]
    [InlineData("train --normal NORMAL --out x.lis --window 8 --time time --dates time",
        "found time, which tells the group, time or label")]
    [InlineData("score --model m.lis signals/test.csv --explain maps", "--explain: expected none with a model of windows")]
    [InlineData("train --normal ragged.csv --out x.lis --window 2", "expected 2 cells in line 3, found 3")]
    [InlineData("score --model m.lis other.csv", "expected the model's columns x1, x2, x3, x4")]
    [InlineData("score --model m.lis timeless.csv", "expected a column time, found x1, x2, x3, x4")]
    [InlineData("score --model m.lis short.csv", "expected 24 rows without a gap, as a window has, found 2")]
    [InlineData("score --model m.lis signals --watch", "--watch: expected none with a model of windows")]
    [InlineData("evaluate --normal NORMAL --test TEST --window 8 --time time", "expected either --labels or --ranges, found neither")]
    [InlineData("evaluate --normal NORMAL --test TEST --window 8 --ranges signals/ranges.json --columns x1",
        "--ranges: expected --time COLUMN")]
    [InlineData("evaluate --normal NORMAL --test TEST --window 8 --time time --labels x1", "expected a label of 0 or 1 in line 2")]
    [InlineData("evaluate --normal NORMAL --test NORMAL --window 8 --time time --ranges signals/ranges.json",
        "expected the ranges of normal.csv, found none of that name")]
    [InlineData("evaluate --normal NORMAL --test TEST --labels anomalous", "--labels: expected none without --window")]
    public void What_makes_no_signal_is_one_sentence(string arguments, string expected)
    {
        scene.Folder.Write("ragged.csv", "a,b\n1,2\n3,4,5\n6,7\n8,9\n");
        scene.Folder.Write("other.csv", "time,x1,x2,y\n0,1,2,3\n60,1,2,3\n");
        scene.Folder.Write("timeless.csv", "x1,x2,x3,x4\n1,2,3,4\n1,2,3,4\n");
        scene.Folder.Write("short.csv", "time,x1,x2,x3,x4\n0,1,2,3,4\n60,1,2,3,4\n");
        var (code, output, error) = scene.Folder.Run(arguments
            .Replace("NORMAL", "signals/normal.csv", StringComparison.Ordinal).Replace("TEST", "signals/test.csv", StringComparison.Ordinal)
            .Split(' '));
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => l.StartsWith("lisnative: ", StringComparison.Ordinal));
        Assert.False(File.Exists(scene.Folder["x.lis"]));
    }
}
