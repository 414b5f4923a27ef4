using LisNative.Cli.Scoring;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Signals;

/// <summary>
/// Signals to be scored, some rows at a time: the last rows come again before the next ones, so that windows go on.
/// </summary>
internal static class SignalArguments
{
    /// <summary>The signals in turn, their rows named by their numbers in the file.</summary>
    /// <exception cref="InputException">One names nothing; said before any is read.</exception>
    internal static IEnumerable<SampleBatch> Open(IEnumerable<string> arguments, DataFolder data, ReadOptions how, Detector detector)
    {
        // Without a step of the normal data that of all rows decides what a gap is.
        var windows = detector.Windows!;
        how = how with { Sample = null };
        bool whole = windows.Step is null && (how.Time ?? how.Like?.Time) is not null;
        return whole ? SampleArguments.Paths(arguments, how).Select(path => Whole(path, how))
            : SampleArguments.OpenEach(arguments, data, how with { Carried = Math.Max(1, windows.Length - 1) })
                .SelectMany(signal => Checked(signal.Path, signal.Samples, detector, how.Warn));
    }

    /// <summary>Tells of rows that are much farther apart in time than those of the normal data, or much closer.</summary>
    internal static void WarnOfStep(Detector detector, string path, Dataset rows, Action<string> warn)
    {
        if (detector.Windows?.OtherStep(path, rows) is { } other)
        {
            warn(other);
        }
    }

    private static SampleBatch Whole(string path, ReadOptions how) => new([path], () =>
    {
        var rows = Sources.Open(path, how);
        return new([.. Enumerable.Range(0, rows.Count).Select(i => $"{path}#{rows.NumberOf(i)}")], rows);
    });

    /// <summary>The parts of a signal; one that cannot be read where none of its stretches is as long as a window.</summary>
    private static IEnumerable<SampleBatch> Checked(
        string path, IEnumerable<SampleBatch> parts, Detector detector, Action<string> warn)
    {
        int length = detector.Windows!.Length, longest = 0, rows = 0;
        bool isStepKnown = false;
        foreach (var part in parts)
        {
            yield return part with { Read = () => Read(part) };
        }

        if (longest > 0 && longest < length)
        {
            yield return new([], () => throw Short());
        }

        NamedSamples? Read(SampleBatch part)
        {
            var read = part.Read();
            if (!isStepKnown && read?.Samples.Count >= Windows.EnoughForStep)
            {
                isStepKnown = true;
                WarnOfStep(detector, path, read.Samples, warn);
            }

            if (read is not null && longest < length)
            {
                rows += read.Names.Count;
                longest = Math.Max(longest, detector.AreRows(read.Samples) ? detector.Windows.Longest(read.Samples) : length);
            }

            // Of a signal that came as one part that is said in place of its rows.
            return longest < length && part.Of == part.Names.Count ? throw Short() : read;
        }

        InputException Short()
        {
            var problem = detector.Windows.TooShort(path, longest, rows);
            longest = length;
            return problem;
        }
    }
}
