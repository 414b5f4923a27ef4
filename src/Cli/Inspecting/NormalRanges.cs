using System.Globalization;
using LisNative.Data;

namespace LisNative.Cli.Inspecting;

/// <summary>Where nearly all normal rows lie in each column of numbers of a table, by its name.</summary>
internal sealed class NormalRanges
{
    /// <summary>The share of rows below a range, and above it; rows that are looked at.</summary>
    private const double Outside = 0.01;
    private const int Looked = 1 << 17;

    private readonly Dictionary<string, (double Low, double High)> ranges = new(StringComparer.Ordinal);

    /// <param name="normal">Rows of a table.</param>
    internal NormalRanges(Dataset normal)
    {
        int looked = Math.Min(normal.Count, Looked);
        var row = new double[normal.SampleShape.Count];
        (string Name, int Number)[] columns = [.. Numbers(normal)];
        double[][] values = [.. columns.Select(_ => new double[looked])];
        for (int i = 0; i < looked; i++)
        {
            normal.Read((int)((long)i * normal.Count / looked), row);
            for (int c = 0; c < columns.Length; c++)
            {
                values[c][i] = row[columns[c].Number];
            }
        }

        foreach (var ((name, _), all) in columns.Zip(values))
        {
            ranges[name] = (Quantiles.Of(all, Outside), Quantiles.Of(all, 1 - Outside));
        }
    }

    /// <summary>Of a column, in words; null of one of words or dates.</summary>
    internal string? Of(string column) => ranges.TryGetValue(column, out var range)
        ? string.Create(CultureInfo.InvariantCulture, $"{range.Low:G4} to {range.High:G4}") : null;

    /// <summary>Whether a value lies outside its column's range.</summary>
    internal bool Exclude(string column, string value) => ranges.TryGetValue(column, out var range)
        && double.TryParse(value, CultureInfo.InvariantCulture, out double number) && (number < range.Low || number > range.High);

    private static IEnumerable<(string Name, int Number)> Numbers(Dataset normal) => normal.Encoding is { } encoding
        ? encoding.Columns.Index().Where(c => c.Item.Kind == ColumnKind.Number).Select(c => (c.Item.Name, encoding.Of(c.Index).Start.Value))
        : Enumerable.Range(0, normal.SampleShape.Count).Select(j => (normal.Columns?[j] ?? $"{j + 1}", j));
}
