using LisNative.Experiments;
using LisNative.Scoring;
using LisNative.Tests.Data;
using LisNative.Training;

namespace LisNative.Tests.Experiments;

/// <summary>Cells run on small official files: each once, stored at once, with a first phase that is shared.</summary>
public sealed class RunnerTests : InFolder
{
    private static readonly LisOptions Small = new()
    { Width1 = 4, Width2 = 4, Latent = 4, Epochs1 = 2, Epochs2 = 1, Batch = 32, NegativePool = 64 };

    public RunnerTests() => OfficialFiles.Mnist(folder, classes: [3, 5, 8]);

    private List<Cell> Run(params Cell[] cells)
    {
        var started = new List<Cell>();
        new Runner(Device.Cpu, new DataFolder(folder.Path), Store, Exhibits)
            .Run(cells, (_, _, cell) => started.Add(cell), Lacking.Add, Progress, TestContext.Current.CancellationToken);
        return started;
    }

    private List<string> Lacking { get; } = [];

    private Steps Progress { get; } = new();

    private ResultStore Store => new(folder["results.jsonl"]);

    private ExhibitFolder Exhibits => new(folder["exhibits"]);

    private static Cell Cell(DetectorOptions options, string? negative) =>
        new(ClassTask.Create("mnist", "8", negative, [3, 5, 8]), options);

    [Fact]
    public void Only_what_is_missing_is_run_and_the_numbers_are_those_of_a_whole_fit()
    {
        Cell plain = Cell(Small, null), shaped = Cell(Small, "mnist:3"), stronger = Cell(Small with { Beta = 3 }, "mnist:3"),
            other = Cell(new KernelDensityOptions(), null);
        Assert.Equal([plain, shaped], Run(plain, shaped));
        Assert.Equal([stronger, other], Run(plain, shaped, stronger, other, other));
        Assert.Empty(Run(plain, shaped, stronger, other));

        var stored = Store.Read();
        var task = stronger.Task.Read(new DataFolder(folder.Path), 1);
        using var direct = stronger.Options.FitOn(task.Normal, task.Negatives);
        Assert.Equal(Metrics.Auc(direct.Score(task.TestNormal), direct.Score(task.TestAnomalies)), stored[stronger.Key]["lis-ae"].Auc,
            1e-6);
        Assert.Equal(stored[plain.Key]["ae"].ByClass[5], stored[shaped.Key]["ae"].ByClass[5]);
        Assert.Equal([5], stored[shaped.Key]["lis-ae"].ByClass.Keys);
        Assert.Equal([3, 5], stored[plain.Key]["ae"].ByClass.Keys);
        Assert.InRange(stored[plain.Key]["ae"].Deviation, 1e-4, 0.2);
    }

    [Fact]
    public void Validation_reads_no_test_sample_and_is_a_cell_of_its_own()
    {
        var validated = Cell(Small, "mnist:3") with { Task = new("mnist", "8", "mnist:3", "") { Validation = "mnist:5" } };
        File.Delete(folder["t10k-images-idx3-ubyte.gz"]);
        Assert.Equal([validated], Run(validated));
        Assert.Empty(Lacking);
        Assert.Equal([5], Store.Read()[validated.Key]["lis-ae"].ByClass.Keys);

        var data = new DataFolder(folder.Path);
        var (task, train) = (validated.Task.Read(data, 1), data.Load("mnist", train: true).OfClasses(8));
        Assert.Equal(train.Count, task.Normal.Count + task.TestNormal.Count);
        Assert.Equal(train.Pixels(0).ToArray(), task.TestNormal.Pixels(0).ToArray());
        Assert.Equal(train.Pixels(1).ToArray(), task.Normal.Pixels(0).ToArray());
    }

    [Fact]
    public void Work_that_another_process_has_is_left_to_it()
    {
        var cell = Cell(new KernelDensityOptions(), null);
        var data = new DataFolder(folder.Path);
        int ours = 0, theirs = 0;
        new Runner(Device.Cpu, data, Store, Exhibits).Run([cell], (_, _, _) =>
        {
            ours++;
            new Runner(Device.Cpu, data, Store, Exhibits)
                .Run([cell], (_, _, _) => theirs++, Lacking.Add, null, TestContext.Current.CancellationToken);
        }, Lacking.Add, null, TestContext.Current.CancellationToken);
        Assert.Equal((1, 0), (ours, theirs));
        Assert.Single(Store.Read());
        Assert.Empty(Directory.GetFiles(folder.Path, "*.claim"));
    }

    [Fact]
    public void An_oracle_is_another_cell()
    {
        Cell blind = Cell(new OneClassSvmOptions(), null), oracle = blind with { Oracle = true };
        Assert.Equal([blind, oracle], Run(blind, oracle));
        Assert.Equal(2, Store.Read().Count);
    }

    [Fact]
    public void A_LIS_AE_leaves_an_exhibit_and_a_damaged_one_is_only_not_shown()
    {
        Cell cell = Cell(Small, "synthetic:paste"), plain = Cell(new KernelDensityOptions(), null);
        Run(cell, plain);
        var exhibit = Exhibits.Read(cell)!;
        Assert.Null(Exhibits.Read(plain));
        Assert.Equal("lis-ae, mnist 8, negatives synthetic:paste, seed 1", exhibit.Title);
        Assert.Equal(["lis-ae", "ae"], exhibit.Scores);
        Assert.Equal(["feature extraction", "latent shaping"], exhibit.Training.Keys);

        var task = cell.Task.Read(new DataFolder(folder.Path), 1);
        Assert.Equal((100, 200), (exhibit.Normal[1].Length, exhibit.Other[1].Length));
        Assert.Equal(Store.Read()[cell.Key]["ae"].Auc, Metrics.Auc(exhibit.Normal[1], exhibit.Other[1]), 1e-6);
        Assert.Equal(exhibit.Normal[0].Order(), exhibit.Normal[0]);

        var pictures = exhibit.Pictures!;
        Assert.Equal((12, 24, 3), (pictures.NormalCount, pictures.Scores.Count, pictures.Rows.Count));
        Assert.All(pictures.Rows, row => Assert.Equal(24 * 784, row.Length));
        Assert.Equal(pictures.Scores.Take(12).Order(), pictures.Scores.Take(12));
        Assert.Contains(Convert.ToBase64String(pictures.Rows[0].AsSpan(0, 784)),
            Enumerable.Range(0, task.TestNormal.Count).Select(i => Convert.ToBase64String(task.TestNormal.Pixels(i))));

        string file = Directory.GetFiles(folder["exhibits"]).Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..1000]);
        Assert.Null(Exhibits.Read(cell));
    }

    [Fact]
    public void One_first_phase_serves_negatives_from_anywhere_and_files_that_are_missing_stop_only_what_needs_them()
    {
        Cell[] cells = [Cell(Small, null), Cell(Small, "omniglot"), Cell(Small, "mnist:3"), Cell(Small, "synthetic:paste"),
            Cell(Small, "omniglot") with { Options = Small with { Beta = 2 } }];
        Assert.Equal([cells[0], cells[2], cells[3]], Run(cells));
        Assert.Contains("images_background.zip of omniglot", Assert.Single(Lacking), StringComparison.Ordinal);
        Assert.Equal(1, Progress.FirstPhases);
    }

    private sealed class Steps : IProgress<TrainingProgress>
    {
        public int FirstPhases { get; private set; }

        public void Report(TrainingProgress value) => FirstPhases += value is { Phase: "feature extraction", Step: 1 } ? 1 : 0;
    }
}
