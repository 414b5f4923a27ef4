using System.CommandLine;
using System.Runtime.InteropServices;
using LisNative.Cli.Verbs;
using LisNative.Layers;

namespace LisNative.Cli;

/// <summary>The tool: parses, runs a verb, and turns bad input into one sentence and exit code 2.</summary>
internal static class Program
{
    private const int BadInput = 2, Cancelled = 130;

    private static async Task<int> Main(string[] args)
    {
        Ranks.BeSilentUnlessFirst();
        WorkerProcess.EndWithRank();
        var (code, problem) = await Run(args).ConfigureAwait(false);
        return Ranks.End(code, problem);
    }

    private static async Task<(int Code, string? Problem)> Run(string[] args)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            string problem = parsed.UnmatchedTokens.Count > 0 ? $"expected a verb or option, found \"{parsed.UnmatchedTokens[0]}\"" : string.Join(' ', parsed.Errors[0].Message.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
            string verb = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            return (BadInput, Ranks.IsFirst ? $"{problem} (lisnative{verb} --help shows the usage)" : null);
        }

        try
        {
            Common.ApplyThreads(parsed);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interruption.Ask);
            using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interruption.Ask);
            return (await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, Interruption.Token).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is InputException or DeviceException)
        {
            return (BadInput, e.Message);
        }
        catch (OutOfMemoryException e)
        {
            return (BadInput, $"out of memory; fewer samples, smaller batches or a smaller network need less ({e.Message})");
        }
        catch (OperationCanceledException)
        {
            return (Cancelled, "stopped");
        }
    }

    /// <summary>All verbs and their options.</summary>
    internal static RootCommand Root()
    {
        var root = new RootCommand("Latent-insensitive autoencoders: anomaly detection from normal data and negative examples, in pure .NET.")
        {
            Demo.Command(), Train.Command(), Score.Command(), Inspect.Command(), Export.Command(), Import.Command(), Evaluate.Command(), Reproduce.Command(), MethodsVerb.Command(), Negatives.Command(), Theory.Command(), DataVerb.Command(), Devices.Command(), Verify.Command(), BenchVerb.Command(), Scaling.Command(),
        };
        root.Options.Add(Common.Threads);
        return root;
    }
}
