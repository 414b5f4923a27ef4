using System.Reflection;
using LisNative.Cli;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;
using LisNative.Training;

namespace LisNative.Tests.Cli;

/// <summary>
/// How the tool ends: whatever happens is one sentence and an exit code, also where its output is full, closed or read no more.
/// </summary>
[Collection(Child.Tests)]
public sealed class ProgramTests() : InFolder(plain: true)
{
    public static TheoryData<Exception, int, string?> Ends => new()
    {
        { new InputException("m.lis", "expected a model"), 2, "m.lis: expected a model" },
        { new AggregateException(new InputException("m.lis", "expected a model")), 2, "m.lis: expected a model" },
        { new TypeInitializationException("T", new TargetInvocationException(new DeviceException("cuda:0: none"))), 2, "cuda:0: none" },
        { new IOException("No space left\u001b[1m\non device : 'x'"), 2, "No space left [1m on device : 'x'" },
        { new InsufficientMemoryException("none"), 2,
        "out of memory; fewer samples, smaller batches or a smaller network need less (none)" },
        { new OperationCanceledException(), 130, "stopped" },
        { new ReaderGoneException(), 141, null },
        { new InvalidOperationException("at\r\nlast"), 70,
        "a fault of lisnative, InvalidOperationException (at last); please report it with the command and this sentence; --debug shows "
        + "where it arose" },
        { new AggregateException(new ArithmeticException("too much")), 70,
        "a fault of lisnative, ArithmeticException (too much); please report it with the command and this sentence; --debug shows where it "
        + "arose" },
    };

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public void Whatever_ends_a_verb_is_one_sentence_and_an_exit_code(Exception e, int code, string? sentence)
    {
        var (found, said) = Program.Outcome(e);
        Assert.Equal(code, found);
        Assert.Equal(sentence, said is null ? null : System.Text.RegularExpressions.Regex.Replace(said, " at http\\S+", ""));
    }

    /// <summary>Standard output and error that are full or closed, and a reader that has enough.</summary>
    [Theory]
    [InlineData("$TOOL methods >/dev/full", 2, "lisnative: standard output: cannot be written (No space left on device)")]
    [InlineData("$TOOL --help >/dev/full", 2, "lisnative: standard output: cannot be written (No space left on device)")]
    [InlineData("$TOOL methods --json >&-", 2, "lisnative: standard output: cannot be written (Bad file descriptor)")]
    [InlineData("$TOOL methods >/dev/full 2>/dev/full", 2, "")]
    [InlineData("$TOOL methods 2>&- >/dev/null", 0, "")]
    [InlineData("$TOOL score --false-alarms 0.2 --model m.lis - <&-", 2,
        "lisnative: -: expected rows of a table, or a path a line, on standard input, found it closed")]
    [InlineData("$TOOL score --false-alarms 0.2 --model m.lis - </dev/null", 2, "lisnative: -: expected a path a line, found none")]
    [InlineData("echo many.npy | $TOOL score --false-alarms 0.2 --model m.lis - >/dev/null", 0, "")]
    [InlineData("($TOOL score --false-alarms 0.2 --model m.lis many.npy; echo $? >&2) | head -n 1 >/dev/null", 0, "141")]
    public void Streams_that_cannot_be_written_end_it_in_order(string command, int code, string error)
    {
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "no /dev/full here");
        if (command.Contains("m.lis", StringComparison.Ordinal))
        {
            using var detector = new KernelDensityOptions().FitOn(Bars.Horizontal(64, 1));
            detector.Save(folder["m.lis"]);
            folder.Write("many.npy", FileFormats.Npy(Bars.Horizontal(4000, 1)));
        }

        var (found, _, said) = Child.Run(
            folder.Path, "sh", ["-c", command.Replace("$TOOL", $"dotnet '{Child.Tool}'", StringComparison.Ordinal)]);
        Assert.Equal((code, error), (found, said.Trim()));
    }

    [Fact]
    public void A_heartbeat_says_what_is_done_and_how_far_it_is()
    {
        using var heartbeat = new Heartbeat("reading");
        Assert.Equal("reading: 10 s", heartbeat.Line(TimeSpan.FromSeconds(10)));
        heartbeat.Report(new("latent shaping", 40, 120, 0.25));
        Assert.Equal("latent shaping: 33 %, loss 0.250, 2 min left, 70 s", heartbeat.Line(TimeSpan.FromSeconds(70)));
        heartbeat.Report(new("latent shaping", 41, 120, 0.25) { StepsPerEpoch = 20 });
        Assert.Equal("latent shaping: 34 %, epoch 3 of 6, loss 0.250, 79 s left, 41 s", heartbeat.Line(TimeSpan.FromSeconds(41)));
        heartbeat.Report(new("preparing negatives", 0, 0, double.NaN));
        Assert.Equal("preparing negatives: 80 s", heartbeat.Line(TimeSpan.FromSeconds(80)));
        Heartbeat.Count(30, 31);
        Assert.Equal("preparing negatives: 97 %, 30 of 31 pictures, 0.03 a second, 33 s left, 1000 s",
            heartbeat.Line(TimeSpan.FromSeconds(1000)));
        heartbeat.Report(new("scoring", 500_000, 0, double.NaN) { Counted = "samples" });
        Assert.Equal("scoring: 500000 samples, 500 a second, 1000 s", heartbeat.Line(TimeSpan.FromSeconds(1000)));
        heartbeat.Report(new("features", 100, 1000, double.NaN) { Counted = "pictures" });
        Assert.Equal("features: 10 %, 100 of 1000 pictures, 0.1 a second, 150 min left, 1000 s",
            heartbeat.Line(TimeSpan.FromSeconds(1000)));

        var until = new Convergence(1, 0, 1, _ => { });
        heartbeat.Report(new("exposure", 5, 20_000, 0.5, until));
        Assert.Equal("exposure: step 5, until convergence, loss 0.500, 95 s", heartbeat.Line(TimeSpan.FromSeconds(95)));
        for (int step = 10; until.Ended is null; step = until.Steps > 0 ? until.Steps : step + 10)
        {
            until.Add(step, step == 10 ? 0.25 : 0.75);
            until.Decide(step);
        }

        heartbeat.Report(new("exposure", until.Steps, 20_000, 0.5, until));
        Assert.Equal("exposure: step 388 of 388, loss 0.500, held out 0.750 (best 0.250 at step 10), ended: no gain since step 10, 100 s",
            heartbeat.Line(TimeSpan.FromSeconds(100)));
    }
}
