using System.Diagnostics;
using LisNative.Data;
using LisNative.Random;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;
using LisNative.Training;

namespace LisNative.Tests.Reliability;

/// <summary>
/// Training that is killed or stopped goes on to the bits of training that never was. Every method's stages: ConformanceTests.
/// </summary>
[Collection(Child.Tests)]
public sealed class ResumeTests : InFolder
{
    public ResumeTests()
    {
        folder.Write("normal.npy", FileFormats.Npy(Bars.Horizontal(512, 1)));
        folder.Write("negative.npy", FileFormats.Npy(Bars.Diagonal(256, 2)));
    }

    private static string[] Train(string model, int epochs, params string[] more) =>
    [
        "train", "--normal", "normal.npy", "--negative", "negative.npy", "--out", model, "--width1", "8", "--width2", "8",
        "--latent", "4", "--batch", "32", "--epochs1", $"{epochs}", "--epochs2", "100", "--set", "negativePool=256", "--threads", "1",
        "--json", .. more,
    ];

    [Fact]
    public void Killed_at_random_moments_of_both_phases_it_comes_to_the_same_bits()
    {
        var clock = Stopwatch.StartNew();
        folder.Done(Train("whole.lis", 60));
        var whole = clock.Elapsed;
        var random = new Philox(7);
        var states = new List<string>();
        int wanted = Scale.Of(Requirement.IsLong ? 4 : 3, 500), kills = 0, runs = 0;
        bool InBoth() => states.Exists(s => s.StartsWith("feature extraction", StringComparison.Ordinal))
            && states.Exists(s => s.StartsWith("latent shaping", StringComparison.Ordinal));
        for (; kills < wanted || !InBoth(); runs++)
        {
            Assert.True(runs < wanted + 200, "it is never killed in both phases");
            clock.Restart();
            int attempt = 0;
            for (; !Ends(whole * (0.25 + (0.5 * random.Uniform((ulong)(kills + runs))))); attempt++)
            {
                kills++;
                Assert.True(attempt < 200, "it never ends");
                if (File.Exists(folder["m.lis.checkpoint"]))
                {
                    states.Add(SafeTensors.Read(folder["m.lis.checkpoint"]).Metadata["state"]);
                }
            }

            // It took longer when other programs ran beside it: then kills would come too late.
            whole = attempt == 0 && clock.Elapsed < whole ? clock.Elapsed : whole;
            Assert.Equal(File.ReadAllBytes(folder["whole.lis"]), File.ReadAllBytes(folder["m.lis"]));
        }

        Assert.Equal(["m.html", "m.lis", "negative.npy", "normal.npy", "whole.html", "whole.lis"],
            Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Scale.Reached("killed and gone on with, to the same bits", ("kills", kills), ("runs", runs), ("states", states.Distinct().Count()));
    }

    /// <summary>Goes on with it; whether it ended before it was killed.</summary>
    private bool Ends(TimeSpan before)
    {
        using var process = folder.Start(Train("m.lis", 60, "--resume", "--checkpoint", "0.02"));
        if (process.WaitForExit(before))
        {
            Assert.True(process.ExitCode == 0, process.StandardError.ReadToEnd());
            return true;
        }

        process.Kill();     // SIGKILL
        process.WaitForExit();
        return false;
    }

    /// <summary>An interrupt ends it with a checkpoint.</summary>
    [Fact]
    public void An_interrupt_leaves_a_checkpoint_that_the_next_one_goes_on_from()
    {
        using var process = folder.Start(Train("m.lis", 100_000, "--checkpoint", "0.02"));
        Child.Until(() => File.Exists(folder["m.lis.checkpoint"]));
        Child.Interrupt(process);
        Assert.Equal(130, process.ExitCode);
        Assert.Matches(
            "warning: m.lis.checkpoint has the state after feature extraction, step \\d+; --resume goes on from there\nlisnative: stopped",
            process.StandardError.ReadToEnd().Replace("\r", "", StringComparison.Ordinal));
        Assert.False(File.Exists(folder["m.lis"]));

        Refused("m.lis.checkpoint", "--resume", Train("m.lis", 100_000));
        Refused("m.lis.checkpoint", "epochs1 60, found 100000", Train("m.lis", 60, "--resume"));
        folder.Write("normal.npy", FileFormats.Npy(Bars.Horizontal(512, 9)));
        Refused("m.lis.checkpoint", "normalFingerprint", Train("m.lis", 100_000, "--resume"));
    }

    /// <summary>As what ends a group of processes sends them, one to the process and one to its group.</summary>
    [Fact]
    public void Two_requests_to_end_are_one()
    {
        using var process = folder.Start(Train("m.lis", 100_000, "--checkpoint", "0.02"));
        Child.Until(() => File.Exists(folder["m.lis.checkpoint"]));
        Child.Signal(process, "TERM", times: 2);
        string said = process.StandardError.ReadToEnd();
        Assert.EndsWith("lisnative: stopped", said.TrimEnd(), StringComparison.Ordinal);
        Child.Until(() => process.HasExited);
        Assert.Equal(130, process.ExitCode);
    }

    /// <summary>It waits for the other end of a pipe, where it cannot stop.</summary>
    [Fact]
    public async Task The_second_interrupt_ends_what_cannot_stop()
    {
        Assert.Equal(0, Child.Run(folder.Path, "mkfifo", ["pipe.npy"]).Code);
        using var process = folder.Start("train", "--normal", "pipe.npy", "--out", "m.lis");
        using var pipe = File.Open(folder["pipe.npy"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Child.Signal(process, "INT");
        var said = Task.Run(() =>
        {
            string? line = process.StandardError.ReadLine();
            while (line is not null && !line.StartsWith("warning: ", StringComparison.Ordinal))
            {
                line = process.StandardError.ReadLine();     // on a busy machine: how long it has been reading
            }

            return line;
        });
        Assert.Equal("warning: stopping when the step at hand is done; another Ctrl-C ends it at once",
            await said.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Child.Interrupt(process);
        Assert.Equal(130, process.ExitCode);
    }

    /// <summary>While features are prepared for the second phase nothing is trained, and nothing is lost.</summary>
    [Fact]
    public void A_stop_between_two_phases_goes_on_with_the_second()
    {
        var options = new LisOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 1, Epochs2 = 1, Batch = 32, NegativePool = 64 };
        Dataset normal = Bars.Horizontal(128, 1), negatives = Bars.Diagonal(64, 2);
        var checkpoint = new Checkpoint(folder["state"], TimeSpan.MaxValue);
        using (var source = new CancellationTokenSource())
        {
            var last = new Last(source);
            Assert.Throws<OperationCanceledException>(
                () => Detector.Fit(Device.Cpu, normal, negatives, options, last, checkpoint, cancellation: source.Token));
        }

        Assert.Equal("feature extraction, step 3", checkpoint.State);
        var again = new Last(new());
        using var resumed = Detector.Fit(
            Device.Cpu, normal, negatives, options, again, checkpoint, cancellation: TestContext.Current.CancellationToken);
        using var whole = options.FitOn(normal, negatives);
        Assert.Equal(["latent shaping"], again.Phases);
        Assert.Equal(whole.Score(negatives), resumed.Score(negatives));
    }

    /// <summary>Stops at the last step of a phase.</summary>
    private sealed class Last(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public HashSet<string> Phases { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.Step > 0)
            {
                Phases.Add(value.Phase);
            }

            if (value.Step == value.Steps)
            {
                source.Cancel();
            }
        }
    }

    private void Refused(string file, string part, string[] arguments) => folder.Refuses([$"lisnative: {file}: ", part], arguments);
}
