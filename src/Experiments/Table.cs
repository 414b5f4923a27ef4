namespace LisNative.Experiments;

/// <summary>A table of the paper: what it says, and which cells answer it.</summary>
/// <param name="Name">As the tool takes it: table1, tableA3.</param>
/// <param name="Title">One line.</param>
/// <param name="Entries">Row by row.</param>
public sealed record Table(string Name, string Title, IReadOnlyList<Entry> Entries)
{
    /// <summary>The labels of the rows, in order.</summary>
    public IReadOnlyList<string> Rows => [.. Entries.Select(e => e.Row).Distinct()];

    /// <summary>The labels of the columns, in order.</summary>
    public IReadOnlyList<string> Columns => [.. Entries.Select(e => e.Column).Distinct()];
}

/// <summary>One number of a table: the mean over tasks.</summary>
/// <param name="Row">The row's label.</param>
/// <param name="Column">The column's label.</param>
/// <param name="Paper">What the paper has there; null where it has nothing.</param>
/// <param name="Of">The cells of a seed.</param>
/// <param name="Score">Which of their scores.</param>
/// <param name="Outlier">The one class to be found; null for all.</param>
public sealed record Entry(string Row, string Column, double? Paper, Func<ulong, IReadOnlyList<Cell>> Of, string Score,
    int? Outlier = null);
