using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LisNative.Data;

/// <summary>How a file writes its table: what separates cells, and the decimal mark, each the same in the whole file.</summary>
/// <param name="separator">What stands between two cells.</param>
/// <param name="mark">The decimal mark; 0 is that of the first number that has one.</param>
internal sealed partial class Dialect(char separator, char mark = '\0')
{
    /// <summary>The separator that stands for any number of blanks and tabs.</summary>
    internal const char Blanks = ' ';

    private const int LongestAdorned = 40;

    private const NumberStyles Strict = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789.,+-");

    private static readonly NumberFormatInfo Comma = new() { NumberDecimalSeparator = "," };

    private char mark = mark;
    private string? doubtful;
    private bool isMarked;

    /// <summary>What stands between two cells.</summary>
    internal char Separator => separator;

    /// <summary>Whether numbers have decimal commas.</summary>
    internal bool HasCommas => mark == ',';

    /// <summary>
    /// A number whose mark may have been meant for thousands: nothing in the rows seen so far tells otherwise. Points are doubted where
    /// cells are written as by those who have decimal commas.
    /// </summary>
    internal string? Doubtful => mark == ',' || separator == ';' ? doubtful : null;

    /// <summary>
    /// The one under which most cells of some rows are numbers; where no separator gives rows of several cells, commas separate.
    /// </summary>
    internal static Dialect Detect(IReadOnlyList<string> rows)
    {
        if (OneColumn(rows) is { } column)
        {
            return column;
        }

        const string Separators = "\t;|, ";
        var best = (Dialect: new Dialect(','), Share: -1.0);
        foreach (char separator in Separators)
        {
            // One odd cell does not decide on the mark of all.
            foreach (char mark in "\0.,")
            {
                var dialect = new Dialect(separator, mark);
                var (several, share) = dialect.Judge(rows);
                best = 2 * several >= rows.Count && share > best.Share ? (dialect, share) : best;
            }
        }

        return best.Dialect;
    }

    /// <summary>How many rows have several cells, and which share of the values is numbers; the first row may be names.</summary>
    private (int Several, double Share) Judge(IReadOnlyList<string> rows)
    {
        var cells = new Cells();
        int several = 0, numbers = 0, values = 0;
        foreach (var (place, row) in rows.Index())
        {
            cells.Split(row, separator);
            several += cells.Count > 1 ? 1 : 0;
            for (int i = 0; i < cells.Count && (place > 0 || rows.Count == 1); i++)
            {
                values += IsMissing(cells[i]) ? 0 : 1;
                numbers += TryNumber(cells[i], out _) || IsAdorned(cells[i]) ? 1 : 0;
            }
        }

        return (several, (double)numbers / Math.Max(1, values));
    }

    /// <summary>The one of a single column whose commas may be decimal marks: its first row, a name as a rule, has none.</summary>
    private static Dialect? OneColumn(IReadOnlyList<string> rows)
    {
        var (dialect, cells) = (new Dialect(';'), new Cells());
        bool IsNumber(string row) => cells.Split(row, ';') && cells.Count == 1
            && (dialect.TryNumber(cells[0], out _) || IsMissing(cells[0]));
        return rows.Count > 1 && cells.Split(rows[0], ',') && cells.Count == 1 && rows.Skip(1).All(IsNumber) ? dialect : null;
    }

    /// <summary>
    /// Reads a number: digits with a decimal mark, a sign and an exponent if need be, and no marks of thousands. The first mark found in a
    /// file is that of all its numbers.
    /// </summary>
    internal bool TryNumber(ReadOnlySpan<char> cell, out double value)
    {
        value = 0;
        if (cell.IsEmpty || !(char.IsAsciiDigit(cell[0]) || cell[0] is '+' or '-' or '.' or ','))
        {
            return false;
        }

        int at = cell.IndexOfAny('.', ',');
        char found = at < 0 ? mark : cell[at];
        if ((at >= 0 && mark != 0 && found != mark) || (found == ',' && separator == ',')
            || !(PlainNumber.TryRead(cell, found, out value)
                || double.TryParse(cell, Strict, found == ',' ? Comma : NumberFormatInfo.InvariantInfo, out value))
            || double.IsNaN(value))
        {
            return false;
        }

        if (at >= 0)
        {
            doubtful = (!isMarked || doubtful is not null) && IsGrouped(cell, at) ? doubtful ?? cell.ToString() : null;
            isMarked = true;
        }

        mark = found;
        return true;
    }

    /// <summary>Whether a cell says that there is no value.</summary>
    internal static bool IsMissing(ReadOnlySpan<char> cell) => cell.IsEmpty || cell is "?" || (cell.Length <= 4 && (
        cell.Equals("NA", StringComparison.OrdinalIgnoreCase) || cell.Equals("N/A", StringComparison.OrdinalIgnoreCase)
        || cell.Equals("NaN", StringComparison.OrdinalIgnoreCase) || cell.Equals("-NaN", StringComparison.OrdinalIgnoreCase)
        || cell.Equals("null", StringComparison.OrdinalIgnoreCase) || cell.Equals("none", StringComparison.OrdinalIgnoreCase)))
            || BeginsWithError(cell);

    /// <summary>
    /// Whether a cell is a number as people write it and no program reads it: with marks of thousands, percent or money, a minus that is a
    /// letter, or brackets in its place. It tells how the file separates cells, and is refused by name.
    /// </summary>
    internal static bool IsAdorned(ReadOnlySpan<char> cell) =>
        cell.Length is > 1 and <= LongestAdorned && cell.IndexOfAnyInRange('0', '9') >= 0
        && (cell.IndexOfAnyExcept(OfNumbers) >= 0 || cell.CountAny('.', ',') > 1) && Adorned().IsMatch(cell);

    /// <summary>
    /// Whether a row, or a cell, begins with what spreadsheets write for a value that they cannot compute, in the languages they have:
    /// #N/A, #DIV/0!, #WERT!, #NOM ?.
    /// </summary>
    internal static bool BeginsWithError(ReadOnlySpan<char> text) => text is ['#', ..] && Error().IsMatch(text);

    /// <summary>Three digits behind the mark, and one to three before it that are no 0: 1,234.</summary>
    private static bool IsGrouped(ReadOnlySpan<char> cell, int at)
    {
        var before = cell[..at].TrimStart("+-");
        return before.Length is >= 1 and <= 3 && before[0] != '0' && cell.Length == at + 4
            && cell[^3..].IndexOfAnyExceptInRange('0', '9') < 0;
    }

    [GeneratedRegex(@"^[(+\-\u2212]?\s?(?:\p{Sc}|EUR|USD|GBP|CHF)?\s?[+\-\u2212]?(?:\d+|\d{1,3}(?:[.,'\u2019\s]\d{3})+)(?:[.,]\d+)?"
        + @"\s?(?:[%\u2030]|\p{Sc}|EUR|USD|GBP|CHF)?\)?$")]
    private static partial Regex Adorned();

    [GeneratedRegex(@"^#(?:N/?[ADV]|[\p{Lu}/0¡¿ ]{2,10}[!?]) *(?:[,;|\t]|$)")]
    private static partial Regex Error();
}
