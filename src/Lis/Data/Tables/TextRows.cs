namespace LisNative.Data;

/// <summary>
/// The rows of a text: its lines but for blank ones and comments, which begin with #. A quoted cell may go on in the next line.
/// </summary>
/// <param name="reader">The text.</param>
/// <param name="source">Its name, for messages.</param>
internal sealed class TextRows(TextReader reader, string source)
{
    /// <summary>A quote that is not closed by then was none.</summary>
    private const int MostLinesOfACell = 100;

    private readonly TextLines text = new(reader, source);
    private readonly Queue<string> ahead = [];
    private int lines;

    /// <summary>The line in which the row begins that was read last; from 1.</summary>
    internal int Line { get; private set; }

    /// <summary>Whether the next line is not in memory whole.</summary>
    internal bool IsDrained => ahead.Count == 0 && text.IsDrained;

    /// <summary>The next rows, at most so many, which stay to be read; and the last comment before them, without its mark.</summary>
    internal (IReadOnlyList<string> Rows, string Comment) Ahead(int count)
    {
        var rows = new List<string>();
        string comment = "";
        while (rows.Count < count && text.Next() is { } line)
        {
            ahead.Enqueue(line);
            if (!IsSkipped(line))
            {
                rows.Add(line);
            }
            else if (rows.Count == 0 && line.Contains('#', StringComparison.Ordinal))
            {
                comment = line.TrimStart(' ', '\t', '#');
            }
        }

        return (rows, comment);
    }

    /// <summary>Reads the cells of the next row; false at the end.</summary>
    /// <exception cref="InputException">A quote is not closed.</exception>
    internal bool Next(Cells cells, char separator)
    {
        string? row;
        do
        {
            row = NextLine();
        }
        while (row is not null && IsSkipped(row));
        Line = lines;
        while (row is not null && !cells.Split(row, separator))
        {
            row = lines - Line < MostLinesOfACell && NextLine() is { } more ? $"{row}\n{more}"
                : throw new InputException(source,
                    $"expected a quote that ends the cell begun in line {Line}, found none up to line {lines}");
        }

        return row is not null;
    }

    private static bool IsSkipped(string line) =>
        line.AsSpan().TrimStart() is var text && text is [] or ['#', ..] && !Dialect.BeginsWithError(text);

    private string? NextLine()
    {
        string? line = ahead.TryDequeue(out string? known) ? known : text.Next();
        lines += line is null ? 0 : 1;
        return line;
    }
}
