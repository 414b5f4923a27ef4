using System.Globalization;
using System.Text.Json;
using LisNative.Random;

namespace LisNative.Tests.Cli;

/// <summary>A table with words, dates and gaps from training to use, as a user runs it.</summary>
[Collection(Child.Tests)]
public sealed class TableModelTests : InFolder
{
    private readonly Philox random = new(4);

    public TableModelTests()
    {
        File.WriteAllLines(folder["normal.csv"], ["when,colour,a,b", .. Enumerable.Range(0, 600).Select(i => Row(i, 0))]);
        File.WriteAllLines(folder["recent.csv"], ["when,colour,a,b", .. Enumerable.Range(1000, 200).Select(i => Row(i, 2))]);
        File.WriteAllLines(folder["new.csv"], ["b,colour,when,a", "0.1,red,2024-03-05 10:00,0.1", "9,red,2024-03-05 10:00,0.1",
            "0.1,purple,2024-03-05 10:00,", ",,,"]);
    }

    /// <summary>By day, red more often than blue, and b as a is.</summary>
    private string Row(int i, float offset)
    {
        float a = random.Normal((ulong)i) + offset;
        string when = new DateTime(2024, 1, 1, 8 + (i % 10), i % 60, 0).AddDays(i / 20).ToString("s", CultureInfo.InvariantCulture);
        return FormattableString.Invariant(
            $"{when},{(i % 3 == 0 ? "blue" : "red")},{(i % 40 == 7 ? "" : $"{a}")},{a + (0.1 * random.Normal((ulong)(i + 5000)))}");
    }

    private static string[] Train(params string[] more) =>
        ["train", "--normal", "normal.csv", "--method", "knn", "--out", "m.lis", "--json", .. more];

    [Fact]
    public void A_table_of_words_dates_and_gaps_is_learnt_and_scored()
    {
        folder.Done(Train("--missing", "median", "--categories", "colour", "--dates", "when", "--scale", "robust"));
        var (output, error) = folder.Done("score", "--model", "m.lis", "new.csv", "--explain-columns", "2", "--format", "jsonl");
        JsonElement[] lines = [.. output.TrimEnd().Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["new.csv#0", "new.csv#1", "new.csv#2"], lines.Select(l => l.GetProperty("sample").GetString()));
        var why = lines[1].GetProperty("columns")[0];
        Assert.Equal(("b", 9), (why.GetProperty("column").GetString(), why.GetProperty("value").GetDouble()));
        Assert.True(why.GetProperty("share").GetDouble() > 0.9);
        Assert.Contains("1 of 4 rows lack all values", error, StringComparison.Ordinal);
        Assert.Contains("\"purple\" of colour", error, StringComparison.Ordinal);
        string csv = folder.Run("score", "--model", "m.lis", "new.csv", "--explain-columns", "1").Output;
        Assert.StartsWith("sample,score,p,anomalous,columns\n", csv, StringComparison.Ordinal);
        Assert.Contains(",b=9 (expected ", csv, StringComparison.Ordinal);
        using var inspected = JsonDocument.Parse(folder.Done("inspect", "m.lis", "--json").Output);
        Assert.Equal("median", inspected.RootElement.GetProperty("encoding").GetProperty("missing").GetString());
        folder.Refuses(["line 4, cell 4 (a), found nothing"], "score", "--model", "m.lis", "new.csv", "--missing", "refuse", "--json");
        folder.Write("other.csv", "when,colour,a\n2024-01-01,red,1\n");
        folder.Refuses(["no b"], "score", "--model", "m.lis", "other.csv");
    }

    [Fact]
    public void Bad_input_is_one_sentence_and_leaves_no_model()
    {
        folder.Refuses(["--dates when takes"], Train("--missing", "median"));
        folder.Refuses(["line 9, cell 3 (a), found nothing; --missing mean"], Train("--categories", "auto", "--dates", "auto"));
        folder.Refuses(["expected a column x"], Train("--categories", "x"));
        Assert.False(File.Exists(folder["m.lis"]));
        folder.Done(Train("--columns", "b"));
        folder.Refuses(["expected a share between 0 and 1, found 2"], "score", "--model", "m.lis", "new.csv", "--false-discoveries", "2");
        folder.Refuses(["expected no --false-alarms"], "score", "--model", "m.lis", "new.csv", "--false-discoveries", "0.1",
            "--false-alarms", "0.1");
        folder.Refuses(["expected at least 1, found 0"], "score", "--model", "m.lis", "new.csv", "--explain-columns", "0");
        folder.Refuses(["which is m.lis"], "recalibrate", "--model", "m.lis", "--normal", "m.lis", "--out", "m.lis");
    }

    [Fact]
    public void A_stream_that_drifts_is_told_of_and_recalibration_ends_it()
    {
        string[] drifts = ["recent.csv", "--drift", "0.01", "--json"];
        folder.Done(Train("--columns", "a,b", "--missing", "drop", "--set", "heldOut=0.3"));
        var (output, error) = folder.Done(["score", "--model", "m.lis", "--missing", "drop", .. drifts]);
        Assert.Contains("no longer those of the held-out normal samples", error, StringComparison.Ordinal);
        using var said = JsonDocument.Parse(output);
        Assert.True(said.RootElement.GetProperty("drift").GetProperty("from").GetInt64() is > 5 and < 200);
        byte[] before = File.ReadAllBytes(folder["m.lis"]);
        using var renewed = JsonDocument.Parse(folder.Done(
            "recalibrate", "--model", "m.lis", "--normal", "recent.csv", "--missing", "drop", "--out", "r.lis", "--json").Output);
        Assert.Equal(195, renewed.RootElement.GetProperty("heldOut").GetInt32());
        Assert.Equal(before, File.ReadAllBytes(folder["m.lis"]));
        File.WriteAllLines(folder["recent.csv"], ["when,colour,a,b", .. Enumerable.Range(2000, 200).Select(i => Row(i, 2))]);
        (output, error) = folder.Done(["score", "--model", "r.lis", "--missing", "drop", "--false-discoveries", "0.2", .. drifts]);
        Assert.DoesNotContain("no longer", error, StringComparison.Ordinal);
        using var now = JsonDocument.Parse(output);
        Assert.Equal(JsonValueKind.Null, now.RootElement.GetProperty("drift").GetProperty("from").ValueKind);
        Assert.True(now.RootElement.GetProperty("anomalous").EnumerateArray().Count(a => a.GetBoolean()) < 20);
    }
}
