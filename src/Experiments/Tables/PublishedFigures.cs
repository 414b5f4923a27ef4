using System.Globalization;

namespace LisNative.Experiments;

/// <summary>Published figures of methods on tables: a CSV file with a row for each table, whose cells are 82.21(0.0), in percent.</summary>
public sealed class PublishedFigures
{
    private readonly Dictionary<string, double?[]> rows = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, int> columns = new(StringComparer.Ordinal);

    private PublishedFigures(string[] methods)
    {
        Methods = methods;
        foreach (var (column, method) in methods.Index())
        {
            columns[method] = column;
        }
    }

    /// <summary>The published methods, by their names there.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Reads a file; null where there is none.</summary>
    /// <exception cref="InputException">It cannot be read, or a line is no such row.</exception>
    public static PublishedFigures? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            string[][] lines = [.. File.ReadLines(path).Where(l => l.Length > 0).Select(l => l.Split(','))];
            var figures = new PublishedFigures(lines.Length > 0 ? lines[0][1..]
                : throw new InputException(path, "expected a line of methods' names, found none"));
            foreach (var (number, line) in lines.Index().Skip(1))
            {
                figures.rows[line[0]] = line.Length == lines[0].Length ? [.. line.Skip(1).Select(cell => Figure(cell, path, number + 1))]
                    : throw new InputException(path, $"expected {lines[0].Length} cells in line {number + 1}, found {line.Length}");
            }

            return figures;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be read ({e.Message})", e);
        }
    }

    /// <summary>A method's figure on a table, from 0 to 1; null where there is none.</summary>
    public double? Find(string table, string method) =>
        columns.TryGetValue(method, out int column) && rows.TryGetValue(table, out var row) ? row[column] : null;

    private static double? Figure(string cell, string path, int line)
    {
        string mean = cell.Split('(')[0].Trim();
        return mean.Length == 0 ? null
            : double.TryParse(mean, NumberStyles.Float, CultureInfo.InvariantCulture, out double percent) && percent is >= 0 and <= 100
                ? Math.Round(percent / 100, 6)
                : throw new InputException(path, $"expected figures from 0 to 100 in line {line}, found \"{cell}\"");
    }
}
