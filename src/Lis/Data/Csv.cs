using System.Globalization;
using LisNative.Layers;
using Sylvan.Data.Csv;

namespace LisNative.Data;

/// <summary>Rows of numbers, one sample a row; a first row that is not numbers is a heading.</summary>
public static class Csv
{
    /// <summary>Reads a file; vectors of the length of its first row.</summary>
    /// <exception cref="InputException">A cell is not a number, or a row has another length.</exception>
    public static Dataset Read(string path) => FileReader.Guard(path, () =>
    {
        var values = new List<float>();
        int length = 0, line = 0;
        try
        {
            using var text = new StringReader(System.Text.Encoding.UTF8.GetString(FileReader.ReadAll(path)));
            using var csv = CsvDataReader.Create(text, new CsvDataReaderOptions { HasHeaders = false });
            while (csv.Read())
            {
                line++;
                int cells = csv.RowFieldCount;
                if (line == 1 && !float.TryParse(csv.GetString(0), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                {
                    length = cells;
                    continue;
                }

                length = length == 0 ? cells : length;
                if (cells != length)
                {
                    throw new InputException(path, $"expected {length} cells in line {line}, found {cells}");
                }

                for (int i = 0; i < cells; i++)
                {
                    values.Add(float.TryParse(csv.GetString(i), NumberStyles.Float, CultureInfo.InvariantCulture, out float v) ? v
                        : throw new InputException(path, $"expected a number in line {line}, cell {i + 1}, found \"{csv.GetString(i)}\""));
                }
            }
        }
        catch (Exception e) when (e is CsvFormatException or FormatException)
        {
            throw new InputException(path, $"is not valid CSV ({e.Message})", e);
        }

        return values.Count > 0 ? new Dataset(path, [length], values.ToArray(), new int[values.Count / length])
            : throw new InputException(path, "expected rows of numbers, found none");
    });
}
