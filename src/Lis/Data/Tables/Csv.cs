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

    /// <summary>Reads a file; vectors of the length of its first row.</summary>
    /// <param name="path">The file, plain or gzipped, in UTF-8, or in UTF-16 with a byte-order mark.</param>
    /// <param name="options">How; as it is when null.</param>
    /// <exception cref="InputException">A cell is not what its column holds, a value is missing, or a row has another length.</exception>
    public static Dataset Read(string path, ReadOptions? options = null)
    {
        options ??= ReadOptions.Default;
        var parts = new List<double[]>();
        var labels = new List<int>();
        var numbers = new List<int>();
        TextTable? table = null;
        foreach (var (read, own, cells, marks) in Parts(path, options))
        {
            table = read;
            numbers.AddRange(own);
            parts.Add(cells);
            labels.AddRange(marks);
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

        return Of(path, table, table.Encoding(all), all, [.. labels]).InTime(table, numbers[^1] < numbers.Count ? null : [.. numbers]);
    }

    private static Dataset Of(string path, TextTable table, TableEncoding? encoding, double[] cells, int[] labels) =>
        encoding is null ? new(path, [table.Length], cells, labels) { Columns = table.Names }
        : Dataset.Encoded(path, encoding, cells, labels);

    /// <summary>The rows of a file, some at a time, while it is being read; each named by its number, from 0.</summary>
    internal static IEnumerable<SampleBatch> Stream(string path, ReadOptions options) =>
        options.Like is null && TextTable.IsEncoded(options) ? SampleStream.FromDataset(path, Read(path, options))
        : Ahead.Of(Parts(path, options).Where(p => p.Numbers.Length > 0)).Select(p =>
        {
            var set = Of(path, p.Table, options.Like?.Encoding, p.Values, p.Labels);
            string[] names = p.Numbers is [0] ? [path] : [.. p.Numbers.Select(n => $"{path}#{n}")];
            return new SampleBatch(names, () => new(names, set));
        });

    /// <summary>The rows of a file with their numbers, counted from 0, and labels, more and more at a time.</summary>
    private static IEnumerable<(TextTable Table, int[] Numbers, double[] Values, int[] Labels)> Parts(string path, ReadOptions options)
    {
        using var stream = FileReader.OpenRead(path);
        using var reader = new StreamReader(stream);
        var table = FileReader.At(path, stream, () => new TextTable(path, reader, options));
        int most = Math.Clamp(MostNumbers / table.Length, 1, MostRows);
        bool more = true;
        for (int rows = Math.Min(FirstRows, most); more; rows = Math.Min(2 * rows, most))
        {
            var (numbers, labels, values) = (new int[rows], new int[rows], new double[rows * table.Length]);
            int read = FileReader.At(path, stream, () => Fill(table, numbers, labels, values));
            more = read == rows;
            yield return more ? (table, numbers, values, labels)
                : (table, numbers[..read], values[..(read * table.Length)], labels[..read]);
        }

        if (table.Row < 0)
        {
            throw new InputException(path, $"expected rows of numbers, found none up to line {Math.Max(1, table.Line)}");
        }

        table.Finish();
    }

    private static int Fill(TextTable table, int[] numbers, int[] labels, double[] values)
    {
        int read = 0;
        while (read < numbers.Length && table.Next(values.AsSpan(read * table.Length, table.Length)))
        {
            (numbers[read], labels[read]) = (table.Row, table.Label);
            read++;
        }

        return read;
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
