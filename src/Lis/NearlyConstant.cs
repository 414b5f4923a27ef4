using System.Globalization;
using LisNative.Data;

namespace LisNative;

/// <summary>Columns that have one value nearly always: their deviation is so small that any other value is an extreme.</summary>
internal static class NearlyConstant
{
    private const double MostShare = 0.999;

    /// <summary>Such columns, in a sentence; null where there are none.</summary>
    internal static string? Finding(Dataset normal)
    {
        if (normal.SampleShape.Rank != 1)
        {
            return null;
        }

        normal = normal.Rows();
        int size = normal.SampleShape.Count;
        double[] row = new double[size], value = new double[size];
        int[] votes = new int[size], same = new int[size];
        for (int i = 0; i < normal.Count; i++)      // by the majority vote of Boyer and Moore
        {
            normal.Read(i, row);
            for (int j = 0; j < size; j++)
            {
                (value[j], votes[j]) = votes[j] == 0 ? (row[j], 1) : (value[j], votes[j] + (row[j] == value[j] ? 1 : -1));
            }
        }

        for (int i = 0; i < normal.Count; i++)
        {
            normal.Read(i, row);
            for (int j = 0; j < size; j++)
            {
                same[j] += row[j] == value[j] ? 1 : 0;
            }
        }

        string[] found = [.. Enumerable.Range(0, size)
            .Where(j => same[j] > MostShare * normal.Count && same[j] < normal.Count && normal.Encoding?.IsFlag(j) != true)
            .Select(j => string.Create(
                CultureInfo.InvariantCulture, $"{normal.NameOf(j)} ({value[j]:G6} in {same[j]} of {normal.Count})"))];
        return found.Length == 0 ? null
            : $"{(found.Length == 1 ? "column" : "columns")} {TableColumns.List(found)} nearly always the same: any other value there "
                + "makes a row anomalous; --columns leaves such columns out";
    }
}
