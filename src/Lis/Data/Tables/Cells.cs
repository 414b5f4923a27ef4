namespace LisNative.Data;

/// <summary>The cells of one row of text: without the blanks around them, and without the quotes (RFC 4180).</summary>
internal sealed class Cells
{
    private readonly List<Range> ranges = [];
    private string row = "";

    internal int Count => ranges.Count;

    internal ReadOnlySpan<char> this[int cell] => row.AsSpan(ranges[cell]);

    /// <summary>All of them, doubled quotes undone.</summary>
    internal string[] ToTexts() => [.. ranges.Select(r => row[r].Replace("\"\"", "\"", StringComparison.Ordinal))];

    /// <summary>Takes a row apart; false where a quote is not closed, so that the row goes on in the next line.</summary>
    internal bool Split(string text, char separator)
    {
        row = text;
        ranges.Clear();
        bool blanks = separator == Dialect.Blanks;
        for (int at = 0; ; at++)
        {
            at = Skip(at, separator);
            if (blanks && at == row.Length)
            {
                return true;
            }

            int close = at < row.Length && row[at] == '"' ? Closing(at + 1) : 0;
            if (close == row.Length)
            {
                return false;
            }

            int after = close > 0 && !blanks ? Skip(close + 1, separator) : close + 1;
            bool quoted = close > 0 && (after == row.Length || IsSeparator(row[after], separator));
            int end = quoted ? after : End(at, separator);
            ranges.Add(quoted ? (at + 1)..close : at..(at + row.AsSpan(at..end).TrimEnd().Length));
            at = end;
            if (at == row.Length)
            {
                return true;
            }
        }
    }

    private static bool IsSeparator(char c, char separator) => c == separator || (separator == Dialect.Blanks && c == '\t');

    private int Skip(int at, char separator)
    {
        while (at < row.Length && (row[at] == ' ' || (row[at] == '\t' && separator != '\t')))
        {
            at++;
        }

        return at;
    }

    /// <summary>The place of the quote that ends a cell, which is not one of two; the row's length without one.</summary>
    private int Closing(int at)
    {
        for (; (at = row.IndexOf('"', at)) >= 0; at += 2)
        {
            if (at + 1 == row.Length || row[at + 1] != '"')
            {
                return at;
            }
        }

        return row.Length;
    }

    private int End(int at, char separator)
    {
        int length = separator == Dialect.Blanks ? row.AsSpan(at).IndexOfAny(' ', '\t') : row.AsSpan(at).IndexOf(separator);
        return length < 0 ? row.Length : at + length;
    }
}
