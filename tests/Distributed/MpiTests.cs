using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LisNative.Distributed;
using LisNative.Experiments;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Distributed;

/// <summary>The tool on two ranks, through Open MPI and through MPICH.</summary>
[Collection(nameof(MpiTests))]
public sealed class MpiTests : InFolder
{
    public MpiTests()
        : base(plain: true)
    {
        folder.Write("normal.npy", FileFormats.Npy(Bars.Horizontal(512, 1)));
        folder.Write("negative.npy", FileFormats.Npy(Bars.Diagonal(256, 2)));
    }

    /// <summary>One where time is short.</summary>
    public static TheoryData<string> Implementations => Requirement.IsLong ? ["openmpi", "mpich"] : ["openmpi"];

    /// <summary>Of what the library's implementation has little part in; eng/soak.sh has both.</summary>
    public static TheoryData<string> First => Reliability.Scale.IsLong ? Implementations : ["openmpi"];

    private int Pid(int rank) => int.Parse(File.ReadAllText(folder[$"pid{rank}"]), CultureInfo.InvariantCulture);

    private bool HasStarted(int rank) => File.Exists(folder[$"pid{rank}"]) && File.ReadAllText(folder[$"pid{rank}"]).EndsWith('\n');

    private void Kill(int rank)
    {
        using var process = Process.GetProcessById(Pid(rank));
        process.Kill();     // SIGKILL
    }

    /// <summary>What computes for a rank of a sweep, as soon as it runs.</summary>
    private Process Worker(int rank)
    {
        Process? worker = null;
        Child.Until(() =>
        {
            try
            {
                // Of every thread: a child is listed with the one that started it.
                string children = HasStarted(rank)
                    ? string.Concat(Directory.GetDirectories($"/proc/{Pid(rank)}/task")
                    .Select(thread => File.ReadAllText($"{thread}/children"))) : "";
                worker = children.Length > 0 ? Process.GetProcessById(int.Parse(children, CultureInfo.InvariantCulture)) : null;
                return worker is { HasExited: false };
            }
            catch (Exception e) when (e is ArgumentException or IOException)
            {
                return false;     // gone already
            }
        });
        return worker!;
    }

    private static void UntilGone(int process) => Child.Until(() => !Directory.Exists($"/proc/{process}"));

    private static string[] Each(string place, params string[] more) =>
    [
        "evaluate", "--dataset", "mnist", "--normal-class", "each", "--method", "ae", "--width1", "8", "--width2", "8", "--latent", "4",
        "--batch", "32",
        .. more.Contains("--epochs1") ? [] : new[] { "--epochs1", "20" }, "--data", ".", "--json", "--out", place, .. more,
    ];

    private static string[] Train(string model, int epochs, params string[] more) => Train("normal.npy", 32, model, epochs, more);

    private static string[] Train(string normal, int batch, string model, int epochs, params string[] more) =>
    [
        "train", "--normal", normal, "--negative", "negative.npy", "--out", model, "--width1", "8", "--width2", "8", "--latent", "4",
        "--batch", $"{batch}",
        "--epochs1", $"{epochs}", "--epochs2", "4", "--set", "negativePool=256", "--json", .. more,
    ];

    /// <summary>112 steps of both phases.</summary>
    [Theory]
    [MemberData(nameof(Implementations))]
    public void Two_ranks_train_one_model_which_is_that_of_one_process(string implementation)
    {
        var ranks = new Mpirun(implementation, folder);
        var single = folder.Done(Train("alone.lis", 4));
        foreach (string model in new[] { "two.lis", "again.lis" })
        {
            var (code, output, error) = ranks.Run(Train(model, 4));
            Assert.True(code == 0, error);
            Assert.Equal(Warnings(single.Error), Warnings(error));
            using var said = JsonDocument.Parse(output);
            Assert.Equal(model, said.RootElement.GetProperty("model").GetString());
        }

        Assert.Equal(File.ReadAllBytes(folder["two.lis"]), File.ReadAllBytes(folder["again.lis"]));
        SafeTensors alone = SafeTensors.Read(folder["alone.lis"]), two = SafeTensors.Read(folder["two.lis"]);
        Assert.Equal(alone.Tensors.Keys, two.Tensors.Keys);
        Assert.All(alone.Tensors.Keys.Where(
            k => k.Contains("weight", StringComparison.Ordinal) || k.Contains("bias", StringComparison.Ordinal)), name =>
            Assert.InRange(DataParallelTests.Distance(alone[name].ToFloats(), two[name].ToFloats()), 0, 1e-5));
        Assert.Equal(["again.html", "again.lis", "alone.html", "alone.lis", "two.html", "two.lis"],
            Directory.EnumerateFiles(folder.Path).Select(f => Path.GetFileName(f)!)
            .Where(f => f.Contains("lis", StringComparison.Ordinal) || f.Contains("html", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
    }

    private static string[] Warnings(string error) => [.. error.Split('\n').Where(l => l.StartsWith("warning", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(First))]
    public void A_rank_that_is_killed_ends_the_job_and_the_checkpoint_stands(string implementation)
    {
        var ranks = new Mpirun(implementation, folder);
        foreach (int rank in new[] { 1, 0 })
        {
            using var job = ranks.Start(Train("m.lis", 100_000, "--checkpoint", "0.02", "--resume"));
            int before = Done();
            Child.Until(() => Done() > before);
            var clock = Stopwatch.StartNew();
            Kill(rank);
            string said = job.StandardError.ReadToEnd() + job.StandardOutput.ReadToEnd();
            Assert.True(job.WaitForExit(Mpirun.Limit), "it went on");
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, Mpirun.Limit);
            Assert.NotEqual(0, job.ExitCode);
            Assert.Contains("illed", said, StringComparison.Ordinal);
            Assert.True(Done() > before);
        }

        int Done() => File.Exists(folder["m.lis.checkpoint"])
            ? int.Parse(SafeTensors.Read(folder["m.lis.checkpoint"]).Metadata["stage0"], CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>The exit code is mpirun's own; MPICH's is 0 when the ranks have ended before it looks.</summary>
    [Theory]
    [MemberData(nameof(First))]
    public void An_interrupt_stops_all_ranks_after_the_same_step(string implementation)
    {
        var ranks = new Mpirun(implementation, folder);
        using var job = ranks.Start(Train("m.lis", 100_000, "--checkpoint", "0.02"));
        Child.Until(() => File.Exists(folder["m.lis.checkpoint"]));
        Child.Interrupt(job);
        string said = job.StandardError.ReadToEnd() + job.StandardOutput.ReadToEnd();
        Assert.Matches("m.lis.checkpoint has the state after feature extraction, step \\d+; --resume goes on from there", said);
        Assert.False(File.Exists(folder["m.lis"]));
    }

    [Theory]
    [MemberData(nameof(First))]
    public void What_is_wrong_on_all_ranks_or_on_one_is_one_sentence(string implementation)
    {
        Requirement.SkipUnlessSoak();
        var ranks = new Mpirun(implementation, folder);
        Refused("rank 1: expected the command line as on rank 0, \"train --normal other0.npy ", Train("other$RANK.npy", 32, "m.lis", 4));
        Refused("rank 1: expected the command line as on rank 0, \"evaluate ", Each("each$RANK"));
        Refused("rank 1: expected /proc/self/environ as on rank 0, ", Train("/proc/self/environ", 32, "m.lis", 4));
        Refused("batch: expected at least a sample for each of 2 ranks, found 1", Train("normal.npy", 1, "m.lis", 4));
        Refused("expected a verb or option, found \"trian\"", ["trian"]);
        Assert.DoesNotContain("rank 1", ranks.Run("trian").Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["m.lis"]));

        void Refused(string sentence, string[] arguments)
        {
            var clock = Stopwatch.StartNew();
            var (code, output, error) = ranks.Run(arguments);
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, Mpirun.Limit);
            Assert.Equal(2, code);
            Assert.Single($"{output}\n{error}".Split('\n'), line => line.StartsWith($"lisnative: {sentence}", StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// Whoever starts many processes may have given each its own work: each speaks for itself, and the environment alone, or one of no
    /// sense, makes none of them wait.
    /// </summary>
    [Theory]
    [MemberData(nameof(Implementations))]
    public void Without_the_flag_each_process_works_alone(string implementation)
    {
        var ranks = new Mpirun(implementation, folder);
        using (var detector = new KernelDensityOptions().FitOn(Bars.Horizontal(512, 1)))
        {
            detector.Save(folder["m.lis"]);
        }

        folder.Write("task0.npy", FileFormats.Npy(Bars.Vertical(3, 4)));
        folder.Write("task1.npy", FileFormats.Npy(Bars.Vertical(2, 5)));
        var (code, output, error) = ranks.RunEach("score", "--model", "m.lis", "task$RANK.npy");
        Assert.True(code == 0, error);
        string[] samples = [.. output.Split('\n').Where(l => l.StartsWith("task", StringComparison.Ordinal)).Select(l => l.Split(',')[0])
            .Order(StringComparer.Ordinal)];
        Assert.Equal(["task0.npy#0", "task0.npy#1", "task0.npy#2", "task1.npy#0", "task1.npy#1"], samples);
        Assert.Equal("one of 2 processes started together, working alone; --ranks makes them share the work", error.Trim());
    }

    [Fact]
    public void An_environment_that_does_not_match_is_one_sentence()
    {
        string[] train = ["train", "--normal", "normal.npy", "--out", "m.lis"];
        foreach (string environment in new[]
        {
            "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", "PMI_RANK=1 PMI_SIZE=x", "PMI_RANK=9 PMI_SIZE=2",
                "SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=4",
            "PMI_RANK=1 PMI_SIZE=2 PMI_FD=1", "PMI_RANK=0 PMI_SIZE=2 PMI_FD=99",
            "OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 PMIX_RANK=0 PMIX_NAMESPACE=1 PMIX_SERVER_URI41=1.0;tcp4://127.0.0.1:9",
        })
        {
            var set = environment.Split(' ').Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
            Tool.AssertRefused(folder.Run([.. train, "--ranks"], environment: set));
        }

        Assert.Equal("lisnative: --ranks: expected several processes that mpirun or srun started, found this one alone",
            folder.Run([.. train, "--ranks"]).Error.Trim());
    }

    /// <summary>
    /// A rank that waits for others looks whether they are there: a shell that may still start one counts, and what has ended will not
    /// come.
    /// </summary>
    [Fact]
    public void A_rank_of_which_no_process_is_left_is_found()
    {
        const int Size = 3;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are read from /proc");
        Process Start(int rank) => Child.Start(
            folder.Path, "sleep", ["60"], new Dictionary<string, string> { ["PMI_RANK"] = $"{rank}", ["PMI_SIZE"] = $"{Size}" });
        var mine = new Launch(1, Size, 1, Size, IsOpenMpi: false);
        Assert.Equal(0, Job.FirstGone(mine));
        using Process first = Start(0), last = Start(2);
        Assert.Null(Job.FirstGone(mine));
        last.Kill();
        last.WaitForExit();
        Assert.Equal(2, Job.FirstGone(mine));
        Assert.Null(Job.FirstGone(mine with { LocalSize = 2 }));
        first.Kill();
        first.WaitForExit();
    }

    [Theory]
    [MemberData(nameof(First))]
    public void Scores_are_shared_and_come_in_the_order_of_the_samples(string implementation)
    {
        Requirement.SkipUnlessSoak();
        var ranks = new Mpirun(implementation, folder);
        using (var detector = new KernelDensityOptions().FitOn(Bars.Horizontal(512, 1)))
        {
            detector.Save(folder["m.lis"]);
        }

        var images = Bars.Vertical(300, 4);
        for (int i = 0; i < images.Count; i++)
        {
            byte[] pixels = [.. images.Select("one", [i]).ToFloats().Select(v => (byte)(255 * v))];
            folder.Write($"some/{i:D3}.png", PngFile.Of(8, 8, colour: false, (y, x) => (pixels[(8 * y) + x], 0, 0)));
        }

        System.IO.Compression.ZipFile.CreateFromDirectory(folder["some"], folder["some.zip"]);
        string[] arguments = ["score", "--model", "m.lis", "some/007.png", "normal.npy", "some", "some/1*.png", "some.zip"];
        var (code, expected, error) = folder.Run(arguments);
        Assert.True(code == 0, error);
        Assert.Equal(1 + 1 + 512 + 300 + 100 + 300, expected.Trim().Split('\n').Length);
        Assert.Equal((0, expected, ""), ranks.Run(arguments));
        Assert.Equal(folder.Run([.. arguments, "--json"]).Output,
            ranks.Run([.. arguments, "--json"]).Output);

        folder.Write("some/150.png", "no picture");
        (code, expected, _) = folder.Run(arguments);
        Assert.Equal((3, 1 + 1 + 512 + 299 + 99 + 300), (code, expected.Trim().Split('\n').Length));
        (code, string shared, error) = ranks.Run(arguments);
        Assert.Equal((3, expected), (code, shared));
        Assert.Equal(2, error.Split("warning: some/150.png, byte 0: ").Length - 1);
        Assert.Contains("--watch: expected a single process, found several",
            ranks.Run("score", "--model", "m.lis", "some", "--watch").Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(First))]
    public void Cells_are_shared_and_a_rank_that_dies_at_work_costs_only_its_own(string implementation)
    {
        Requirement.SkipUnlessSoak();
        var ranks = new Mpirun(implementation, folder);
        OfficialFiles.Mnist(folder, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        var (code, output, error) = ranks.Run(Each("all"));
        Assert.True(code == 0, error);
        Assert.Equal(10, File.ReadAllLines(folder["all/results.jsonl"]).Length);
        using var shared = JsonDocument.Parse(output);

        using var job = ranks.Start(Each("rest"));
        Child.Until(() => File.Exists(folder["rest/results.jsonl"]));
        foreach (int rank in new[] { 1, 0 })
        {
            using var worker = Worker(rank);
            worker.Kill();     // SIGKILL
        }

        output = job.StandardOutput.ReadToEnd();
        Assert.True(job.WaitForExit(TimeSpan.FromMinutes(1)), "it does not end");
        error = job.StandardError.ReadToEnd();
        Assert.True(job.ExitCode == 0, error);
        Assert.Contains("rank 1: a worker died of signal 9", error, StringComparison.Ordinal);
        Assert.Equal(10, new ResultStore(folder["rest/results.jsonl"]).Read().Count);     // a line may have been cut off
        using var rest = JsonDocument.Parse(output);
        Assert.True(JsonElement.DeepEquals(shared.RootElement, rest.RootElement));
    }

    /// <summary>
    /// What is killed again and again is not started for ever, and the others do its work; when a rank itself is killed, mpirun ends the
    /// job, and no worker is left behind.
    /// </summary>
    [Theory]
    [MemberData(nameof(First))]
    public void A_rank_whose_workers_keep_dying_goes_and_workers_end_with_their_ranks(string implementation)
    {
        var ranks = new Mpirun(implementation, folder);
        OfficialFiles.Mnist(folder, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        using var job = ranks.Start(Each("results", "--seed", "3", "--epochs1", "100000"));
        using var first = Worker(0);
        for (int life = 0; life < 3; life++)
        {
            using var worker = Worker(1);
            worker.Kill();
            UntilGone(worker.Id);
        }

        UntilGone(Pid(1));
        Assert.False(job.HasExited, "the job ended with rank 1");
        Assert.False(first.HasExited, "the worker of rank 0 ended with those of rank 1");
        Kill(0);
        Assert.True(job.WaitForExit(Mpirun.Limit), "it went on");
        UntilGone(first.Id);
        string said = job.StandardError.ReadToEnd();
        Assert.Contains("rank 1: a worker died of signal 9; so did 2 before it", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_started_a_process_stands_in_its_environment()
    {
        Assert.Equal(new Launch(3, 4, 1, 2, true),
            Of("OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=2"));
        Assert.Equal(new Launch(1, 2, 1, 2, false), Of("PMI_RANK=1 PMI_SIZE=2 MPI_LOCALRANKID=1 MPI_LOCALNRANKS=2"));
        Assert.Equal(new Launch(5, 8, 1, 4, true),
            Of("SLURM_PROCID=5 SLURM_STEP_NUM_TASKS=8 SLURM_LOCALID=1 SLURM_STEP_TASKS_PER_NODE=4(x2) PMIX_RANK=5"));
        Assert.Null(Of("SLURM_PROCID=0 SLURM_NTASKS=8"));
        Assert.Equal(new Launch(0, 1, 0, 1, true), Of("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1"));
        Assert.Null(Of(""));
        Assert.All(["PMI_RANK=x PMI_SIZE=2", "PMI_RANK=0 PMI_SIZE=x", "PMI_RANK=0 PMI_SIZE=0", "PMI_RANK=9 PMI_SIZE=2",
            "PMI_RANK=-1 PMI_SIZE=2"], odd =>
            Assert.StartsWith("environment: expected PMI_RANK from 0 and below PMI_SIZE, found ",
                Assert.Throws<InputException>(() => Of(odd)).Message, StringComparison.Ordinal));

        static Launch? Of(string environment)
        {
            var set = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('='))
                .ToDictionary(v => v[0], v => v[1]);
            return Launch.Parse(name => set.GetValueOrDefault(name));
        }
    }

    /// <summary>Bound to a core, to a socket, or not at all.</summary>
    [Theory]
    [InlineData(2, 1, 2, 1)]
    [InlineData(8, 16, 32, 4)]
    [InlineData(2, 2, 2, 1)]
    [InlineData(4, 2, 2, 1)]
    [InlineData(1, 32, 64, 32)]
    public void Ranks_of_one_machine_share_its_cores(int ranks, int allowed, int cores, int threads) =>
        Assert.Equal(threads, new Launch(0, ranks, 0, ranks, true).Threads(allowed, cores));

    [Fact]
    public void Without_an_MPI_library_it_is_said_where_one_is_needed_and_nowhere_else()
    {
        Assert.Null(MpiCommunicator.Open());
        string problem = Assert.Throws<InputException>(() => MpiLibrary.Load(new Launch(0, 2, 0, 2, true), ["libnone.so.1"])).Message;
        Assert.Equal(
            "MPI: this is one of 2 processes that were started together, and there is no MPI library to join them: expected libnone.so.1 "
            + "(packages openmpi-bin, mpich), found none", problem);
    }
}
