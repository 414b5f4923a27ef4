using System.Globalization;

namespace LisNative.Data;

/// <summary>
/// How the rows of a table in time order become windows: so many rows that follow each other, their numbers one row after another. No
/// window goes across a gap, that is a time step of more than twice the usual one or, without times, a row that was left out for want of
/// values; nor from one group (<see cref="Dataset.Groups"/>) into another.
/// </summary>
/// <param name="Length">Rows of a window.</param>
/// <param name="Stride">Rows from the beginning of one window to that of the next, when learning; every row is scored.</param>
/// <exception cref="InputException">One is less than 1.</exception>
public sealed record Windows(int Length, int Stride = 1)
{
    /// <summary>Usual steps from which on a step is a gap.</summary>
    private const double Gap = 2;

    /// <summary>Rows that show how far apart they usually are.</summary>
    internal const int EnoughForStep = 8;

    /// <summary>Rows of a window.</summary>
    public int Length { get; init; } = AtLeastOne(Length, nameof(Length));

    /// <summary>Rows from the beginning of one window to that of the next, when learning; every row is scored.</summary>
    public int Stride { get; init; } = AtLeastOne(Stride, nameof(Stride));

    /// <summary>
    /// Seconds from one row to the next, by which gaps are known; null takes the median of the rows' own steps, where their times are
    /// known.
    /// </summary>
    public double? Step { get; init; }

    /// <summary>As text for a model file.</summary>
    internal string Write() => string.Create(CultureInfo.InvariantCulture, $"{Length},{Stride}{(Step is { } s ? $",{s:R}" : "")}");

    /// <summary>What <see cref="Write"/> wrote, of windows of a shape.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    internal static Windows Read(string text, Shape window)
    {
        double[] numbers = [.. text.Split(',').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        return numbers.Length is 2 or 3 && numbers[0] is >= 1 and <= int.MaxValue && window.Count % (int)numbers[0] == 0
            && numbers[1] is >= 1 and <= int.MaxValue && numbers[^1] > 0
            ? new((int)numbers[0], (int)numbers[1]) { Step = numbers.Length > 2 ? numbers[2] : null }
            : throw new FormatException($"windows {text} of samples {window}");
    }

    /// <summary>Whether there is a gap between two rows so many seconds apart.</summary>
    internal bool IsGap(double seconds) => seconds > Gap * Step;

    /// <summary>The same with the step of some rows, where no other is said.</summary>
    internal Windows For(Dataset rows) => Step is not null ? this : this with { Step = Usual(rows) };

    /// <summary>
    /// What is to be said of rows whose usual step is far from that of the normal data, as in another unit of time; null of others.
    /// </summary>
    internal string? OtherStep(string name, Dataset rows)
    {
        const int Far = 5;
        return Step is { } step && rows.Count >= EnoughForStep && Usual(rows) is { } own && (own > Far * step || own * Far < step)
            ? string.Create(CultureInfo.InvariantCulture,
                $"{name}: expected rows every {step:G6} s, as the normal data have them, found every {own:G6} s; another unit of time?")
            : null;
    }

    /// <summary>The median of the rows' steps.</summary>
    private static double? Usual(Dataset rows)
    {
        if (rows.Times is not { } times)
        {
            return null;
        }

        double[] steps = [.. Enumerable.Range(1, Math.Max(0, times.Count - 1)).Where(i => rows.Groups?[i] == rows.Groups?[i - 1])
            .Select(i => times[i] - times[i - 1]).Where(s => s > 0).Order()];
        return steps.Length > 0 ? steps[steps.Length / 2] : null;
    }

    /// <summary>The first row of every window of some rows, in their order.</summary>
    /// <exception cref="InputException">Times fall, or no stretch without a gap is as long as a window.</exception>
    internal int[] Starts(Dataset rows)
    {
        var starts = new List<int>();
        foreach (var (first, count) in Stretches(rows))
        {
            for (int start = first; start + Length <= first + count; start += Stride)
            {
                starts.Add(start);
            }
        }

        return starts.Count > 0 ? [.. starts] : throw TooShort(rows.Name, Longest(rows), rows.Count);
    }

    /// <summary>Rows of the longest stretch without a gap.</summary>
    internal int Longest(Dataset rows) => Stretches(rows).Max(s => s.Count);

    /// <summary>Why a signal has no window.</summary>
    internal InputException TooShort(string name, int longest, int rows) => new(name,
        $"expected {Length} rows without a gap, as a window has, found {(longest == rows ? longest : $"{longest} at most")}; "
        + "shorter windows fit");

    /// <summary>Rows that follow each other without a gap: the first, and how many.</summary>
    private IEnumerable<(int First, int Count)> Stretches(Dataset rows)
    {
        int first = 0;
        for (int i = 1; i < rows.Count; i++)
        {
            bool same = rows.Groups?[i] == rows.Groups?[i - 1];
            double step = rows.Times is { } times && same ? times[i] - times[i - 1] : 0;
            if (step < 0)
            {
                throw new InputException(rows.Name,
                    $"expected times that rise from row to row, found {Timestamps.Text(rows.Times![i])} after "
                    + $"{Timestamps.Text(rows.Times[i - 1])} in row {i}, counted from 0");
            }

            bool isLeftOut = rows.Times is null && rows.RowNumbers is { } numbers && numbers[i] != numbers[i - 1] + 1;
            if (!same || isLeftOut || IsGap(step))
            {
                yield return (first, i - first);
                first = i;
            }
        }

        yield return (first, rows.Count - first);
    }

    private static int AtLeastOne(int value, string name) => value >= 1 ? value
        : throw new InputException($"{nameof(Windows)}.{name}", $"expected at least 1, found {value}");
}
