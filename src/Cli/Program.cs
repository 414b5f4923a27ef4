using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Runtime.InteropServices;
using LisNative.Cli.Verbs;

namespace LisNative.Cli;

/// <summary>The tool: parses, runs a verb, and turns whatever ends it into one sentence and an exit code.</summary>
internal static class Program
{
    internal const int BadInput = 2;

    /// <summary>That of Fault is EX_SOFTWARE of sysexits.h; that of a reader who has gone is what the shell tells of SIGPIPE.</summary>
    private const int Fault = 70, Cancelled = 130, ReaderGone = 141;

    private static async Task<int> Main(string[] args)
    {
        StandardStreams.Guard();
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            var (code, problem) = Told((Exception)e.ExceptionObject, args);
            Ranks.Say(problem ?? "ended");
            Environment.Exit(code);
        };
        try
        {
            var (code, problem) = await Run(args).ConfigureAwait(false);
            return Ranks.End(code, problem);
        }
        catch (Exception e)
        {
            var (code, problem) = Told(e, args);
            return Ranks.End(code, problem);
        }
    }

    /// <summary>What ended a verb, with the place where it arose where that is asked for.</summary>
    private static (int Code, string? Problem) Told(Exception e, string[] args)
    {
        var (code, problem) = Outcome(e);
        return (code, args.Contains(Common.Debug.Name) ? $"{problem}\n{e}" : problem);
    }

    private static async Task<(int Code, string? Problem)> Run(string[] args)
    {
        Ranks.Begin(args);
        WorkerProcess.EndWithRank();
        var parsed = Root().Parse(args, new() { ResponseFileTokenReplacer = null });
        Log.Apply(parsed);
        if (parsed.Errors.Count > 0)
        {
            string problem = parsed.UnmatchedTokens.Count > 0 ? $"expected a verb or option, found \"{parsed.UnmatchedTokens[0]}\""
                : parsed.Errors[0].Message;
            string verb = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            return (BadInput, Ranks.IsFirst ? $"{OneLine(problem)} (lisnative{verb} --help shows the usage)" : null);
        }

        if (Empty(parsed.CommandResult) is { } empty)
        {
            return (BadInput, Ranks.IsFirst ? $"{empty}: expected a value, found an empty one" : null);
        }

        Common.ApplyThreads(parsed);
        Ranks.HintAtOthers(parsed);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interruption.Ask);
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interruption.Ask);
        return (await parsed.InvokeAsync(
            new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, Interruption.Token).ConfigureAwait(false),
            null);
    }

    /// <summary>What was given nothing, as by a shell's variable that is not set.</summary>
    private static string? Empty(CommandResult given) => given.Children.Where(c => c.Tokens.Any(t => t.Value.Length == 0))
        .Select(c => c is OptionResult option ? option.Option.Name : ((ArgumentResult)c).Argument.Name).FirstOrDefault();

    /// <summary>The exit code of what ended a verb, and the sentence that says so.</summary>
    internal static (int Code, string? Problem) Outcome(Exception e) => e switch
    {
        AggregateException or TypeInitializationException or TargetInvocationException when e.InnerException is { } cause => Outcome(cause),
        InputException or DeviceException => (BadInput, e.Message),
        IOException or UnauthorizedAccessException => (BadInput, OneLine(e.Message)),
        OutOfMemoryException => (BadInput, $"out of memory; fewer samples, smaller batches or a smaller network need less ({e.Message})"),
        OperationCanceledException => (Cancelled, "stopped"),
        ReaderGoneException => (ReaderGone, null),
        _ => (Fault,
        OneLine($"a fault of lisnative, {e.GetType().Name} ({e.Message}); please report it{Place} with the command and this sentence; "
        + $"{Common.Debug.Name} shows where it arose")),
    };

    /// <summary>Where the repository's people read of faults, when the build knew it.</summary>
    private static string Place =>
        typeof(Program).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "RepositoryUrl")?.Value is
        { Length: > 0 } url
        ? $" at {url}/issues" : "";

    private static string OneLine(string text) =>
        string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>All verbs and their options.</summary>
    internal static RootCommand Root()
    {
        var root = new RootCommand(
            "Latent-insensitive autoencoders: anomaly detection from normal data and negative examples, in pure .NET.")
        {
            Demo.Command(), Train.Command(), Score.Command(), Recalibrate.Command(), Inspect.Command(), Export.Command(), Import.Command(),
                Evaluate.Command(), Reproduce.Command(), MethodsVerb.Command(), Negatives.Command(), Theory.Command(), DataVerb.Command(),
                Devices.Command(), Verify.Command(), BenchVerb.Command(),
        };
        root.Options.Add(Common.Threads);
        root.Options.Add(Common.Debug);
        root.Options.Add(Log.Quiet);
        root.Options.Add(Log.Format);
        return root;
    }
}
