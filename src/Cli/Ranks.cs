using LisNative.Mpi;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>The processes that mpirun started, of which this is one. The first speaks and writes for all.</summary>
internal static class Ranks
{
    /// <summary>How long one that failed waits for the others to fail likewise before it ends them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static TextWriter error = Console.Error;

    private static MpiCommunicator? joined;

    /// <summary>Whether there are no others.</summary>
    internal static bool Alone => Launch.Current is null;

    /// <summary>Whether this one speaks and writes; so does one that was started alone.</summary>
    internal static bool IsFirst => Launch.Current is null or { Rank: 0 };

    /// <summary>Joins the others for work in common; null when there are none.</summary>
    internal static Communicator? Join() => joined ??= MpiCommunicator.Open();

    /// <summary>Before anything is said. .NET greets a terminal, which Open MPI pretends to be, and the greeting would stand at the head of whatever file the output goes to.</summary>
    internal static void BeSilentUnlessFirst()
    {
        if (!Alone)
        {
            Environment.SetEnvironmentVariable("TERM", "dumb");
        }

        error = Console.Error;
        if (!IsFirst)
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(TextWriter.Null);
        }
    }

    /// <summary>Says something for this one alone.</summary>
    internal static void Say(string text) => error.WriteLine($"lisnative: {(IsFirst ? "" : $"rank {Launch.Current!.Rank}: ")}{text}");

    /// <summary>Says why this one ends, unless the first has said so, and leaves the others.</summary>
    internal static int End(int code, string? problem)
    {
        if (IsFirst)
        {
            SayProblem();
        }

        int first = joined?.Leave(code, code == 0 ? TimeSpan.MaxValue : Patience, IsFirst ? () => { } : SayProblem) ?? 0;
        if (!IsFirst && first == 0)
        {
            SayProblem();
        }

        return code;

        void SayProblem()
        {
            if (problem is not null)
            {
                Say(problem);
            }
        }
    }
}
