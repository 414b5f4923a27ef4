namespace LisNative.Cli.Scoring;

/// <summary>Scored samples, and what is said of them.</summary>
/// <param name="Names">One for each sample.</param>
/// <param name="Scores">Higher is more anomalous; NaN where there is none, of a row of a signal with which no window ends.</param>
/// <param name="PValues">Null where no normal data were held out, or there is no score.</param>
/// <param name="Anomalous">Whether each is flagged.</param>
/// <param name="Reasons">The columns that made each score so; null where nobody asked.</param>
internal sealed record RatedBatch(
    IReadOnlyList<string> Names, float[] Scores, double?[] PValues, bool[] Anomalous,
    IReadOnlyList<IReadOnlyList<ColumnShare>>? Reasons)
{
    /// <summary>The time of each in ISO 8601; null where they are not known.</summary>
    internal string[]? Times { get; init; }
}
