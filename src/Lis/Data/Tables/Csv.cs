namespace LisNative.Data;

/// <summary>
/// Tables as text, one sample a row: cells between commas, semicolons, tabs, bars or blanks, numbers with decimal points or commas, each
/// the same in the whole file; a heading if there is one, and comments behind #.
/// </summary>
internal static class Csv
{
    /// <summary>
    /// Rows that are read first, so that the first scores come soon; and the most rows and numbers that are read at once.
    /// </summary>
    private const int FirstRows = 64, MostRows = 4096, MostNumbers = 1 << 17;

    /// <summary>Rows from which on a column that counts them is told of.</summary>
    private const int EnoughToCount = 10;

    /// <summary>
    /// Reads a file, plain or gzipped, in UTF-8, or in UTF-16 with a byte-order mark; vectors of the length of its first row.
    /// </summary>
    /// <exception cref="InputException">A cell is not what its column holds, a value is missing, or a row has another length.</exception>
    public static Dataset Read(string path, ReadOptions? options = null)
    {
        options ??= ReadOptions.Default;
        var parts = new List<double[]>();
        var labels = new List<int>();
        var numbers = new List<int>();
        var (times, groups) = (new List<double>(), new List<string>());
        TextTable? table = null;
        foreach (var part in Parts(path, options))
        {
            table = part.Table;
            numbers.AddRange(part.Numbers);
            parts.Add(part.Values);
            labels.AddRange(part.Labels);
            times.AddRange(part.Times ?? []);
            groups.AddRange(part.Groups ?? []);
        }

        long count = parts.Sum(p => (long)p.Length);
        if (table is null || count == 0 || count > Array.MaxLength)
        {
            throw new InputException(path, count == 0 ? $"expected rows that lack no value, found none up to line {table?.Line}"
                : $"expected at most {Array.MaxLength} numbers, found {count}");
        }

        double[] all = parts.Count == 1 ? parts[0] : Joined(parts, (int)count);
        if (options.Like is null)
        {
            WarnOfCounts(path, table.Columns, all, options);
        }

        return Of(path, table, table.Encoding(all), all, [.. labels]).InTime(
            table.Group is null ? null : [.. groups], table.Time is null ? null : [.. times], table.TimeColumn,
            numbers[^1] < numbers.Count ? null : [.. numbers]);
    }

    private static Dataset Of(string path, TextTable table, TableEncoding? encoding, double[] cells, int[] labels) =>
        encoding is null ? new(path, [table.Length], cells, labels) { Columns = table.Names }
        : Dataset.Encoded(path, encoding, cells, labels);

    /// <summary>The rows of a file, some at a time, while it is being read; each named by its number, from 0.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="live">What comes through a pipe, in place of the file: rows are given as soon as they are there.</param>
    internal static IEnumerable<SampleBatch> Stream(string path, ReadOptions options, Stream? live = null)
    {
        if (options.Like is null && TextTable.IsEncoded(options))
        {
            return SampleStream.FromDataset(path, Read(path, options));
        }

        var parts = Parts(path, options, live).Where(p => p.Numbers.Length > 0);
        return (live is null ? Ahead.Of(parts) : parts).Select(p =>
        {
            var set = Of(path, p.Table, options.Like?.Encoding, p.Values, p.Labels);
            set = options.Carried > 0 ? set.InTime(p.Groups, p.Times, p.Table.TimeColumn, p.Numbers) : set;
            bool one = p is { Numbers: [0], IsWhole: true } && live is null;
            string[] names = one ? [path] : [.. p.Numbers.Skip(p.Carried).Select(n => $"{path}#{n}")];
            return new SampleBatch(names, () => new(names, set) { Carried = p.Carried }, p.IsWhole ? names.Length : 0);
        });
    }

    /// <summary>Some rows of a file.</summary>
    /// <param name="Table">That they are of.</param>
    /// <param name="Numbers">Theirs, counted from 0.</param>
    /// <param name="Values">Their cells.</param>
    /// <param name="Labels">1 of anomalous rows.</param>
    private sealed record Part(TextTable Table, int[] Numbers, double[] Values, int[] Labels)
    {
        /// <summary>The time of each; null where no column tells it.</summary>
        internal double[]? Times { get; init; }

        /// <summary>The group of each; null where no column tells it.</summary>
        internal string[]? Groups { get; init; }

        /// <summary>How many of the first were the last of the part before.</summary>
        internal int Carried { get; init; }

        /// <summary>Whether the file has no others.</summary>
        internal bool IsWhole { get; init; }

        /// <summary>The last rows of this part, then those of another.</summary>
        internal Part Followed(Part next, int most)
        {
            int from = Math.Max(0, Numbers.Length - most);
            return new(next.Table, [.. Numbers[from..], .. next.Numbers], [.. Values[(from * Table.Length)..], .. next.Values],
                [.. Labels[from..], .. next.Labels])
            {
                Times = next.Times is null ? null : [.. Times![from..], .. next.Times],
                Groups = next.Groups is null ? null : [.. Groups![from..], .. next.Groups],
                Carried = Numbers.Length - from,
            };
        }
    }

    /// <summary>The rows of a file, more and more at a time; of a live one those that are there.</summary>
    private static IEnumerable<Part> Parts(string path, ReadOptions options, Stream? live = null)
    {
        const int Buffer = 1 << 16;
        using var stream = live ?? FileReader.OpenRead(path);
        using var reader = new StreamReader(stream, bufferSize: Buffer);
        var table = FileReader.At(path, stream, () => new TextTable(path, reader, options, live is not null));
        int most = Math.Clamp(MostNumbers / table.Length, 1, MostRows), rows = Math.Min(Math.Max(FirstRows, options.Carried + 1), most);
        Part? before = null;
        for (bool more = true; more; rows = Math.Min(2 * rows, most))
        {
            InputException? problem = null;
            (var part, more) = FileReader.At(
                path, stream, () => Fill(table, rows, live is not null, before is null ? null : e => problem = e));
            if (before is null || part.Numbers.Length > 0)
            {
                var given = before?.Followed(part, options.Carried) ?? part with { IsWhole = !more };
                before = options.Carried > 0 ? given : part;
                yield return given;
            }

            if (problem is not null)
            {
                throw problem;
            }
        }

        if (table.Row < 0)
        {
            throw new InputException(path, $"expected rows of numbers, found none up to line {Math.Max(1, table.Line)}");
        }

        table.Finish();
    }

    /// <summary>The next rows; those before a bad one, where somebody is told of it.</summary>
    private static (Part Part, bool More) Fill(TextTable table, int rows, bool live, Action<InputException>? bad)
    {
        var (numbers, labels, values) = (new int[rows], new int[rows], new double[rows * table.Length]);
        var (times, groups) = (new double[rows], new string[rows]);
        int read = 0;
        bool more = true;
        while (read < rows && !(live && read > 0 && table.IsDrained)
            && (more = Next(values.AsSpan(read * table.Length, table.Length))))
        {
            (numbers[read], labels[read], times[read], groups[read]) = (table.Row, table.Label, table.Time ?? 0, table.Group!);
            read++;
        }

        return (new(table, numbers[..read], read == rows ? values : values[..(read * table.Length)], labels[..read])
        {
            Times = table.Time is null ? null : times[..read],
            Groups = table.Group is null ? null : groups[..read],
        }, more);

        bool Next(Span<double> row)
        {
            try
            {
                return table.Next(row);
            }
            catch (InputException e) when (bad is not null)
            {
                bad(e);
                return false;
            }
        }
    }

    /// <summary>All parts, each of which is let go once it is copied.</summary>
    private static double[] Joined(List<double[]> parts, int count)
    {
        var all = new double[count];
        for (int i = 0, at = 0; i < parts.Count; i++)
        {
            parts[i].CopyTo(all, at);
            at += parts[i].Length;
            parts[i] = [];
        }

        return all;
    }

    /// <summary>
    /// A column that counts the rows, by ones or any even step, says nothing about them, and makes all that come later anomalous.
    /// </summary>
    private static void WarnOfCounts(string path, IReadOnlyList<RawColumn> columns, double[] values, ReadOptions options)
    {
        const double Rounding = 1e-4;
        int length = columns.Count, count = values.Length / length;
        for (int column = 0; count >= EnoughToCount && column < length; column++)
        {
            double Step(int row) => values[(row * length) + column] - values[((row - 1) * length) + column];
            double first = Step(1);
            if (columns[column].Kind == ColumnKind.Number && first != 0
                && Enumerable.Range(1, count - 1).All(row => Math.Abs(Step(row) - first) <= Rounding * Math.Abs(first)))
            {
                string by = Math.Abs(first) == 1 ? "" : FormattableString.Invariant($" by {first:G4}");
                options.Warn(
                    $"{path}: column {columns[column].Name} counts the rows{by}; as a feature it makes every later row an anomaly, "
                    + "--columns leaves it out");
            }
        }
    }
}
