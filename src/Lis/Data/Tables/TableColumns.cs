namespace LisNative.Data;

/// <summary>The columns of the vectors that a model was made from: what another table is matched with.</summary>
/// <param name="Names">Their names in the order of a sample's numbers; null when the source had none.</param>
/// <param name="Means">Their means over the normal data.</param>
public sealed record TableColumns(IReadOnlyList<string>? Names, IReadOnlyList<double> Means)
{
    /// <summary>Those of a set of vectors; null when its samples are images.</summary>
    public static TableColumns? Of(Dataset set) => set.SampleShape.Rank == 1 ? new(set.Columns, Scaler.Fit(set).Mean) : null;

    /// <summary>Names for a message: the first ones of many.</summary>
    internal static string List(IReadOnlyCollection<string> names) => names.Count <= Listed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Listed))}, … ({names.Count} in all)";

    private const int Listed = 30;
}
