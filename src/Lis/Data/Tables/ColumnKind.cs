namespace LisNative.Data;

/// <summary>What the cells of a column of a table are.</summary>
internal enum ColumnKind
{
    /// <summary>Numbers, which stay as they are.</summary>
    Number,

    /// <summary>Words, each of which becomes a number 0 or 1 of its own.</summary>
    Category,

    /// <summary>Dates, of which the time of day and the day of the week are taken.</summary>
    Date,
}
