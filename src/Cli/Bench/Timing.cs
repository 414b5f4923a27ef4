using System.Diagnostics;

namespace LisNative.Cli.Bench;

/// <summary>Milliseconds of a case's runs, one after another.</summary>
/// <param name="Whole">Until all is done.</param>
/// <param name="Host">Until the host goes on while a GPU works.</param>
internal sealed record Timing(double[] Whole, double[] Host)
{
    /// <summary>
    /// Runs of a case, and how long, before any is timed: in training the runtime has long compiled well what is called often.
    /// </summary>
    private const int WarmUp = 5, WarmUpMs = 300;

    internal double Median => Robust.Median(Whole);

    /// <summary>Times an action.</summary>
    /// <param name="device">Where it works.</param>
    /// <param name="action">Once.</param>
    /// <param name="repeat">How many runs are timed; a single one is a look, not a measurement, and is hardly warmed up for.</param>
    /// <param name="before">Is done before each timed run.</param>
    internal static Timing Of(Device device, Action action, int repeat, Action? before = null)
    {
        var (runs, ms) = repeat > 1 ? (WarmUp, WarmUpMs) : (1, 0);
        var warming = Stopwatch.StartNew();
        for (int i = 0; i < runs || warming.ElapsedMilliseconds < ms; i++)
        {
            action();
            device.Backend.Synchronize();
        }

        var (whole, host) = (new double[repeat], new double[repeat]);
        for (int i = 0; i < repeat; i++)
        {
            before?.Invoke();
            device.Backend.Synchronize();
            long start = Stopwatch.GetTimestamp();
            action();
            host[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            device.Backend.Synchronize();
            whole[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return new(whole, host);
    }
}
