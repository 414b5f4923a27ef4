namespace LisNative.Cli.Inspecting;

/// <summary>Scored samples of one kind.</summary>
/// <param name="Kind">Of fault; null of good ones.</param>
/// <param name="Path">Where they were read.</param>
/// <param name="Names">One for each sample.</param>
/// <param name="Scores">One for each name.</param>
internal sealed record ScoredSet(string? Kind, string Path, IReadOnlyList<string> Names, float[] Scores)
{
    /// <summary>How many are flagged at a threshold.</summary>
    internal int Flagged(float threshold) => Scores.Count(s => s > threshold);

    /// <summary>How many are not.</summary>
    internal int Passed(float threshold) => Scores.Length - Flagged(threshold);
}
