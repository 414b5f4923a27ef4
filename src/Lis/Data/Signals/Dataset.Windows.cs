using LisNative.Random;

namespace LisNative.Data;

/// <remarks>Rows in time order, and windows of them.</remarks>
public sealed partial class Dataset
{
    /// <summary>What these samples are windows by; null where each sample is a row, or an image.</summary>
    public Windows? Windows { get; }

    /// <summary>
    /// The time of each row in seconds, in any time zone that keeps its offset; of a window that of its last row. Null where it is not
    /// known.
    /// </summary>
    /// <exception cref="InputException">They are not as many as the samples.</exception>
    public IReadOnlyList<double>? Times
    {
        get;
        init => field = value is null || value.Count == Count ? value
            : throw new InputException(Name, $"expected a time for each of {Count} samples, found {value.Count}");
    }

    /// <summary>The name of the column that told the times; null where none did.</summary>
    internal string? TimeColumn { get; private init; }

    /// <summary>The number of each row in its source, from 0, where some were left out; else null.</summary>
    internal IReadOnlyList<int>? RowNumbers { get; init; }

    /// <summary>The number of a row in its source, from 0.</summary>
    internal int NumberOf(int row) => RowNumbers?[row] ?? row;

    /// <summary>Numbers of a row: of a window as many as its signal has columns.</summary>
    internal int RowLength => SampleShape.Count / (Windows?.Length ?? 1);

    /// <summary>
    /// The windows of these rows, [length · columns], in time order, over the same numbers. Each has the label, time and group of its
    /// last row.
    /// </summary>
    /// <param name="windows">Their length and stride.</param>
    /// <exception cref="InputException">These are no rows, their times fall, or no stretch without a gap is as long as a
    /// window.</exception>
    public Dataset Windowed(Windows windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        if (SampleShape.Rank != 1 || Windows is not null || Count == 0)
        {
            throw new InputException(Name,
                "expected rows of a table in time order to make windows of, found "
                + (Count == 0 ? "none" : Windows is null ? $"samples {SampleShape}" : "windows"));
        }

        windows = windows.For(this);
        int[] starts = windows.Starts(this);
        Shape shape = [Numbers(Name, SampleShape, windows.Length)];
        var all = rows is null && !IsBytes ? numbers : precise is null ? ToFloats() : ToDoubles();
        T[] Last<T>(IReadOnlyList<T> each) => Array.ConvertAll(starts, s => each[s + windows.Length - 1]);
        return new(Name, shape, all, null, starts, Last(Labels), windows)
        {
            Columns = Columns,
            Encoding = Encoding,
            TimeColumn = TimeColumn,
            Times = Times is null ? null : Last(Times),
            Groups = Groups is null ? null : Last(Groups),
        };
    }

    /// <summary>The same rows with other labels.</summary>
    internal Dataset Labelled(int[] labels) => new(this, Name, labels);

    /// <summary>The same rows with what else a table tells of them.</summary>
    internal Dataset InTime(string[]? groups, double[]? times, string? timeColumn, int[]? numbers) => new(this, Name, rows, Labels)
    { Groups = groups, Times = times, TimeColumn = timeColumn, RowNumbers = numbers };

    /// <summary>The row in which a window ends, among those that all windows are of.</summary>
    internal int LastRow(int window) => Place(window) + Windows!.Length - 1;

    /// <summary>The rows that windows are of, each once, without times and groups; these samples where they are no windows.</summary>
    internal Dataset Rows()
    {
        if (Windows is null)
        {
            return this;
        }

        int end = 0;
        var covered = new List<int>();
        foreach (int start in Enumerable.Range(0, Count).Select(Place).Order())
        {
            covered.AddRange(Enumerable.Range(Math.Max(start, end), Math.Max(0, start + Windows.Length - Math.Max(start, end))));
            end = start + Windows.Length;
        }

        return new(Name, [RowLength], numbers, null, [.. covered], new int[covered.Count])
        { Columns = Columns, Encoding = Encoding };
    }

    /// <summary>The same windows over rows that are made of theirs.</summary>
    internal Dataset OverRows(Func<Dataset, Dataset> make)
    {
        int count = numbers!.Length / RowLength;
        var made = make(new(Name, [RowLength], numbers, null, null, new int[count]) { Columns = Columns, Encoding = Encoding });
        return new(Name, SampleShape, made.numbers, null, rows, Labels, Windows)
        { Columns = made.Columns, Encoding = made.Encoding, TimeColumn = TimeColumn, Times = Times, Groups = Groups };
    }

    /// <summary>
    /// Windows in random order, and how many of the first are set aside, of so many wanted: the last of each of some equal parts of the
    /// signal. The others share no row with them; those that would are left out.
    /// </summary>
    internal (int[] Order, int Aside) SetWindowsAside(int wanted, Philox random)
    {
        const int MostParts = 10, Worth = 4;
        int length = Windows!.Length, lost = Math.Max(1, (length - 1) / Windows.Stride),
            parts = Math.Clamp(wanted / (Worth * lost), 1, MostParts), each = wanted / parts;
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(Place)];
        int[][] blocks = [.. Enumerable.Range(1, parts).Select(p => (int)((long)p * Count / parts))
            .Select(end => order[(end - each)..end])];
        int[] aside = [.. blocks.SelectMany(b => b)];
        (int First, int Last)[] spans = [.. blocks.Select(b => (Place(b[0]), Place(b[^1])))];
        int[] others = [.. order.Where(i => !spans.Any(s => Place(i) > s.First - length && Place(i) < s.Last + length))];
        return ([.. Shuffled(aside, random.FoldIn(0)), .. Shuffled(others, random.FoldIn(1))], aside.Length);
    }

    private static IEnumerable<int> Shuffled(int[] all, Philox random) => random.Permutation(all.Length).Select(i => all[i]);
}
