using LisNative.Training;

namespace LisNative;

/// <summary>What can go wrong without an exception, looked for after every fit.</summary>
public sealed class Health
{
    private const double FewDistinct = 0.9;

    internal Health(TrainingHistory training, double distinctScores, IReadOnlyList<string> data)
    {
        (Training, DistinctScores, Data) = (training, distinctScores, data);
        Warnings =
        [
            .. data,
            .. training.Findings,
            .. training.Unmoved.Count > 0
                ? [$"training did not move {string.Join(", ", training.Unmoved)}; the model is not what it should be"]
                : Array.Empty<string>(),
            .. distinctScores < FewDistinct
                ? [$"only {distinctScores:P0} of the scores are distinct; nearly every input looks the same to the model"]
                : Array.Empty<string>(),
        ];
    }

    /// <summary>What training showed.</summary>
    public TrainingHistory Training { get; }

    /// <summary>Share of different values among the held-out scores.</summary>
    public double DistinctScores { get; }

    /// <summary>What is odd about the normal data, in words: numbers that rounding loses, near-duplicates, some that lie apart.</summary>
    public IReadOnlyList<string> Data { get; }

    /// <summary>The findings in words; none when all went well.</summary>
    public IReadOnlyList<string> Warnings { get; }
}
