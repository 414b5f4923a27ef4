using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Signals;

/// <summary>Labels of rows by a file of anomalous ranges, and which of these met no row.</summary>
/// <param name="path">The file; null where the user gave none.</param>
internal sealed class RangeLabels(string? path)
{
    /// <summary>By the signal that ranges are of, empty where they are of all.</summary>
    private readonly Dictionary<(string Of, (double Start, double End) Range), bool> met = [];

    internal string? Path => path;

    /// <summary>1 for each time of a signal that lies in a range.</summary>
    internal int[] Of(string signal, IReadOnlyList<double> times)
    {
        var ranges = SignalRanges.Read(path!, signal);
        foreach (var range in ranges.All)
        {
            var key = (ranges.AreOfAll ? "" : signal, range);
            met[key] = met.GetValueOrDefault(key) || times.Any(t => SignalRanges.Holds(range, t));
        }

        return ranges.Labels(times);
    }

    internal void WarnOfUnmet(Action<string> warn)
    {
        var unmet = met.Where(m => !m.Value).Select(m => m.Key).ToArray();
        if (unmet is [var (of, (start, end)), ..])
        {
            warn($"{path}: {unmet.Length} of {met.Count} ranges meet no row, the first from {Timestamps.Text(start)} to "
                + $"{Timestamps.Text(end)}{(of.Length > 0 ? $" of {of}" : "")}; a time zone, a year or another file?");
        }
    }
}
