namespace LisNative.Data;

/// <summary>Arrays of numbers of which some are missing (NaN): by the same rules as a table as text.</summary>
internal static class NumericTable
{
    private const string Rules = "median fills them in, --missing drop leaves their rows out";

    /// <summary>Whether an array is read by rules beyond taking its numbers as they are.</summary>
    internal static bool IsAsked(ReadOptions options) => options.Rule != Missing.Refuse || options.Like?.Encoding is not null;

    /// <summary>The vectors of an array [rows · length].</summary>
    /// <exception cref="InputException">The model knows other columns, or no row is left.</exception>
    internal static Dataset Read(string path, double[] cells, int length, ReadOptions options)
    {
        if (options.Like is { } like
            && (like.SourceCount != length || like.Encoding?.Columns.Any(c => c.Kind != ColumnKind.Number) == true))
        {
            throw new InputException(path, $"expected the model's {like.SourceCount} columns"
                + $"{(like.SourceCount == length ? ", of which some are words or dates, in a table as text" : "")}, found {length} of "
                + "numbers");
        }

        var (kept, numbers, missing, incomplete) = Rows(path, cells, length, options.Rule);
        if (kept.Length == 0)
        {
            throw new InputException(path, $"expected rows that lack no value, found none among {cells.Length / length}");
        }

        int rows = cells.Length / length, without = rows - (kept.Length / length);
        if (missing > 0)
        {
            options.Warn(MissingTold.Filled(path, missing, incomplete, options.Rule));
        }

        if (without > 0)
        {
            options.Warn(MissingTold.LeftOut(path, without, rows, options.Rule));
        }

        if (options.Like is { Encoding: null } || (options.Like is null && options.Rule == Missing.Drop))
        {
            for (int i = 0; i < kept.Length; i++)
            {
                kept[i] = double.IsNaN(kept[i]) ? options.Like!.Means[i % length] : kept[i];
            }

            return new(path, [length], kept, new int[kept.Length / length]) { RowNumbers = numbers };
        }

        var columns = Enumerable.Range(1, length).Select(c => new RawColumn($"{c}", ColumnKind.Number)).ToArray();
        var encoding = options.Like?.Encoding
            ?? TableEncoding.Fit(path, columns, kept, options.Rule, isNamed: false, $"in {kept.Length / length} rows");
        return Dataset.Encoded(path, encoding, kept, numbers: numbers);
    }

    /// <summary>The rows that are kept, their numbers where others are not, and how many values in how many rows they lack.</summary>
    private static (double[] Kept, int[]? Numbers, int Missing, int Incomplete) Rows(string path, double[] cells, int length, Missing rule)
    {
        var kept = new double[cells.Length];
        var numbers = new List<int>();
        int at = 0, missing = 0, incomplete = 0;
        for (int start = 0; start < cells.Length; start += length)
        {
            var row = cells.AsSpan(start, length);
            int lacking = 0;
            foreach (double value in row)
            {
                lacking += double.IsNaN(value) ? 1 : 0;
            }

            if (lacking > 0 && rule == Missing.Refuse)
            {
                throw new InputException(
                    path, $"expected numbers, found NaN in row {start / length}, column {row.IndexOf(double.NaN) + 1}; --missing {Rules}");
            }

            if (lacking == 0 || (rule is Missing.Mean or Missing.Median && lacking < length))
            {
                row.CopyTo(kept.AsSpan(at));
                (missing, incomplete) = (missing + lacking, incomplete + (lacking > 0 ? 1 : 0));
                numbers.Add(start / length);
                at += length;
            }
        }

        return (kept[..at], at == kept.Length ? null : [.. numbers], missing, incomplete);
    }
}
