namespace LisNative.Data;

/// <remarks>What the cells of a row are.</remarks>
internal sealed partial class TextTable
{
    private const string Auto = "auto";

    /// <summary>Whether what cells become is learnt from all of them.</summary>
    internal static bool IsEncoded(ReadOptions options) =>
        options.Rule is Missing.Mean or Missing.Median || options.Categories is not null || options.Dates is not null;

    /// <summary>What cells become: by the model; else learnt from those of all rows, where they are more than complete numbers.</summary>
    internal TableEncoding? Encoding(double[] cells) => options.Like is { } like ? like.Encoding
        : options.Rule is Missing.Mean or Missing.Median || Array.Exists(columns, c => c.Kind != ColumnKind.Number)
            ? TableEncoding.Fit(path, columns, cells, options.Rule, isNamed: Names is not null, $"up to line {Line}") : null;

    /// <summary>What the cells of a column are, where no model knows.</summary>
    private ColumnKind KindOf(int column)
    {
        bool Is(IReadOnlyList<string>? asked, Func<int, bool> looksSo) =>
            asked is not null && (asked is [Auto] ? looksSo(column) : asked.Select(Place).Contains(column));
        return options.Like is not null ? ColumnKind.Number
            : Is(options.Dates, IsOfDates) ? ColumnKind.Date : Is(options.Categories, IsOfWords) ? ColumnKind.Category : ColumnKind.Number;
    }

    /// <summary>Words and dates are asked of columns that are read.</summary>
    private void CheckKinds()
    {
        string[] asked = options.Like is not null ? [] : [.. new[] { options.Categories, options.Dates }.OfType<IReadOnlyList<string>>()
            .Where(a => a is not [Auto]).SelectMany(a => a)];
        if (Array.Find(asked, name => !chosen.Contains(Place(name))) is { } unread)
        {
            throw new InputException(path, $"expected words and dates in columns that are numbers of the samples, found {unread}, which "
                + $"{(IsTaken(Place(unread)) ? "tells the group, time or label" : "is not read")}; --columns chooses those that are read");
        }
    }

    private bool IsOfDates(int column) => MostBelow(column, cell => Dates.TryParse(cell, out _));

    private bool IsOfWords(int column) =>
        MostBelow(column, cell => !dialect.TryNumber(cell, out _) && !Dates.TryParse(cell, out _));

    /// <summary>Whether something holds of most cells of a column in the first rows that are not missing.</summary>
    private bool MostBelow(int column, Predicate<string> holds)
    {
        string[] there = [.. head.Skip(heading is null ? 0 : 1).Where(r => column < r.Length && !Dialect.IsMissing(r[column]))
            .Select(r => r[column])];
        return 2 * there.Count(c => holds(c)) > there.Length;
    }

    /// <summary>A model knows medians only where it was trained so.</summary>
    private void CheckRule()
    {
        if (options is { Rule: Missing.Median, Like: { Encoding: null } })
        {
            throw new InputException(path,
                "expected a model that was trained with --missing median and keeps medians, found one that keeps means; --missing "
                + "mean takes those");
        }
    }

    private double Value(int i)
    {
        var cell = cells[chosen[i]];
        return columns[i].Kind switch
        {
            ColumnKind.Category => Dialect.IsMissing(cell) ? Lacking(i, "a word") : Word(i, cell),
            ColumnKind.Date => Dates.TryParse(cell, out double seconds) ? seconds
                : Dialect.IsMissing(cell) ? Lacking(i, "a date")
                : throw Unexpected(i, "a date", "; dates are written like 2024-12-31 23:59:59 or 31.12.2024 23:59"),
            _ => Number(i, cell),
        };
    }

    private double Word(int i, ReadOnlySpan<char> cell)
    {
        cell = cell.Contains('"') ? cell.ToString().Replace("\"\"", "\"", StringComparison.Ordinal) : cell;
        int place = columns[i].PlaceOf(cell, out bool isUnknown);
        if (isUnknown && unknown++ == 0)
        {
            (firstUnknown, firstWord) = (rows.Line, $"\"{cell}\" of {columns[i].Name}");
        }

        return place;
    }

    private double Number(int i, ReadOnlySpan<char> cell)
    {
        if (dialect.TryNumber(cell, out double value))
        {
            firstRounded = firstRounded == 0 && Math.Abs(value) > MostWhole && !cell.ContainsAny("eE") ? rows.Line : firstRounded;
            return float.IsFinite((float)value) ? value : throw Unexpected(i, "a number below 3.4e38", "");
        }

        return Dialect.IsMissing(cell) ? Lacking(i, "a number") : throw Unexpected(i, "a number", Remedy(i));
    }

    /// <summary>What a missing cell is taken for; NaN where that is found by what becomes of it.</summary>
    private double Lacking(int i, string expected)
    {
        if (options.Rule == Missing.Refuse)
        {
            throw Unexpected(i, expected,
                "; --missing mean takes such values for the column's mean, --missing drop leaves their rows out"
                + (options.Like is { Encoding: null } ? "" : ", --missing median takes them for its median and says where"));
        }

        firstMissing = missing++ == 0 ? rows.Line : firstMissing;
        return options.Like is { Encoding: null } like ? like.Means[i] : double.NaN;
    }

    private void TellMissing()
    {
        if (missing > 0)
        {
            string told = options.Rule == Missing.Drop ? MissingTold.LeftOut(path, incomplete, Row + 1, options.Rule)
                : MissingTold.Filled(path, missing, incomplete, options.Rule);
            options.Warn($"{told}, the first in line {firstMissing}");
        }

        if (empty > 0)
        {
            options.Warn(MissingTold.LeftOut(path, empty, Row + 1, options.Rule));
        }

        if (unknown > 0)
        {
            options.Warn($"{path}: {unknown} {(unknown == 1 ? "cell has a word" : "cells have words")} that the model does not know "
                + $"and counts as other, the first in line {firstUnknown}, {firstWord}");
        }
    }

    private InputException Unexpected(int i, string expected, string remedy)
    {
        string name = heading is null ? "" : $" ({heading[chosen[i]]})";
        var found = cells[chosen[i]];
        return new(
            path, $"expected {expected} in line {rows.Line}, cell {chosen[i] + 1}{name}, found {Shown(found)}{remedy}"
            + $"{(Row == 0 && heading is null && !found.IsEmpty ? "; --heading yes takes the row for names" : "")}");
    }

    /// <summary>What helps against a cell that is no number: the columns that mostly are, or how they are written.</summary>
    private string Remedy(int i)
    {
        const int Most = 30;
        if (Dialect.IsAdorned(cells[chosen[i]]))
        {
            return "; numbers are written without marks of thousands, percent or money, and with one decimal mark";
        }

        int[] numbers = [.. chosen.Where(c => MostBelow(c, cell => dialect.TryNumber(cell, out _)))];
        return numbers.Contains(chosen[i]) || options.Like is not null
            ? "; numbers are written like those in other rows, with one decimal mark and no marks of thousands"
            : (numbers.Length is > 0 and <= Most
                ? $"; --columns {string.Join(",", numbers.Select(c => known[c]))} reads those that are numbers"
                : "; --columns chooses those that are numbers")
            + (IsOfDates(chosen[i]) ? $", --dates {known[chosen[i]]} takes time of day and day of week"
                : IsOfWords(chosen[i]) ? $", --categories {known[chosen[i]]} takes its words" : "");
    }
}
