using System.Diagnostics;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>
/// Where nobody watches a bar: every ten seconds a plain line on standard error that says what is being done and how far it is, so that a
/// log shows that the work goes on.
/// </summary>
internal sealed class Heartbeat : IProgress<TrainingProgress>, IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private static Heartbeat? current;

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private readonly Timer timer;
    private TrainingProgress latest;

    /// <summary>Begins to beat.</summary>
    /// <param name="what">What is being done, until more is reported.</param>
    internal Heartbeat(string what)
    {
        latest = new(what, 0, 0, double.NaN);
        current = this;
        timer = new(_ => Console.Error.WriteLine(Line(clock.Elapsed)), null, Between, Between);
    }

    /// <summary>How many of how many are done of what is being done.</summary>
    internal static void Count(int done, int of) => current?.Report(new(current.latest.Phase, done, of, current.latest.Loss));

    public void Report(TrainingProgress value)
    {
        lock (gate)
        {
            latest = value;
        }

        if (value.Ended is not null)
        {
            Console.Error.WriteLine(Line(clock.Elapsed));
        }
    }

    public void Dispose()
    {
        current = null;
        timer.Dispose();
    }

    /// <summary>What there is to say after so long.</summary>
    internal string Line(TimeSpan elapsed)
    {
        lock (gate)
        {
            string share = latest is { Steps: > 0, UntilConvergence: false } ? $"{(double)latest.Step / latest.Steps:P0}, " : "",
                more = ProgressText.Of(latest);
            return $"{latest.Phase}: {share}{more}{(more.Length > 0 ? ", " : "")}{elapsed.TotalSeconds:F0} s";
        }
    }
}
