namespace LisNative.Data;

/// <summary>The columns of the vectors that a model was made from: what another table is matched with.</summary>
public sealed class TableColumns
{
    internal TableColumns(IReadOnlyList<string>? names, IReadOnlyList<double> means, TableEncoding? encoding = null) =>
        (Names, Means, Encoding) = (names, means, encoding);

    /// <summary>Their names in the order of a sample's numbers; null when the source had none.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>Their means over the normal data, medians where these were scaled by them.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>The name of the column that tells the time, which is no number of a sample; null where none does.</summary>
    public string? Time { get; internal init; }

    /// <summary>What cells become these numbers, and how; null where they are the cells, none of which may be missing.</summary>
    internal TableEncoding? Encoding { get; }

    /// <summary>The names of a table's columns that are read for them; null where there were none.</summary>
    internal IReadOnlyList<string>? SourceNames =>
        Encoding is null ? Names : Encoding.IsNamed ? [.. Encoding.Columns.Select(c => c.Name)] : null;

    /// <summary>How many columns of a table are read for them.</summary>
    internal int SourceCount => Encoding?.Columns.Count ?? Means.Count;

    /// <summary>Those of a set of vectors; null when its samples are images.</summary>
    internal static TableColumns? Of(Dataset set) => set.SampleShape.Rank == 1
        ? new(set.Columns, Scaler.Fit(set).Mean[..set.RowLength], set.Encoding) { Time = set.TimeColumn } : null;

    /// <summary>Names for a message: the first ones of many.</summary>
    internal static string List(IReadOnlyCollection<string> names) =>
        names.Count <= Listed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Listed))}, … ({names.Count} in all)";

    private const int Listed = 30;
}
