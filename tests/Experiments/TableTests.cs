using LisNative.Data;
using LisNative.Experiments;
using LisNative.Tests.Data;

namespace LisNative.Tests.Experiments;

/// <summary>The tables ask for the paper's tasks and hold the paper's numbers.</summary>
public sealed class TableTests
{
    private static readonly PaperTables Tables = new(Settings.Own, quick: false);

    private static Entry Of(string table, string row, string column) =>
        Tables.Get(table).Entries.Single(e => e.Row == row && e.Column == column);

    private static string[] Tasks(Entry entry) => [.. entry.Of(1).Select(c => $"{c.Task.Normal} | {c.Task.Negative} | {c.Task.Outliers}")];

    [Theory]
    [InlineData("table1", "LIS-AE", "MNIST", 0.9768, 10, "8 | omniglot | 0,1,2,3,4,5,6,7,9")]
    [InlineData("table1", "LIS-AE", "Fashion-MNIST", 0.9256, 10, "9 | fashion-mnist:0 | 1,2,3,4,5,6,7,8")]
    [InlineData("table1", "LIS-AE", "2-class MNIST", 0.9457, 5, "2,3 | omniglot | 0,1,4,5,6,7,8,9")]
    [InlineData("table1", "KDE", "Fashion-MNIST", 0.9183, 10, "9 |  | 1,2,3,4,5,6,7,8")]
    [InlineData("table1", "OC-SVM, oracle", "MNIST", 0.9108, 10, "0 |  | 1,2,3,4,5,6,7,8,9")]
    [InlineData("table1", "LIS-AE", "Fashion-MNIST", 0.9256, 10, "3 | fashion-mnist:4 | 0,1,2,5,6,7,8,9")]
    [InlineData("table2", "LinSep-LIS-AE", "CIFAR-10", 0.8858, 10, "1 | cifar10:5,6,7,8,9 | 0,2,3,4")]
    [InlineData("table2", "Sup. LIS-AE", "SVHN", 0.7573, 10, "6 | svhn:5,7,8,9 | 5,7,8,9")]
    [InlineData("table3", "None", "MNIST", 0.9485, 10, "0 |  | 1,2,3,4")]
    [InlineData("table3", "Omniglot", "MNIST", 0.9605, 10, "0 | omniglot | 1,2,3,4")]
    [InlineData("table3", "MNIST", "MNIST", 0.9778, 10, "0 | mnist:5,6,7,8,9 | 1,2,3,4")]
    [InlineData("table3", "MNIST", "Fashion-MNIST", 0.8942, 10, "7 | mnist | 5,6,8,9")]
    [InlineData("table3", "Supervised", "CIFAR-10", 0.8384, 10, "7 | cifar10:5,6,8,9 | 5,6,8,9")]
    [InlineData("table4", "automobile / dog", "deer", 0.90, 1, "1 | cifar10:5 | 0,2,3,4")]
    [InlineData("tableA2", "truck / combined", "ship", 0.76, 1, "9 | cifar10:0,1,2,3,4 | 5,6,7,8")]
    [InlineData("tableA4", "horse / none", "average", 0.5275, 1, "7 |  | 5,6,8,9")]
    public void Entries_are_the_papers(string table, string row, string column, double paper, int tasks, string expected)
    {
        var entry = Of(table, row, column);
        Assert.Equal(paper, entry.Paper!.Value, 1e-9);
        Assert.Equal(tasks, Tasks(entry).Length);
        Assert.Contains(expected, Tasks(entry));
    }

    [Fact]
    public void Every_number_of_the_paper_has_its_entry()
    {
        Assert.Equal(36, Tables.Get("table1").Entries.Where(
            e => e.Paper is not null && e.Row is not ("OC-SVM, oracle" or "AE, phase 1 of LIS-AE")).Count());
        Assert.Equal(30, Tables.Get("table2").Entries.Where(
            e => e.Paper is not null && e.Row is not ("OC-SVM, oracle" or "AE, phase 1 of LIS-AE")).Count());
        Assert.Equal(18, Tables.Get("table3").Entries.Count);
        Assert.Equal(80, Tables.Get("table4").Entries.Count);
        Assert.All(new[] { "tableA1", "tableA2", "tableA3", "tableA4" },
            name => Assert.Equal(200, Tables.Get(name).Entries.Count(e => e.Paper is not null)));
    }

    [Fact]
    public void Synthetic_negatives_are_tested_on_the_same_outliers()
    {
        var entry = Of("table1", "Synth. LIS-AE", "Fashion-MNIST");
        Assert.Null(entry.Paper);
        Assert.Contains("9 | synthetic | 1,2,3,4,5,6,7,8", Tasks(entry));
        Assert.Contains("1 | synthetic | 0,2,3,4", Tasks(Of("table2", "Synth. LinSep-LIS-AE", "CIFAR-10")));
    }

    [Fact]
    public void Crops_are_tested_on_a_fold_that_no_training_saw()
    {
        var entry = Of("svhn-crops", "Sup. LIS-AE", "SVHN, first crops");
        Assert.Null(entry.Paper);
        Assert.Equal(50, entry.Of(1).Select(c => c.Key).Distinct().Count());
        Assert.Equal([0, 1, 2, 3, 4], entry.Of(1).Where(c => c.Task.Normal == "6").Select(c => c.Task.Fold!.Value));

        // Five samples in a row have one class, and so each fold one of them; the number of a sample is its place.
        using var folder = new TemporaryFolder();
        var data = new DataFolder(folder.Path)
        {
            Parts = (_, train) => train ? Numbered(1100) : throw new InvalidOperationException("the test part is not read"),
        };
        var task = new ClassTask("svhn", "6", "svhn:5,7,8,9", "5,7,8,9") { Fold = 2 }.Read(data, seed: 1);
        Assert.Equal(Places(6, test: false), task.Normal.ToFloats());
        Assert.Equal(Places(6, test: true), task.TestNormal.ToFloats());
        Assert.DoesNotContain(task.Negatives!.ToFloats(), p => p % 5 == 2);
        Assert.All(task.TestAnomalies.ToFloats(), p => Assert.True(p % 5 == 2 && p < 1083));

        static Dataset Numbered(int count) =>
            new("svhn", [1], [.. Enumerable.Range(0, count).Select(i => (float)i)],
            [.. Enumerable.Range(0, count).Select(i => i / 5 % 10)]);
        static float[] Places(int label, bool test) =>
            [.. Enumerable.Range(0, 1083).Where(i => i / 5 % 10 == label && (i % 5 == 2) == test).Select(i => (float)i)];
    }

    [Fact]
    public void The_autoencoder_is_the_first_phase_of_the_very_cells_of_the_LIS_AE() =>
        Assert.Equal(Of("table1", "LIS-AE", "MNIST").Of(1).Select(c => c.Key),
            Of("table1", "AE, phase 1 of LIS-AE", "MNIST").Of(1).Select(c => c.Key));

    [Fact]
    public void Validation_finds_what_training_never_showed_and_no_outlier_class()
    {
        var entries = Tables.Get("validation").Entries;
        Assert.All(entries, e => Assert.Equal(5, e.Of(1).Count));
        var tasks = entries.SelectMany(e => e.Of(1)).Select(c => c.Task).ToArray();
        Assert.All(tasks, t => Assert.Equal("", t.Outliers));
        Assert.Contains(new ClassTask("cifar10", "2", "cifar10:5,6,8,9", "") { Validation = "cifar10:7" }, tasks);
        Assert.Contains(new ClassTask("cifar10", "8", "cifar10:0,1,2,4", "") { Validation = "cifar10:3" }, tasks);
        Assert.Contains(new ClassTask("fashion-mnist", "8", "fashion-mnist:9", "") { Validation = "synthetic" }, tasks);
        Assert.Equal(10, ((LisOptions)entries.Single(e => e.Row == "lis-ae, gamma 10").Of(1)[0].Options).Gamma);
        Assert.Contains(entries.Single(e => e.Row == "lis-ae, gamma 14").Of(1)[0].Key,
            entries.Single(e => e.Row == "lis-ae, latent 128").Of(1).Select(c => c.Key));
    }

    [Fact]
    public void Settings_come_from_the_file_and_quick_overrides_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("s.json", """{ "mnist": { "*": { "latent": 7, "epochs1": 9 }, "ae": { "latent": 5 } }, "quick": { "*": { "epochs1": 1 } } }""");
        var settings = Settings.Read(folder["s.json"]);
        Assert.Equal(new AutoencoderOptions
        { Latent = 5, Epochs1 = 9, Seed = 3 }, settings.Get(Methods.Get("ae"), "mnist", 3, quick: false) with { Seed = 3 });
        Assert.Equal(7, ((LisOptions)settings.Get(Methods.Get("lis-ae"), "mnist", 1, quick: false)).Latent);
        Assert.Equal(1, ((LisOptions)settings.Get(Methods.Get("lis-ae"), "mnist", 1, quick: true)).Epochs1);
        Assert.Equal(new KernelDensityOptions { Seed = 2 }, settings.Get(Methods.Get("kde"), "mnist", 2, quick: true));
        folder.Write("s.json", """{ "mnist": { "kde": { "latent": 7 } } }""");
        Failure.Contains<InputException>("found latent",
            () => Settings.Read(folder["s.json"]).Get(Methods.Get("kde"), "mnist", 1, quick: false));
        folder.Write("s.json", "[");
        Assert.Throws<InputException>(() => Settings.Read(folder["s.json"]));
    }

    [Fact]
    public void The_other_half_is_shown_and_the_own_half_tested()
    {
        Assert.Equal(new ClassTask("cifar10", "3", "cifar10:5,6,7,8,9", "0,1,2,4"), ClassTask.Create("cifar10", "3", "other-half"));
        Assert.Equal(new ClassTask("cifar10", "5", "cifar10:0,1,2,3,4", "6,7,8,9"), ClassTask.Create("cifar10", "5", "other-half"));
        var cell = new Cell(ClassTask.Create("cifar10", "5", "other-half"), new KernelDensityOptions());
        var features = cell with { Task = cell.Task with { Features = "network" } };
        Assert.NotEqual(cell.Key, features.Key);
        Assert.Equal(features.Key, Cell.KeyOf(features.Describe()));
    }

    /// <summary>A change of settings, of their defaults or names would have them all run again.</summary>
    [Fact]
    public void The_stored_results_are_those_of_the_tables_cells()
    {
        var stored = new ResultStore(Repository.PathOf("docs/results/results.jsonl")).Read();
        foreach (string row in new[] { "LIS-AE", "Synth. LIS-AE", "MemAE", "VAE", "AnoGAN", "KDE" })
        {
            Assert.All(Of("table1", row, "MNIST").Of(1), cell => Assert.Contains(cell.Key, stored.Keys));
        }

        Assert.All(Of("table2", "LinSep-LIS-AE", "CIFAR-10").Of(1), cell => Assert.Contains(cell.Key, stored.Keys));
    }

    [Fact]
    public void Ranks_agree_as_Spearman_has_it()
    {
        // Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 − 6·4/(5·24).
        var found = Agreement.TryCreate([(0.1, 20), (0.2, 10), (0.3, 40), (0.4, 30), (0.5, 90)])!;
        Assert.Equal((0.8, 0.3, 38, 5), (Math.Round(found.Spearman, 12), Math.Round(found.Mean, 12), found.Paper, found.Count));
        Assert.Equal(1, Agreement.TryCreate([(1, 1), (2, 2), (2, 2), (3, 3), (9, 4)])!.Spearman, 1e-12);
        Assert.Null(Agreement.TryCreate([(1, 1), (2, 2)]));
    }

    [Fact]
    public void A_summary_averages_tasks_and_spreads_over_seeds()
    {
        var entry = Of("table1", "KDE", "2-class MNIST");
        CellResult Result(double auc) => new(auc, 0.01, new Dictionary<int, double>(), [], "2026-11-25");
        var stored = new Dictionary<string, IReadOnlyDictionary<string, CellResult>>();
        foreach (ulong seed in new ulong[] { 1, 2 })
        {
            int i = 0;
            foreach (var cell in entry.Of(seed))
            {
                stored[cell.Key] = new Dictionary<string, CellResult> { ["kde"] = Result(0.5 + (0.1 * i++) + (0.01 * seed)) };
            }
        }

        var summary = Summary.TryCreate(entry, 3, stored)!;
        Assert.Equal(0.715, summary.Mean, 1e-12);
        Assert.Equal(0.01 / Math.Sqrt(2), summary.Spread, 1e-12);
        Assert.Equal(0.01 / Math.Sqrt(5), summary.Sampling, 1e-12);
        Assert.Equal((2, "2026-11-25"), (summary.Seeds, summary.Date));
        stored.Remove(entry.Of(1)[0].Key);
        Assert.True(double.IsNaN(Summary.TryCreate(entry, 3, stored)!.Spread));
        Assert.Null(Summary.TryCreate(Of("table1", "VAE", "MNIST"), 3, stored));
    }
}
