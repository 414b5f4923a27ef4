using System.Runtime.InteropServices;

namespace LisNative.Cli;

/// <summary>
/// Ctrl-C or SIGTERM asks the work to stop at its next step, however long that takes, so that nothing is lost; another Ctrl-C ends the process at once. Another SIGTERM changes nothing, since who sends one to
/// a group sends it to some processes twice, and who has lost patience sends SIGKILL.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt, termination;

    internal Interruption() => (interrupt, termination) = (PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask));

    internal CancellationToken Token => source.Token;

    public void Dispose()
    {
        interrupt.Dispose();
        termination.Dispose();
        source.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        signal.Cancel = signal.Signal == PosixSignal.SIGTERM || !source.IsCancellationRequested;
        source.Cancel();
    }
}
