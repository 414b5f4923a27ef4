using System.Diagnostics;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>
/// Progress where no bars are shown: every ten seconds a line on standard error with what is being done and how far it is. If somebody
/// watches standard error alone, it is one line that changes.
/// </summary>
internal sealed class Heartbeat : IProgress<TrainingProgress>, IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private static Heartbeat? current;

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private readonly bool isWatched;
    private readonly Timer timer;
    private TrainingProgress latest;
    private TimeSpan since;
    private bool isShown;

    /// <summary>Begins to beat.</summary>
    /// <param name="what">What is being done, until more is reported.</param>
    /// <param name="isWatched">Whether somebody watches standard error.</param>
    internal Heartbeat(string what, bool isWatched = false)
    {
        (latest, this.isWatched) = (new(what, 0, 0, double.NaN), isWatched && !Log.IsJson);
        current = this;
        var between = this.isWatched || Log.IsQuiet ? Timeout.InfiniteTimeSpan : Between;
        timer = new(_ => Tell(), null, between, between);
    }

    /// <summary>How many of how many pictures are done of what is being done.</summary>
    internal static void Count(int done, int of) =>
        current?.Report(new(current.latest.Phase, done, of, current.latest.Loss) { Counted = "pictures" });

    public void Report(TrainingProgress value)
    {
        lock (gate)
        {
            since = value.Phase == latest.Phase && value.Step >= latest.Step ? since : clock.Elapsed;
            latest = value;
        }

        if (Log.IsQuiet)
        {
            return;
        }

        if (isWatched)
        {
            Console.Error.Write($"\r{Line(clock.Elapsed)}\e[K");
            isShown = true;
        }
        else if (value.Ended is not null)
        {
            Tell();
        }
    }

    public void Dispose()
    {
        current = null;
        timer.Dispose();
        if (isShown)
        {
            Console.Error.WriteLine();
        }
    }

    private void Tell() => Console.Error.WriteLine(Line(clock.Elapsed));

    /// <summary>What there is to say after so long.</summary>
    internal string Line(TimeSpan elapsed)
    {
        lock (gate)
        {
            string share = latest is { Steps: > 0, UntilConvergence: false } ? $"{(double)latest.Step / latest.Steps:P0}" : "";
            string[] parts = [share, ProgressText.Of(latest, elapsed - since), ProgressText.Left(latest, elapsed - since),
                $"{elapsed.TotalSeconds:F0} s"];
            string text = $"{latest.Phase}: {string.Join(", ", parts.Where(p => p.Length > 0))}";
            return Log.IsJson ? Log.Progress(latest, text, elapsed - since, elapsed) : text;
        }
    }
}
