using LisNative.Training;

namespace LisNative;

/// <summary>What can go wrong without an exception, looked for after every fit.</summary>
/// <param name="Training">What training showed.</param>
/// <param name="DistinctScores">Share of different values among the held-out scores.</param>
/// <param name="Data">What is odd about the normal data, in words: numbers that rounding loses, near-duplicates, some that lie apart.</param>
public sealed record Health(TrainingHistory Training, double DistinctScores, IReadOnlyList<string> Data)
{
    private const double FewDistinct = 0.9;

    /// <summary>The findings in words; none when all went well.</summary>
    public IReadOnlyList<string> Warnings { get; } =
    [
        .. Data,
        .. Training.Findings,
        .. Training.Unmoved.Count > 0 ? [$"training did not move {string.Join(", ", Training.Unmoved)}; the model is not what it should be"] : Array.Empty<string>(),
        .. DistinctScores < FewDistinct ? [$"only {DistinctScores:P0} of the scores are distinct; nearly every input looks the same to the model"] : Array.Empty<string>(),
    ];
}
