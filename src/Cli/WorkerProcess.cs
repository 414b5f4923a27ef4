using System.Diagnostics;

namespace LisNative.Cli;

/// <summary>
/// The process that computes a rank's share of a sweep. mpirun ends the whole job when one of its own processes dies. So the rank only
/// waits for a worker; if that dies, the cell it worked on is all that is lost.
/// </summary>
internal static class WorkerProcess
{
    private const string Mark = "LISNATIVE_WORKER";

    /// <summary>Deaths after which a rank leaves the rest to the others: what is killed so often would be killed again.</summary>
    private const int Lives = 3;

    /// <summary>
    /// Exit codes from here on tell the signal that ended a process; those of an interrupt and of a closed pipe are our own.
    /// </summary>
    private const int Signals = 128, Interrupted = Signals + 2, ReaderGone = Signals + 13;

    private static bool IsThis => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Whether this is a rank that should leave the computing to another process.</summary>
    internal static bool IsWanted => !Ranks.Alone && !IsThis;

    /// <summary>Makes a worker end with the rank that started it, however that ends: its standard input is then closed.</summary>
    internal static void EndWithRank()
    {
        if (IsThis)
        {
            var watch = new Thread(() =>
            {
                Console.OpenStandardInput().ReadByte();
                Environment.Exit(Interrupted);
            });
            watch.IsBackground = true;
            watch.Start();
        }
    }

    /// <summary>Runs this process's command line in a worker, and in another when that dies; the exit code.</summary>
    /// <exception cref="OperationCanceledException">Stopped; so is the worker.</exception>
    internal static async Task<int> Run(CancellationToken cancellation)
    {
        for (int life = 1; ; life++)
        {
            using var worker = Start();
            using var lifeline = worker.StandardInput;
            await worker.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (worker.ExitCode is <= Signals or Interrupted or ReaderGone)
            {
                return worker.ExitCode;
            }

            Ranks.Say(
                $"a worker died of signal {worker.ExitCode - Signals}; "
                + $"{(life < Lives ? "the cell that it had in work is free again"
                    : $"so did {Lives - 1} before it, and the other ranks go on without it")}");
            if (life == Lives)
            {
                return Ranks.IsFirst ? 1 : 0;
            }
        }
    }

    private static Process Start()
    {
        string[] line = Environment.GetCommandLineArgs();
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";     // dotnet lisnative.dll …
        var start = new ProcessStartInfo(program, isHost ? line : line[1..]) { RedirectStandardInput = true };
        start.Environment[Mark] = "1";
        return Process.Start(start)!;
    }
}
