namespace LisNative.Data;

/// <summary>
/// What becomes of a table's missing values: cells that are empty, or hold NA, N/A, NaN, null, none, a question mark, or an error of a
/// spreadsheet such as #N/A and #DIV/0!; of an array those that are NaN. Where they are filled in, rows that lack all values are left out.
/// </summary>
public enum Missing
{
    /// <summary>The first is an exception.</summary>
    Refuse,

    /// <summary>Rows with one are left out.</summary>
    Drop,

    /// <summary>Each becomes its column's mean in the normal data, which the model keeps.</summary>
    Mean,

    /// <summary>
    /// Each becomes its column's median in the normal data, of words the most frequent one; and a column that lacked values there has one
    /// more number, which says where (scikit-learn's SimpleImputer with an indicator). The model keeps both.
    /// </summary>
    Median,
}
