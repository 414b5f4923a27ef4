using System.CommandLine;
using System.Diagnostics;
using LisNative.Distributed;

namespace LisNative.Cli;

/// <summary>
/// The processes that mpirun started, of which this is one. With --ranks they work together, and the first speaks and writes for all;
/// without it this one works alone and speaks for itself, since whoever starts many processes may have given each its own work.
/// </summary>
internal static class Ranks
{
    /// <summary>How long one that failed waits for the others to fail likewise before it ends them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>How often a rank that waits looks for the others, and how long they may take to come.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(6), Joining = TimeSpan.FromSeconds(60);

    private static TextWriter error = Console.Error;

    private static string[] line = [];

    private static Launch? together;

    private static MpiCommunicator? joined;

    internal static Option<bool> Flag { get; } = new("--ranks")
    {
        Description =
            "Share the work among the processes that mpirun or srun started, all with this command line. Without it each works alone.",
        Arity = ArgumentArity.Zero,
    };

    /// <summary>
    /// What started this process, whether it is to work together with others or not; null where nothing did, or what it says makes no
    /// sense.
    /// </summary>
    internal static Launch? Launcher { get; private set; }

    /// <summary>Whether there are no others to work with.</summary>
    internal static bool Alone => together is null;

    /// <summary>Whether this one speaks and writes; so does one that works alone.</summary>
    internal static bool IsFirst => together is null or { Rank: 0 };

    /// <summary>
    /// Called before anything is said. Open MPI looks like a terminal, which .NET greets with control characters; TERM=dumb keeps them out
    /// of the output's file.
    /// </summary>
    /// <exception cref="InputException">Others are wanted, and there are none, or the environment makes no sense.</exception>
    internal static void Begin(string[] args)
    {
        (line, error) = (args, Console.Error);
        bool wanted = args.TakeWhile(a => a != "--").Contains(Flag.Name);
        try
        {
            Launcher = Launch.Current;
        }
        catch (InputException) when (!wanted)
        {
            // It is not for this process.
        }

        if (Launcher is not null)
        {
            Environment.SetEnvironmentVariable("TERM", "dumb");
        }

        if (wanted && Launcher is null)
        {
            throw new InputException(Flag.Name, "expected several processes that mpirun or srun started, found this one alone");
        }

        together = wanted && Launcher!.Size > 1 ? Launcher : null;
        if (!IsFirst)
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(TextWriter.Null);
        }
    }

    /// <summary>Says, once for all, that others were started and could share the work.</summary>
    internal static void HintAtOthers(ParseResult parsed)
    {
        if (Alone && Launcher is { Size: > 1, Rank: 0 } && parsed.CommandResult.Command.Options.Contains(Flag))
        {
            Log.Note(
                $"one of {Launcher.Size} processes started together, working alone; {Flag.Name} makes them share the work");
        }
    }

    /// <summary>Joins the others for work in common; null when there are none.</summary>
    /// <param name="inputs">What is read, where it lies; data sets' names and nulls are passed over.</param>
    /// <exception cref="InputException">One has another command line, directory or input; on all.</exception>
    internal static Communicator? Join(params ReadOnlySpan<string?> inputs)
    {
        if (together is not null && joined is null)
        {
            using var heartbeat = new Heartbeat("joining the other processes");
            var clock = Stopwatch.StartNew();
            using (new Timer(_ => LookForOthers(clock.Elapsed), null, Glance, Glance))
            {
                joined = Open();
                joined.RequireSame("the command line", string.Join(' ', line));
            }

            joined.RequireSame("the folder", Environment.CurrentDirectory);
            foreach (string? input in inputs)
            {
                if (input is not null && FileStatus.IsDevice(input))
                {
                    throw new InputException(input,
                        $"expected a file, which all processes can read, found a pipe or device and {Flag.Name}");
                }

                joined.RequireSame(input ?? "nothing", input is null ? "" : InputState.Read(input));
            }
        }

        return joined;
    }

    private static MpiCommunicator Open()
    {
        try
        {
            return MpiCommunicator.Open()!;
        }
        catch (InputException e)
        {
            throw new InputException(Flag.Name, $"{e.Message}; without it this process works alone", e);
        }
    }

    /// <summary>Ends this process, and by that the job, when others will not come: no library tells.</summary>
    private static void LookForOthers(TimeSpan waited)
    {
        string? missing = Job.FirstGone(together!) is { } rank ? $"no process of rank {rank} any more"
            : waited > Joining ? "some missing" : null;
        if (missing is not null)
        {
            Say($"{Flag.Name}: expected {together!.Size} processes to join, found {missing} after {waited.TotalSeconds:F0} s; all must be "
                + "started with this command line");
            Environment.Exit(Program.BadInput);
        }
    }

    /// <summary>
    /// Before work that needs no messages: where there is an MPI library, finds out whether all were given the same, and leaves the others.
    /// </summary>
    /// <inheritdoc cref="Join" path="/exception"/>
    internal static void Agree(params ReadOnlySpan<string?> inputs)
    {
        if (together is not null && MpiCommunicator.IsInstalled(together))
        {
            Join(inputs);
            joined!.Leave(0, TimeSpan.MaxValue, () => { });
            joined = null;
        }
    }

    /// <summary>Says something for this one alone.</summary>
    internal static void Say(string text)
    {
        string message = $"{(IsFirst ? "" : $"rank {together!.Rank}: ")}{text}";
        error.WriteLine(Log.Line("error", message, $"lisnative: {message}"));
    }

    /// <summary>Says why this one ends, unless the first has said so, and leaves the others.</summary>
    internal static int End(int code, string? problem)
    {
        if (IsFirst)
        {
            SayProblem();
        }

        int first = joined?.Leave(code, problem is null ? TimeSpan.MaxValue : Patience, IsFirst ? () => { } : SayProblem) ?? 0;
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
