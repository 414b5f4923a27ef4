using System.Globalization;
using System.Text.RegularExpressions;

namespace LisNative.Data;

/// <summary>
/// A table of numbers as text, read row by row: how it is written, its heading and its columns are recognised by its first rows.
/// </summary>
internal sealed partial class TextTable
{
    /// <summary>The greatest of the whole numbers that double precision tells apart.</summary>
    private const double MostWhole = 1L << 53;

    /// <summary>Rows by which a table is recognised; one that is still being written, for a model that knows what to expect.</summary>
    private const int Head = 200, LiveHead = 2;

    private readonly string path;
    private readonly ReadOptions options;
    private readonly TextRows rows;
    private readonly Dialect dialect;
    private readonly Cells cells = new();
    private readonly string[][] head;
    private readonly string[]? heading;
    private readonly string[] known;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly int width;
    private readonly int[] chosen;
    private readonly int? group, time, label;
    private readonly RawColumn[] columns;
    private int incomplete, empty, missing, firstMissing, firstRounded, unknown, firstUnknown;
    private string firstWord = "";

    /// <summary>Reads the first rows of a text; those of a live one come as they are made, and must not be waited for.</summary>
    /// <exception cref="InputException">It has no rows of numbers, or not the columns asked for.</exception>
    internal TextTable(string path, TextReader text, ReadOptions options, bool live = false)
    {
        (this.path, this.options, rows) = (path, options, new TextRows(text, path));
        var (ahead, comment) = rows.Ahead(live ? LiveHead : Head);
        if (ahead.Count > 0 && ahead[0].Contains('\0', StringComparison.Ordinal))
        {
            throw new InputException(path, "expected text in UTF-8, or in UTF-16 with a byte-order mark, found zero bytes in line 1");
        }

        if (ahead.Count > 0 && Separator().Match(ahead[0]) is { Success: true } named)
        {
            dialect = new Dialect(named.Groups[1].Value[0]);
            rows.Next(cells, dialect.Separator);
            ahead = [.. ahead.Skip(1)];
        }

        dialect ??= Dialect.Detect(ahead);
        head = Joined(ahead);
        if (head.Length == 0)
        {
            throw rows.Next(cells, dialect.Separator)
                ? new InputException(path, "expected rows of numbers, found a cell that goes on for hundreds of lines after line 1")
                : new InputException(path, $"expected rows of numbers, found none up to line {Math.Max(1, rows.Line)}");
        }

        width = Width();
        if (Array.Exists(head[0], name => name.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            rows.Next(cells, dialect.Separator);
            throw new InputException(
                path, $"expected text in UTF-8, or in UTF-16 with a byte-order mark, found other letters in line {rows.Line}; "
                + "iconv -f latin1 -t utf-8 turns the file into UTF-8, where it was written in Western Europe");
        }

        heading = TakeHeading() ?? CommentAsHeading(comment);
        known = heading ?? [.. Enumerable.Range(1, width).Select(c => $"{c}")];
        Array.ForEach([.. known.Index()], column => places.TryAdd(column.Item, column.Index));
        group = options.Group is { } column ? Place(column) : null;
        (time, label) = ((options.Time ?? options.Like?.Time) is { } clock ? Place(clock) : null,
            options.Label is { } mark ? Place(mark) : null);
        chosen = Choose();
        columns = options.Like?.Encoding is { } encoding ? [.. encoding.Columns.Select(c => new RawColumn(c))]
            : [.. chosen.Select(c => new RawColumn(known[c], KindOf(c)))];
        CheckRule();
        CheckKinds();
        Names = heading is null && (options.Columns is null || options.Like is not null) ? null : [.. chosen.Select(c => known[c])];
    }

    /// <summary>The names of the columns that are read, in their order; null without a heading.</summary>
    internal IReadOnlyList<string>? Names { get; }

    /// <summary>The group of the row that was read last; null when no column tells it.</summary>
    internal string? Group { get; private set; }

    /// <summary>The time of the row that was read last, in seconds; null when no column tells it.</summary>
    internal double? Time { get; private set; }

    /// <summary>Whether the next row is not in memory yet and may have to be waited for.</summary>
    internal bool IsDrained => rows.IsDrained;

    /// <summary>The name of the column that tells times.</summary>
    internal string? TimeColumn => time is { } column ? known[column] : null;

    /// <summary>The label of the row that was read last; 0 when no column tells it.</summary>
    internal int Label { get; private set; }

    /// <summary>The columns that are read, and what their cells are.</summary>
    internal IReadOnlyList<RawColumn> Columns => columns;

    /// <summary>How many columns are read.</summary>
    internal int Length => chosen.Length;

    /// <summary>The line of the row that was read last.</summary>
    internal int Line => rows.Line;

    /// <summary>The number of the row that was read last, from 0; those left out are counted.</summary>
    internal int Row { get; private set; } = -1;

    /// <summary>Reads the cells of the next row; NaN where one is missing and what it is taken for not yet known.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InputException">A cell is no number, or the row has another length.</exception>
    internal bool Next(Span<double> values)
    {
        while (rows.Next(cells, dialect.Separator))
        {
            Row++;
            CheckWidth();
            int known = missing;
            for (int i = 0; i < chosen.Length; i++)
            {
                values[i] = Value(i);
            }

            int lacking = missing - known;
            if (lacking == 0 || (options.Rule != Missing.Drop && lacking < chosen.Length))
            {
                string? before = Group;
                Group = group is { } own ? OwnGroup(own) : null;
                Time = time is { } clock ? OwnTime(clock, begins: before != Group) : null;
                Label = label is { } column ? OwnLabel(column) : 0;
                incomplete += lacking > 0 ? 1 : 0;
                return true;
            }

            (incomplete, empty) = options.Rule == Missing.Drop ? (incomplete + 1, empty) : (incomplete, empty + 1);
            missing = options.Rule == Missing.Drop ? missing : known;
        }

        return false;
    }

    /// <summary>Tells what was left out or filled in, once all rows are read.</summary>
    internal void Finish()
    {
        if (firstRounded > 0)
        {
            options.Warn(
                $"{path}: numbers beyond {1L << 53}, the first in line {firstRounded}, are rounded to double precision: subtract what they "
                + "have in common first");
        }

        TellMissing();
        if (dialect.Doubtful is { } doubtful && dialect.TryNumber(doubtful, out double value))
        {
            options.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{path}: its {(dialect.HasCommas ? "commas" : "points")} are taken for decimal marks, \"{doubtful}\" for {value}; numbers "
                + $"with marks of thousands must be written without them"));
        }
        else if (options.Like is null)
        {
            WarnOfCommas();
        }
    }

    /// <summary>Between two whole numbers a comma may part columns, or be a decimal mark.</summary>
    private void WarnOfCommas()
    {
        if (width == 1 && dialect.HasCommas)
        {
            options.Warn($"{path}: its commas are taken for decimal marks of one column");
        }
        else if (width == 2 && heading is null && dialect.Separator == ','
            && head.All(r => r.Length == 2 && r[1].Length > 1 && r[1].Length == head[0][1].Length && r[1].All(char.IsAsciiDigit)))
        {
            options.Warn(
                $"{path}: {head[0][0]},{head[0][1]} is taken for two numbers in two columns; under one name for a column its commas are "
                + "decimal marks");
        }
    }

    /// <summary>The cells of a row: R leaves the first out of the heading, and a separator may end each row.</summary>
    private int Width()
    {
        int first = head[0].Length, most = first;
        if (first > 1 && head.Length > 1 && head.Skip(1).All(r => r.Length == first + 1)
            && !head[0].Any(name => dialect.TryNumber(name, out _)))
        {
            most++;
        }

        return most > 1 && head.All(r => r.Length < most || r[most - 1].Length == 0) ? most - 1 : most;
    }

    private void CheckWidth()
    {
        if (cells.Count != width && !(cells.Count == width + 1 && cells[width].IsEmpty))
        {
            string remedy = 2 * head.Count(r => r.Length == cells.Count) <= head.Length ? ""
                : "; most lines have so many: those above the heading are left out, or begin with #";
            throw new InputException(path,
                $"expected {width} {(width == 1 ? "cell" : "cells")} in line {rows.Line}, found {cells.Count}{remedy}");
        }
    }

    /// <summary>The cells of rows, of which quotes may join some.</summary>
    private string[][] Joined(IEnumerable<string> lines)
    {
        var joined = new List<string[]>();
        string row = "";
        foreach (string line in lines)
        {
            row = row.Length == 0 ? line : $"{row}\n{line}";
            if (cells.Split(row, dialect.Separator))
            {
                joined.Add(cells.ToTexts());
                row = "";
            }
        }

        return [.. joined];
    }

    [GeneratedRegex("^\"?sep=(.)\"?\\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Separator();
}
