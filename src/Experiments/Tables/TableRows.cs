using System.Globalization;
using LisNative.Data;

namespace LisNative.Experiments;

/// <summary>The rows of a labelled table, in two parts.</summary>
/// <param name="Train">The first half of the normal rows.</param>
/// <param name="Test">The other half, then all anomalies, by their labels.</param>
/// <param name="Fingerprint">A hash of all of them.</param>
internal sealed record TableRows(Dataset Train, Dataset Test, string Fingerprint)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is no labelled table.</exception>
    internal static TableRows Read(string file, string name)
    {
        Dataset x = Npy.Read($"{file}:X"), y = Npy.Read($"{file}:y");
        if (x.SampleShape.Rank != 1)
        {
            throw new InputException($"{file}:X", $"expected an array [rows, columns], found samples {x.SampleShape}");
        }

        if (y.SampleShape.Rank != 1 || y.SampleShape.Count != 1 || y.Count != x.Count)
        {
            throw new InputException(
                $"{file}:y", $"expected a label for each of {x.Count} rows, found {y.Count} of {y.SampleShape.Count} numbers");
        }

        int[] labels = [.. Enumerable.Range(0, y.Count).Select(i => Label(y, i))];
        int[] normal = Of(0), anomalous = Of(1);
        if (normal.Length == 0 || anomalous.Length == 0)
        {
            throw new InputException($"{file}:y",
                $"expected normal rows (0) and anomalies (1), found {normal.Length} and {anomalous.Length}");
        }

        // As the published code halves an odd number: to the nearest even one.
        int half = (int)Math.Round(0.5 * normal.Length);
        var rows = new Dataset(name, x.SampleShape, x.ToDoubles(), labels);
        return new(rows.Select(name, normal.AsSpan(0, half)), rows.Select(name, [.. normal[half..], .. anomalous]),
            $"{rows.Select(name, [.. normal, .. anomalous]).Fingerprint()}/{normal.Length}");

        int[] Of(int label) => [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == label)];
    }

    private static int Label(Dataset y, int row)
    {
        Span<double> label = stackalloc double[1];
        y.Read(row, label);
        return label[0] is 0 or 1 ? (int)label[0] : throw new InputException(y.Name, string.Create(CultureInfo.InvariantCulture,
            $"expected 0 for normal rows and 1 for anomalies, found {label[0]} in row {row + 1}"));
    }
}
