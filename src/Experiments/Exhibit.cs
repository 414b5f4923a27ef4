using LisNative.Data;

namespace LisNative.Experiments;

/// <summary>
/// What a report shows of one detector: how it learnt, how it scores normal data and others, and some samples with what it makes of them.
/// </summary>
/// <param name="Title">Which one.</param>
/// <param name="Others">What the others are: the outliers of a test, or the negatives of a user.</param>
/// <param name="Scores">The names of the detector's scores, its own first.</param>
/// <param name="Training">The loss along each phase, averaged over stretches of it.</param>
/// <param name="Normal">By score: of at most <see cref="MostLooked"/> normal samples, sorted; at most <see cref="MostScores"/>, evenly
/// among the ranks.</param>
/// <param name="Other">By score: of the others, likewise; empty when there are none.</param>
/// <param name="Pictures">Some of both; null unless they are images.</param>
public sealed record Exhibit(
    string Title, string Others, IReadOnlyList<string> Scores, IReadOnlyDictionary<string, double[]> Training,
    IReadOnlyList<float[]> Normal, IReadOnlyList<float[]> Other, Pictures? Pictures)
{
    private const int MostLooked = 2000, MostScores = 1000, MostLosses = 200, ShownOfEach = 12;

    /// <summary>Of the pictures shown of each: fewer of large ones, one at least.</summary>
    private const int MostNumbers = 1 << 23;

    /// <summary>Looks at a detector that was just fitted.</summary>
    /// <param name="title">Which one.</param>
    /// <param name="detector">With its history.</param>
    /// <param name="normal">Normal samples that training never saw.</param>
    /// <param name="others">What the others are.</param>
    /// <param name="other">The others; null when there are none.</param>
    public static Exhibit Create(string title, Detector detector, Dataset normal, string others, Dataset? other)
    {
        ArgumentNullException.ThrowIfNull(detector);
        (normal, other) = (Some(normal), other is null ? null : Some(other));
        float[][] ofNormal = [.. detector.ScoreNames.Select(s => detector.Score(normal, s))],
            ofOther = [.. detector.ScoreNames.Select(s => other is null ? [] : detector.Score(other, s))];
        var history = detector.Health?.Training;
        var training = history?.Losses.ToDictionary(l => l.Phase, l => Thinned([.. l.Losses])) ?? [];
        foreach (var (phase, losses) in history?.HeldOutLosses ?? [])
        {
            training[$"{phase}, held out"] = Thinned([.. losses.Select(l => l.Loss)]);
        }

        return new(title, others, detector.ScoreNames, training, [.. ofNormal.Select(Sorted)], [.. ofOther.Select(Sorted)],
            detector.SampleShape.Rank == 3
            ? Pictures.Create(detector, Evenly(normal, ofNormal[0]), other is null ? null : Evenly(other, ofOther[0])) : null);
    }

    /// <summary>Enough samples for what is shown, evenly among them.</summary>
    private static Dataset Some(Dataset set) =>
        set.Count <= MostLooked ? set
            : set.Select(set.Name, [.. Enumerable.Range(0, MostLooked).Select(i => (int)((long)i * set.Count / MostLooked))]);

    private static float[] Sorted(float[] scores)
    {
        float[] sorted = [.. scores.Order()];
        return sorted.Length <= MostScores ? sorted
            : [.. Enumerable.Range(0, MostScores).Select(i => sorted[(int)((long)i * (sorted.Length - 1) / (MostScores - 1))])];
    }

    private static double[] Thinned(double[] losses)
    {
        int length = Math.Max(1, (losses.Length + MostLosses - 1) / MostLosses);
        return [.. losses.Chunk(length).Select(c => Math.Round(c.Average(), 5))];
    }

    /// <summary>Samples from the least to the most anomalous, evenly among the ranks.</summary>
    private static Dataset Evenly(Dataset set, float[] scores)
    {
        int[] order = [.. Enumerable.Range(0, set.Count).OrderBy(i => scores[i])];
        int count = Math.Min(Math.Min(ShownOfEach, order.Length), Dataset.RowsWithin(MostNumbers, set.SampleShape.Count));
        return set.Select(set.Name, [.. Enumerable.Range(0, count).Select(i => order[(int)(((2 * i) + 1L) * order.Length / (2 * count))])]);
    }
}
