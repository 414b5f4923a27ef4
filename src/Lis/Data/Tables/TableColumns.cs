namespace LisNative.Data;

/// <summary>The columns of the vectors that a model was made from: what another table is matched with.</summary>
public sealed class TableColumns
{
    internal TableColumns(IReadOnlyList<string>? names, IReadOnlyList<double> means) => (Names, Means) = (names, means);

    /// <summary>Their names in the order of a sample's numbers; null when the source had none.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>Their means over the normal data.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>Those of a set of vectors; null when its samples are images.</summary>
    internal static TableColumns? Of(Dataset set) => set.SampleShape.Rank == 1 ? new(set.Columns, Scaler.Fit(set).Mean) : null;

    /// <summary>Names for a message: the first ones of many.</summary>
    internal static string List(IReadOnlyCollection<string> names) =>
        names.Count <= Listed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Listed))}, … ({names.Count} in all)";

    private const int Listed = 30;
}
