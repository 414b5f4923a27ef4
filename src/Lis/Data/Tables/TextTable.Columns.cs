using System.Globalization;
using System.Text.RegularExpressions;

namespace LisNative.Data;

/// <remarks>Which row names the columns, and which columns are read.</remarks>
internal sealed partial class TextTable
{
    /// <summary>The first row, if it names the columns; it is read then.</summary>
    private string[]? TakeHeading()
    {
        string[] first = head[0];
        if (options.Heading == Heading.No || (options.Heading == Heading.Auto && !IsHeading(first)))
        {
            return null;
        }

        rows.Next(cells, dialect.Separator);
        string[] names = cells.ToTexts();
        return names.Length == width - 1 && width > 2 ? ["", .. names]     // row names without a name, as R writes them
            : names.Length == width || (names.Length == width + 1 && names[^1].Length == 0) ? names[..width]
            : throw new InputException(path,
                $"expected a heading of {width} cells in line {rows.Line}, as the rows below it have, found {names.Length}");
    }

    private bool IsHeading(string[] first)
    {
        var (names, plain) = new HeadingRow(dialect, first, head[1..]).Judge();
        if (options.Like?.SourceNames is { } wanted)
        {
            return names || wanted.All(first.ToHashSet(StringComparer.Ordinal).Contains);
        }

        if (names && !plain)
        {
            options.Warn(
                $"{path}: the first row, {string.Join(", ", first.Take(3))}{(first.Length > 3 ? ", …" : "")}, looks unlike the others and "
                + "is taken for the heading; --heading no reads it as a sample");
        }

        return names;
    }

    /// <summary>What NumPy's savetxt writes as a heading: a comment with as many names as there are columns.</summary>
    private string[]? CommentAsHeading(string comment) =>
        options.Heading == Heading.Auto && width > 1 && Joined([comment]) is [var names] && names.Length == width
            && names.Distinct().Count() == width && names.All(n => n.Length > 0 && !dialect.TryNumber(n, out _))
            && (options.Like?.SourceNames is not { } wanted || wanted.All(names.Contains)) ? names : null;

    /// <summary>The cell of each column that is read.</summary>
    private int[] Choose() => options.Like is { } like ? LikeModel(like) : options.Columns is { } asked ? Asked(asked) : Named();

    /// <summary>All columns, but for those that tell groups, times and labels, and those that have no name where others have one.</summary>
    private int[] Named()
    {
        int[] all = [.. Enumerable.Range(0, width).Where(c => !IsTaken(c))],
            named = [.. all.Where(c => heading is null || !IsUnnamed(heading[c]))];
        if (named.Length == 0)
        {
            return all;
        }

        LeaveOut(all.Except(named), "without a name, as an index is; a name has it read");
        CheckDistinct(named);
        return named;
    }

    private int[] Asked(IReadOnlyList<string> asked)
    {
        Array.ForEach([.. asked], name => Place(name));
        int[] columns = Called(asked);
        CheckDistinct(columns);
        return columns;
    }

    /// <summary>All columns of some names, in the table's order.</summary>
    private int[] Called(IEnumerable<string> names)
    {
        var wanted = names.ToHashSet(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, width).Where(c => wanted.Contains(known[c]))];
    }

    /// <summary>Which column has a name, or a number from 1 without a heading.</summary>
    private int Place(string name) => places.TryGetValue(name, out int place) ? place
        : throw new InputException(path,
            $"expected a column {name}, found "
            + $"{TableColumns.List(known)}{(heading is null ? ": there is no heading, they go by their numbers" : "")}");

    /// <summary>Whether a column tells something else than numbers of samples.</summary>
    private bool IsTaken(int column) => column == group || column == time || column == label;

    private string OwnGroup(int column) => cells[column] is { IsEmpty: false } cell ? cell.ToString()
        : throw new InputException(path, $"expected a group in line {rows.Line}, cell {column + 1}, found nothing");

    /// <summary>The time of a row, not before that of the row above, unless another group begins.</summary>
    private double OwnTime(int column, bool begins)
    {
        var cell = cells[column];
        if (!Timestamps.TryParse(cell, out double seconds))
        {
            throw new InputException(path, $"expected a time in line {rows.Line}, cell {column + 1}, as 2026-01-31 13:45:00, ISO 8601 or "
                + $"seconds since 1970, found {Shown(cell)}{NotSeconds(cell)}");
        }

        return Time is { } before && seconds < before && !begins
            ? throw new InputException(path, $"expected times that rise from row to row, found {cell} in line {rows.Line} after "
                + $"{Timestamps.Text(before)}; sorting by time helps")
            : seconds;
    }

    private static string NotSeconds(ReadOnlySpan<char> cell) =>
        !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number) ? ""
        : "; milliseconds are divided by 1000 first, and dates written with marks between their parts";

    private int OwnLabel(int column)
    {
        var cell = cells[column];
        return dialect.TryNumber(cell, out double value) && value is 0 or 1 ? (int)value
            : throw new InputException(
                path, $"expected a label of 0 or 1 in line {rows.Line}, cell {column + 1}, found {Shown(cell)}");
    }

    private static string Shown(ReadOnlySpan<char> cell) => cell.IsEmpty ? "nothing" : $"\"{cell}\"";

    /// <summary>
    /// A model's columns: by name; by number where a heading is lacking and the model's are numbers; else all, in their order.
    /// </summary>
    private int[] LikeModel(TableColumns like)
    {
        var names = like.SourceNames;
        if (names is null || (heading is null && (width == like.SourceCount || !names.All(places.ContainsKey))))
        {
            int[] all = options.Columns is { } asked ? Asked(asked) : Named();
            return all.Length == like.SourceCount ? all
                : throw new InputException(path,
                    $"expected {like.SourceCount} columns{(names is null ? "" : $" ({TableColumns.List(names)})")}, found "
                    + $"{all.Length} in line {Math.Max(1, rows.Line)}{(heading is null ? ", and no heading" : "")}");
        }

        if (names.Where(n => !places.ContainsKey(n)).ToArray() is { Length: > 0 } lacking)
        {
            throw new InputException(path,
                $"expected the model's columns {TableColumns.List(names)}, found {TableColumns.List(known)} in line "
                + $"{Math.Max(1, rows.Line)}: no {TableColumns.List(lacking)}"
                + $"{(known.Any(n => dialect.TryNumber(n, out _)) ? "; --heading no reads the row as a sample" : "")}");
        }

        int[] columns = [.. names.Select(n => places[n])];
        LeaveOut(Enumerable.Range(0, width).Where(c => !IsTaken(c)).Except(columns), "which the model does not know");
        CheckDistinct(Called(names));
        return columns;
    }

    private void LeaveOut(IEnumerable<int> columns, string why)
    {
        string[] filled = [.. columns.Where(c => head.Skip(heading is null ? 0 : 1).Any(r => c < r.Length && r[c].Length > 0))
            .Select(c => heading is null || heading[c].Length == 0 ? $"{c + 1}" : heading[c])];
        if (filled.Length > 0)
        {
            options.Warn($"{path}: left out {(filled.Length == 1 ? "column" : "columns")} {TableColumns.List(filled)}, {why}");
        }
    }

    private void CheckDistinct(int[] columns)
    {
        if (heading is not null && columns.GroupBy(c => heading[c]).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException(path,
                $"expected columns of different names in line {Math.Max(1, rows.Line)}, found {twice.Count()} called {twice.Key}");
        }
    }

    /// <summary>An empty name, or what pandas makes of one.</summary>
    private static bool IsUnnamed(string name) => name.Length == 0 || Unnamed().IsMatch(name);

    [GeneratedRegex(@"^Unnamed: \d+$")]
    private static partial Regex Unnamed();
}
