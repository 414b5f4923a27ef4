using System.Text;
using System.Text.Json;
using LisNative.Tests.Data;

namespace LisNative.Tests.Cli;

/// <summary>reproduce tables as a user runs it: what it prints and writes, and what it refuses.</summary>
[Collection(Child.Tests)]
public sealed class ReproduceTablesTests : InFolder
{
    public ReproduceTablesTests()
    {
        var (x, y) = LabelledTable.Draw(120, 7, 1);
        folder.Write("t/12_first.npz", LabelledTable.File(x, y));
        (x, y) = LabelledTable.Draw(90, 5, 2);
        folder.Write("t/second.npz", LabelledTable.File(x, y, fortran: true));
    }

    private (int Code, string Output, string Error) Run(params string[] arguments) =>
        folder.Run(["reproduce", "tables", "--out", folder["out"], .. arguments]);

    private void Fails(string[] parts, params string[] arguments)
    {
        Tool.AssertRefused(Run(arguments), parts);
        Assert.False(Path.Exists(folder["out/results.jsonl"]) || Path.Exists(folder["out/tables.md"]));
    }

    [Fact]
    public void Methods_are_run_resumed_and_printed_beside_published_figures()
    {
        folder.Write("t/published-auroc.csv", ",kNN,IForest\nFirst,50.0(0.0),0.0(0.0)\nsecond,40.0(0.0),100.0(0.0)\n");
        string[] wanted = ["--data", folder["t"], "--rows", "knn", "isolation-forest", "ecod", "--seeds", "2", "--json"];
        var (code, output, error) = Run(wanted);
        Assert.True(code == 0, error);
        Assert.Equal(8, error.Split(" of 8: ").Length - 1);
        using var json = JsonDocument.Parse(output);
        var cells = json.RootElement.GetProperty("cells").EnumerateArray().ToArray();
        Assert.Equal(
            ["first knn 1", "second knn 1", "first isolation-forest 2", "second isolation-forest 2", "first ecod 1", "second ecod 1"],
            cells.Select(c => $"{c.GetProperty("table")} {c.GetProperty("method")} {c.GetProperty("seeds")}"));
        Assert.All(cells, c => Assert.InRange(c.GetProperty("auroc").GetDouble(), 0.3, 1));
        Assert.All(cells, c => Assert.InRange(c.GetProperty("averagePrecision").GetDouble(), 0.1, 1));
        double knn = cells[..2].Average(c => c.GetProperty("auroc").GetDouble());
        Assert.Equal(knn, json.RootElement.GetProperty("means").GetProperty("knn").GetDouble(), 1e-9);
        Assert.Equal(["knn", "isolation-forest", "ecod"],
            json.RootElement.GetProperty("means").EnumerateObject().Select(m => m.Name));

        string beside = FormattableString.Invariant($"| knn | 1 | {100 * knn:F2} (45.00, {(100 * knn) - 45:+0.00}) | 1 |"),
            tables = File.ReadAllText(folder["out/tables.md"]);
        Assert.Contains(beside, tables, StringComparison.Ordinal);
        Assert.Contains("| ecod, test rows counted in | 1 |", tables, StringComparison.Ordinal);
        Assert.Contains("<td>knn</td><td>1</td>", File.ReadAllText(folder["out/report.html"]), StringComparison.Ordinal);

        // A second look runs nothing, and fewer rows and tables are a part of what is stored.
        Assert.Equal((0, output, ""), Run(wanted));
        var part = Run("--data", folder["t"], "--rows", "knn", "--tasks", "second");
        Assert.Equal((0, ""), (part.Code, part.Error));
        Assert.Contains("(40.00, ", part.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch("method .* first", part.Output);
    }

    [Fact]
    public void What_is_asked_for_and_not_there_is_one_sentence()
    {
        Directory.CreateDirectory(folder["empty"]);
        Fails(["--data", "expected a folder of tables, found none"]);
        Fails(["--data", "found no folder"], "--data", folder["nowhere"]);
        Fails(["expected tables, NAME.npz", "found none"], "--data", folder["empty"]);
        Fails(["--rows", "knn; lof", "found forest"], "--data", folder["t"], "--rows", "forest");
        Fails(["--tasks", "first; second", "found third"], "--data", folder["t"], "--tasks", "third");
        Fails(["--seeds", "found 0"], "--data", folder["t"], "--seeds", "0");
        Fails(["WHAT", "tables alone"], "table1", "--data", folder["t"]);
        folder.Write("t/first.npz", [0]);
        Fails(["expected one table first, found 12_first.npz and first.npz"], "--data", folder["t"]);
    }

    [Fact]
    public void A_file_that_is_no_table_is_one_sentence_before_anything_is_run()
    {
        var (x, y) = LabelledTable.Draw(20, 7, 1);
        byte[] columns = FileFormats.Npy("<f8", "20, 3", LabelledTable.Bytes(x)), labels = FileFormats.Npy("|u1", "20,", y);
        double[] holed = [.. x[..7], double.NaN, .. x[8..]];
        byte[] Labels(string type, string shape, byte[] data) => FileFormats.Npz(("X", columns), ("y", FileFormats.Npy(type, shape, data)));
        foreach (var (file, parts) in new (byte[] File, string[] Parts)[]
        {
            (FileFormats.Npz(("Xs", columns), ("y", labels)), ["expected an array X, found Xs, y"]),
            (FileFormats.Npz(("X", columns), ("labels", labels)), ["expected an array y, found X, labels"]),
            (FileFormats.Npz(("X", FileFormats.Npy("<f4", "5, 2, 2", new byte[80])), ("y", labels)), ["expected an array [rows, columns]"]),
            (FileFormats.Npz(("X", FileFormats.Npy("<f8", "20, 3", LabelledTable.Bytes(holed))), ("y", labels)), ["NaN"]),
            (Labels("|u1", "19,", y[1..]), ["expected a label for each of 20 rows, found 19 of 1 numbers"]),
            (Labels("|u1", "10, 2", y), ["expected a label for each of 20 rows, found 10 of 2 numbers"]),
            (Labels("|i1", "20,", [.. y[..5], 255, .. y[6..]]), ["found -1 in row 6"]),
            (Labels("|u1", "20,", [.. Enumerable.Repeat((byte)1, 20)]), ["expected normal rows (0) and anomalies (1), found 0 and 20"]),
            (Labels("|u1", "20,", new byte[20]), ["found 20 and 0"]),
            (Encoding.ASCII.GetBytes("X,y\n1,0\n"), ["bad.npz"]),
        })
        {
            folder.Write("t/bad.npz", file);
            Fails(["bad.npz", .. parts], "--data", folder["t"], "--rows", "knn");
        }

        // A table that is not asked for does not matter.
        Assert.Equal(0, Run("--data", folder["t"], "--rows", "knn", "--tasks", "second").Code);
    }
}
