namespace LisNative.Data;

/// <summary>
/// What becomes of a table's missing values: cells that are empty, or hold NA, N/A, NaN, null, none, a question mark, or an error of a
/// spreadsheet such as #N/A and #DIV/0!.
/// </summary>
public enum Missing
{
    /// <summary>The first is an exception.</summary>
    Refuse,

    /// <summary>Rows with one are left out.</summary>
    Drop,

    /// <summary>Each becomes its column's mean: that of the normal data where a model scores, else that of the file.</summary>
    Mean,
}
