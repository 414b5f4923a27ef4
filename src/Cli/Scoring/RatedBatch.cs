namespace LisNative.Cli.Scoring;

/// <summary>Scored samples, and what is said of them.</summary>
/// <param name="Names">One for each sample.</param>
/// <param name="Scores">Higher is more anomalous.</param>
/// <param name="PValues">Null where no normal data were held out.</param>
/// <param name="Anomalous">Whether each is flagged.</param>
/// <param name="Reasons">The columns that made each score so; null where nobody asked.</param>
internal sealed record RatedBatch(
    IReadOnlyList<string> Names, float[] Scores, double?[] PValues, bool[] Anomalous,
    IReadOnlyList<IReadOnlyList<ColumnShare>>? Reasons);
