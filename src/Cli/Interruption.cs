using System.Runtime.InteropServices;

namespace LisNative.Cli;

/// <summary>
/// Ctrl-C or SIGTERM asks the work to stop at its next step, so that nothing is lost. A second Ctrl-C ends the process at once. A second
/// SIGTERM changes nothing: one that is sent to a group of processes reaches some of them twice.
/// </summary>
internal static class Interruption
{
    /// <summary>What takes longer than this to stop is said to be on its way there.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);

    private static readonly CancellationTokenSource Source = new();
    private static readonly Timer Hint = new(_ => Terminal.Warn("stopping when the step at hand is done; another Ctrl-C ends it at once"));

    /// <summary>Cancelled by the first signal.</summary>
    internal static CancellationToken Token => Source.Token;

    /// <summary>Handles a signal.</summary>
    internal static void Ask(PosixSignalContext signal)
    {
        signal.Cancel = signal.Signal == PosixSignal.SIGTERM || !Source.IsCancellationRequested;
        Hint.Change(Prompt, Timeout.InfiniteTimeSpan);
        Source.Cancel();
    }
}
