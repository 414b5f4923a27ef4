using System.Globalization;
using LisNative.Data;
using LisNative.Random;

namespace LisNative.Experiments;

/// <summary>A signal with normal rows to learn from and labelled ones that follow.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Normal">Rows to learn from.</param>
/// <param name="Test">Rows with labels: 1 where they are anomalous.</param>
internal sealed record SignalSeries(string Name, Dataset Normal, Dataset Test)
{
    /// <summary>The share of a series that is learnt from, as in the Numenta Anomaly Benchmark (Lavin, Ahmad 2015).</summary>
    private const double Learnt = 0.15;

    /// <summary>Of a drawn signal.</summary>
    private const int NormalRows = 3000, TestRows = 4000;

    /// <summary>Drawn ones, so many of each kind.</summary>
    internal static IEnumerable<SignalSeries> Drawn(int each) => SignalProcess.Kinds.SelectMany((kind, number) =>
        Enumerable.Range(1, each).Select(seed =>
        {
            var drawn = DrawnSignals.Draw(kind, NormalRows, TestRows, new Philox((ulong)seed, 0x51A0).FoldIn((ulong)number));
            return new SignalSeries($"{kind} {seed}", drawn.Normal, drawn.Test);
        }));

    /// <summary>Files timestamp,value of a folder, whose anomalous ranges windows.json has, as the Numenta Anomaly Benchmark.</summary>
    /// <exception cref="InputException">There are none, or one cannot be read.</exception>
    internal static IEnumerable<SignalSeries> OfFolder(string folder)
    {
        string ranges = Path.Combine(folder, "windows.json");
        string[] files = !File.Exists(ranges) ? [] : [.. Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files.Select(file => OfFile(file, ranges))
            : throw new InputException(folder, "expected files timestamp,value (.csv) and windows.json with their ranges, found none");
    }

    /// <summary>Clocks that are set back begin a group, since rows are in order otherwise.</summary>
    private static SignalSeries OfFile(string file, string ranges)
    {
        var (times, values, groups, group) = (new List<double>(), new List<double>(), new List<string>(), 0);
        foreach (string line in File.ReadLines(file).Skip(1).Where(l => l.Length > 0))
        {
            string[] cells = line.Split(',');
            if (cells.Length != 2 || !Timestamps.TryParse(cells[0], out double time)
                || !double.TryParse(cells[1], CultureInfo.InvariantCulture, out double value))
            {
                throw new InputException(file, $"expected timestamp,value in line {times.Count + 2}, found {line}");
            }

            group += times is [.., var before] && time < before ? 1 : 0;
            groups.Add(group.ToString(CultureInfo.InvariantCulture));
            times.Add(time);
            values.Add(value);
        }

        var all = new Dataset(file, [1], values.ToArray(), SignalRanges.Read(ranges, Path.GetFileName(file)).Labels(times))
        { Times = times, Groups = groups };
        int learnt = (int)(Learnt * all.Count);
        return new(Path.GetFileNameWithoutExtension(file), all.Select(file, [.. Enumerable.Range(0, learnt)]),
            all.Select(file, [.. Enumerable.Range(learnt, all.Count - learnt)]));
    }
}
