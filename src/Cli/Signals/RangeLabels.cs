using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Signals;

/// <summary>Labels of rows by a file of anomalous ranges, and which of these met no row.</summary>
/// <param name="path">The file; null where the user gave none.</param>
internal sealed class RangeLabels(string? path)
{
    private readonly Dictionary<(double Start, double End), bool> met = [];

    internal string? Path => path;

    /// <summary>1 for each time of a signal that lies in a range.</summary>
    internal int[] Of(string signal, IReadOnlyList<double> times)
    {
        var ranges = SignalRanges.Read(path!, signal);
        foreach (var range in ranges.All)
        {
            met[range] = met.GetValueOrDefault(range) || times.Any(t => t >= range.Start && t <= range.End);
        }

        return ranges.Labels(times);
    }

    internal void WarnOfUnmet(Action<string> warn)
    {
        var unmet = met.Where(m => !m.Value).Select(m => m.Key).ToArray();
        if (unmet is [var first, ..])
        {
            warn($"{path}: {unmet.Length} of {met.Count} ranges meet no row, the first from {Timestamps.Text(first.Start)} to "
                + $"{Timestamps.Text(first.End)}; a time zone, a year or another file?");
        }
    }
}
