using LisNative.Layers;
using nietras.SeparatedValues;

namespace LisNative.Data;

/// <summary>Rows of numbers, one sample a row; a first row that is not numbers is a heading.</summary>
public static class Csv
{
    /// <summary>Reads a file; vectors of the length of its first row.</summary>
    /// <exception cref="InputException">A cell is not a number, or a row has another length.</exception>
    public static Dataset Read(string path)
    {
        var values = new List<float>();
        int length = 0, line = 1;
        try
        {
            using var rows = Sep.Reader(o => o with { HasHeader = false, DisableColCountCheck = true, Unescape = true }).From(FileReader.ReadAll(path));
            foreach (var row in rows)
            {
                line = row.LineNumberFrom;
                if (row.Span.IsEmpty)
                {
                    continue;
                }

                if (length == 0 && !row[0].TryParse<float>(out _))
                {
                    length = row.ColCount;
                    continue;
                }

                length = length == 0 ? row.ColCount : length;
                if (row.ColCount != length)
                {
                    throw new InputException(path, $"expected {length} cells in line {line}, found {row.ColCount}");
                }

                for (int i = 0; i < length; i++)
                {
                    values.Add(row[i].TryParse(out float value) ? value
                        : throw new InputException(path, $"expected a number in line {line}, cell {i + 1}, found \"{row[i].Span}\""));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InputException(path, $"is not valid CSV beyond line {line} ({e.Message})", e);
        }

        return values.Count > 0 ? new Dataset(path, [length], values.ToArray(), new int[values.Count / length])
            : throw new InputException(path, $"expected rows of numbers, found none up to line {line}");
    }
}
