using LisNative.Experiments;
using LisNative.Scoring;
using LisNative.Tests.Data;

namespace LisNative.Tests.Experiments;

/// <summary>Cells run on small official files: each once, stored at once, with a first phase that is shared.</summary>
public sealed class RunnerTests : IDisposable
{
    private static readonly LisOptions Small = new() { Width1 = 4, Width2 = 4, Latent = 4, Epochs1 = 2, Epochs2 = 1, Batch = 32, NegativePool = 64 };

    private readonly TemporaryFolder folder = new();

    public RunnerTests() => OfficialFiles.Mnist(folder, classes: [3, 5, 8]);

    public void Dispose() => folder.Dispose();

    private List<Cell> Run(params Cell[] cells)
    {
        var started = new List<Cell>();
        new Runner(Device.Cpu, new DataFolder(folder.Path), Store).Run(cells, (_, _, cell) => started.Add(cell), null, TestContext.Current.CancellationToken);
        return started;
    }

    private ResultStore Store => new(folder["results.jsonl"]);

    private static Cell Cell(DetectorOptions options, string? negative) => new(ClassTask.Of("mnist", "8", negative, [3, 5, 8]), options);

    [Fact]
    public void Only_what_is_missing_is_run_and_the_numbers_are_those_of_a_whole_fit()
    {
        Cell plain = Cell(Small, null), shaped = Cell(Small, "mnist:3"), stronger = Cell(Small with { Beta = 3 }, "mnist:3"), other = Cell(new KernelDensityOptions(), null);
        Assert.Equal([plain, shaped], Run(plain, shaped));
        Assert.Equal([stronger, other], Run(plain, shaped, stronger, other, other));
        Assert.Empty(Run(plain, shaped, stronger, other));

        var stored = Store.Read();
        var task = stronger.Task.Read(new DataFolder(folder.Path));
        using var direct = Detector.Fit(Device.Cpu, task.Normal, task.Negatives, stronger.Options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Metrics.Auc(direct.Score(task.TestNormal), direct.Score(task.TestAnomalies)), stored[stronger.Key]["lis-ae"].Auc, 1e-6);
        Assert.Equal(stored[plain.Key]["ae"].ByClass[5], stored[shaped.Key]["ae"].ByClass[5]);
        Assert.Equal([5], stored[shaped.Key]["lis-ae"].ByClass.Keys);
        Assert.Equal([3, 5], stored[plain.Key]["ae"].ByClass.Keys);
        Assert.InRange(stored[plain.Key]["ae"].Deviation, 1e-4, 0.2);
    }

    [Fact]
    public void Work_that_another_process_has_is_left_to_it()
    {
        var cell = Cell(new KernelDensityOptions(), null);
        var data = new DataFolder(folder.Path);
        int ours = 0, theirs = 0;
        new Runner(Device.Cpu, data, Store).Run([cell], (_, _, _) =>
        {
            ours++;
            new Runner(Device.Cpu, data, Store).Run([cell], (_, _, _) => theirs++, null, TestContext.Current.CancellationToken);
        }, null, TestContext.Current.CancellationToken);
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
}
