using LisNative.Data;
using LisNative.Experiments;
using LisNative.Tests.Data;

namespace LisNative.Tests.Experiments;

/// <summary>Methods on labelled tables: how rows are parted, what is measured, and where it stands among published figures.</summary>
public sealed class TableComparisonTests : InFolder
{
    private TableFolder Tables() => new(folder["tables"]);

    private ResultStore Store => new(folder["results.jsonl"]);

    private void Write(string name, byte[] file) => folder.Write($"tables/{name}", file);

    private TableFigures Measured(TableFolder tables, string method, int seeds = 1)
    {
        var comparison = new TableComparison(tables);
        new Runner(Device.Cpu, tables.Data, Store, new(folder["exhibits"])).Run(
            Enumerable.Range(1, seeds).Select(s => comparison.CellOf(method, "one", (ulong)s)), (_, _, _) => { }, Assert.Fail, null,
            TestContext.Current.CancellationToken);
        return comparison.Find(method, "one", seeds, Store.Read())!;
    }

    /// <summary>Rows 0 to 8, whose third and sixth are anomalies: of seven normal ones the nearest even half are four.</summary>
    [Theory]
    [InlineData("3_one.npz", false)]
    [InlineData("one.npz", true)]
    public void The_first_half_of_the_normal_rows_trains_and_the_rest_tests(string file, bool fortran)
    {
        Write(file, LabelledTable.File([.. Enumerable.Range(0, 27).Select(e => (double)e)], [0, 0, 1, 0, 0, 1, 0, 0, 0], fortran));
        var tables = Tables();
        Assert.Equal(["one"], tables.Names);
        var task = tables.TaskOf("one", null).Read(tables.Data, 1);
        static int[] Rows(Dataset set) => [.. set.ToFloats().Chunk(3).Select(r => (int)r[0] / 3)];
        Assert.Equal([0, 1, 3, 4], Rows(task.Normal));
        Assert.Equal([6, 7, 8], Rows(task.TestNormal));
        Assert.Equal([2, 5], Rows(task.TestAnomalies));
        Assert.Equal([15, 16, 17], task.TestAnomalies.ToFloats()[3..]);
    }

    [Theory]
    [InlineData("<i2")]
    [InlineData("|b1")]
    [InlineData("<i8")]
    public void Numbers_and_labels_are_of_any_type(string type)
    {
        byte[] Of(params int[] values) => type switch
        {
            "<i2" => LabelledTable.Bytes(Array.ConvertAll(values, v => (short)v)),
            "<i8" => LabelledTable.Bytes(Array.ConvertAll(values, v => (long)v)),
            _ => [.. values.Select(v => (byte)v)],
        };
        Write("one.npz", FileFormats.Npz(("X", FileFormats.Npy(type, "5, 2", Of(0, 1, 1, 0, 1, 1, 0, 0, 1, 0))),
            ("y", FileFormats.Npy(type, "5, 1", Of(0, 1, 0, 0, 0)))));
        var tables = Tables();
        var task = tables.TaskOf("one", null).Read(tables.Data, 1);
        Assert.Equal([0, 1, 1, 1], task.Normal.ToFloats());
        Assert.Equal([1, 0], task.TestAnomalies.ToFloats());
    }

    [Fact]
    public void Figures_are_those_of_all_pairs_on_standardised_rows()
    {
        var (x, y) = LabelledTable.Draw(200, 7, 1);
        Write("one.npz", LabelledTable.File(x, y));
        double[][] rows = [.. x.Chunk(3)], normal = [.. rows.Where((_, i) => y[i] == 0)], train = normal[..(normal.Length / 2)],
            test = normal[train.Length..], anomalies = [.. rows.Where((_, i) => y[i] == 1)];
        double[] mean = [.. Enumerable.Range(0, 3).Select(j => train.Average(r => r[j]))],
            deviation = [.. Enumerable.Range(0, 3).Select(j => Math.Sqrt(train.Average(r => Math.Pow(r[j] - mean[j], 2))))];
        double Score(double[] a) => train.Select(b => Math.Sqrt(Enumerable.Range(0, 3).Sum(j => Math.Pow((a[j] - b[j]) / deviation[j], 2))))
            .Order().ElementAt(4);

        // Equal scores differ by rounding here and not there: they are told apart from 1e-6 on.
        double[] ofNormal = [.. test.Select(r => Math.Round(Score(r), 5))],
            ofAnomalies = [.. anomalies.Select(r => Math.Round(Score(r), 5))];
        double auroc = ofAnomalies.Average(a => ofNormal.Average(n => n < a ? 1 : n == a ? 0.5 : 0)),
            precision = ofAnomalies.Average(a =>
                ofAnomalies.Count(o => o >= a) / (double)(ofAnomalies.Count(o => o >= a) + ofNormal.Count(o => o >= a)));
        var found = Measured(Tables(), "knn");
        Assert.InRange(auroc, 0.6, 0.999);
        Assert.Equal(auroc, found.Auroc, 1e-6);
        Assert.Equal(precision, found.AveragePrecision, 1e-6);
    }

    [Fact]
    public void What_a_seed_has_no_bearing_on_is_run_once_and_another_table_of_the_name_is_another_cell()
    {
        var (x, y) = LabelledTable.Draw(120, 7, 1);
        Write("one.npz", LabelledTable.File(x, y));
        var tables = Tables();
        Assert.Equal((1, double.NaN), (Measured(tables, "ecod", 3) is var same ? same.Seeds : 0, same.Spread));
        Assert.InRange(Measured(tables, "isolation-forest", 3).Spread, 1e-5, 0.2);
        Assert.Equal(4, Store.Read().Count);
        string key = new TableComparison(tables).CellOf("ecod", "one", 1).Key;
        x[4] += 1;
        Write("one.npz", LabelledTable.File(x, y));
        Assert.NotEqual(key, new TableComparison(Tables()).CellOf("ecod", "one", 1).Key);
    }

    [Fact]
    public void Only_networks_hold_some_out_and_what_learns_from_negatives_gets_synthetic_ones()
    {
        var (x, y) = LabelledTable.Draw(60, 7, 1);
        Write("one.npz", LabelledTable.File(x, y));
        var comparison = new TableComparison(Tables());
        Cell Of(string method) => comparison.CellOf(method, "one", 2);
        Assert.Equal(new LocalOutlierFactorOptions { HeldOut = 0 }, Of("lof").Options);
        Assert.Equal(new VaeOptions { Seed = 2 }, Of("vae").Options);
        Assert.Equal((null, "synthetic"), (Of("kde").Task.Negative, Of("lis-ae").Task.Negative));
        Assert.Equal(4, ((LisOptions)new TableComparison(Tables(), null, quick: true).CellOf("lis-ae", "one", 1).Options).Epochs2);
        folder.Write("s.json", """{ "tables": { "lof": { "heldOut": 0.2 } }, "mnist": { "lof": { "neighbours": 3 } } }"""u8.ToArray());
        Assert.Equal(new LocalOutlierFactorOptions { HeldOut = 0.2 },
            new TableComparison(Tables(), Settings.Read(folder["s.json"])).CellOf("lof", "one", 2).Options);
        Assert.Equal(TableComparison.DefaultMethods, TableComparison.DefaultMethods.Select(m => Methods.Get(m).Name));
    }

    /// <summary>Ours is 0.9 and 0.5 on two tables: first and second of three on them, equal to B's mean.</summary>
    [Fact]
    public void Places_count_ties_by_half_and_methods_without_all_figures_not()
    {
        folder.Write("p.csv", ",A,B,C\none,80.0(0.1),60(0.0),99(0)\nTwo,20(0.0),80.0(1.0),\n\n");
        var published = PublishedFigures.TryRead(folder["p.csv"])!;
        Assert.Equal((0.8, 0.8, null, null), (published.Find("two", "B"), published.Find("ONE", "A"), published.Find("two", "C"),
            published.Find("three", "A")));
        Assert.Equal(new Standing(1.5, 1.5, 2),
            Standing.TryCreate(new Dictionary<string, double> { ["one"] = 0.9, ["two"] = 0.50001 }, published));
        Assert.Null(Standing.TryCreate(new Dictionary<string, double> { ["three"] = 0.9 }, published));
        Assert.Null(Standing.TryCreate(new Dictionary<string, double> { ["one"] = 0.9 }, null));
        Assert.Null(PublishedFigures.TryRead(folder["none.csv"]));
        foreach (var (text, part) in new[]
        {
            (",A\none,x(1)\n", "line 2, found \"x(1)\""), (",A\none,1,2\n", "expected 2 cells in line 2, found 3"),
            ("", "found none"), (",A\none,101\n", "found \"101\""),
        })
        {
            folder.Write("p.csv", text);
            Failure.Contains<InputException>(part, () => PublishedFigures.TryRead(folder["p.csv"]));
        }
    }

    [Fact]
    public void Joined_tails_are_shares_of_all_rows()
    {
        var (x, y) = LabelledTable.Draw(90, 5, 3);
        Write("one.npz", LabelledTable.File(x, y));
        double[][] rows = [.. x.Chunk(3)];
        double Score(double[] a) => Enumerable.Range(0, 3).Sum(j =>
            -Math.Log(Math.Min(rows.Count(r => r[j] <= a[j]), rows.Count(r => r[j] >= a[j])) / (double)rows.Length));
        double[] normal = [.. rows.Where((_, i) => y[i] == 0).Select(Score)],
            anomalies = [.. rows.Where((_, i) => y[i] == 1).Select(Score)];
        double expected = anomalies.Average(a => normal[(normal.Length / 2)..].Average(n =>
            Math.Abs(n - a) < 1e-6 ? 0.5 : n < a ? 1 : 0));
        Assert.Equal(expected, new TableComparison(Tables()).MeasureJoinedEcod("one").Auroc, 1e-9);
    }
}
