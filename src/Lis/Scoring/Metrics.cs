namespace LisNative.Scoring;

/// <summary>How well scores separate anomalies from normal samples; higher scores are more anomalous.</summary>
public static class Metrics
{
    /// <summary>Area under the ROC curve: the probability that an anomaly scores above a normal sample, ties counting half.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    public static double Auc(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        double wrongBefore = 0, foundBefore = 0, sum = 0;
        foreach (var (wrong, found) in Flagged(normal, anomalous))
        {
            sum += (wrong - wrongBefore) * ((foundBefore + found) / 2);
            (wrongBefore, foundBefore) = (wrong, found);
        }

        return sum / ((double)normal.Length * anomalous.Length);
    }

    /// <summary>Average precision Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over falling thresholds, tied scores at once.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    public static double AveragePrecision(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        double before = 0, sum = 0;
        foreach (var (wrong, found) in Flagged(normal, anomalous))
        {
            sum += (found - before) * found / (wrong + found);
            before = found;
        }

        return sum / anomalous.Length;
    }

    /// <summary>The greatest F₁ = 2·found / (2·found + wrong + missed) that a threshold gives.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    internal static double MaxF1(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        int all = anomalous.Length;
        return Flagged(normal, anomalous).Max(f => 2.0 * f.Found / (f.Wrong + f.Found + all));
    }

    /// <summary>The ROC curve, from the highest threshold to the lowest, tied scores at once.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    internal static (double FalseAlarms, double Found)[] Roc(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        double good = normal.Length, bad = anomalous.Length;
        return [(0, 0), .. Flagged(normal, anomalous).Select(f => (f.Wrong / good, f.Found / bad))];
    }

    /// <summary>The share of normal samples flagged at the highest threshold that flags at least this share of the anomalies.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    public static double FalsePositiveRate(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous, double truePositiveRate = 0.95)
    {
        double needed = truePositiveRate * anomalous.Length;
        var flagged = Flagged(normal, anomalous);
        int at = flagged.FindIndex(f => f.Found >= needed);
        return (at < 0 ? flagged[^1] : flagged[at]).Wrong / (double)normal.Length;
    }

    /// <summary>
    /// The paper's trade-off: for thresholds α from the lowest to the highest score, the accuracy on normal samples (score ≤ α) and on
    /// anomalies (score &gt; α).
    /// </summary>
    /// <exception cref="ArgumentException">A set is empty, a score is NaN, or fewer than 2 points are asked for.</exception>
    public static IReadOnlyList<(float Alpha, double Normal, double Anomalous)> TradeOff(
        ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous, int points = 101)
    {
        var sorted = Sorted(normal, anomalous);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        float low = sorted[0].Score, high = sorted[^1].Score;
        double span = Math.Clamp(high, float.MinValue, float.MaxValue) - (double)Math.Clamp(low, float.MinValue, float.MaxValue);
        var curve = new (float, double, double)[points];
        for (int i = 0, at = 0, seen = 0; i < points; i++)
        {
            float alpha = i == 0 ? low : i == points - 1 ? high : (float)(Math.Max(low, float.MinValue) + (span * i / (points - 1)));
            for (; at < sorted.Length && sorted[at].Score <= alpha; at++)
            {
                seen += sorted[at].Normal ? 1 : 0;
            }

            curve[i] = (alpha, seen / (double)normal.Length, 1 - ((at - seen) / (double)anomalous.Length));
        }

        return curve;
    }

    /// <summary>
    /// The threshold α that a new normal sample exceeds with at most the given probability, from held-out normal scores alone: the
    /// ⌈(n + 1)(1 − rate)⌉-th smallest (split conformal prediction, Vovk et al. 2005); +∞ when n is too small for the rate.
    /// </summary>
    /// <exception cref="ArgumentException">There are no scores, one is NaN, or the rate is outside (0, 1).</exception>
    public static float Threshold(ReadOnlySpan<float> normal, double falseAlarmRate)
    {
        if (normal.IsEmpty || !(falseAlarmRate > 0 && falseAlarmRate < 1))
        {
            throw new ArgumentException(
                $"Threshold: {normal.Length} normal scores and a false-alarm rate of {falseAlarmRate}; expected some scores and a rate "
                + "between 0 and 1");
        }

        float[] sorted = normal.ToArray();
        Array.Sort(sorted);
        int rank = (int)Math.Ceiling((sorted.Length + 1) * (1 - falseAlarmRate));
        return float.IsNaN(sorted[0]) ? throw new ArgumentException("Threshold: a score is NaN")
            : rank > sorted.Length ? float.PositiveInfinity : sorted[rank - 1];
    }

    private static (float Score, bool Normal)[] Sorted(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        if (normal.IsEmpty || anomalous.IsEmpty)
        {
            throw new ArgumentException($"Metrics: {normal.Length} normal and {anomalous.Length} anomalous scores; expected some of both");
        }

        var all = new (float Score, bool Normal)[normal.Length + anomalous.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = i < normal.Length ? (normal[i], true) : (anomalous[i - normal.Length], false);
            if (float.IsNaN(all[i].Score))
            {
                throw new ArgumentException("Metrics: a score is NaN");
            }
        }

        Array.Sort(all, (a, b) => a.Score.CompareTo(b.Score));
        return all;
    }

    /// <summary>
    /// How many normal samples, wrongly, and how many anomalies each threshold flags: from the highest to the lowest, tied scores at once.
    /// </summary>
    private static List<(int Wrong, int Found)> Flagged(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        var (sorted, flagged, wrong) = (Sorted(normal, anomalous), new List<(int, int)>(), 0);
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            wrong += sorted[i].Normal ? 1 : 0;
            if (i == 0 || sorted[i - 1].Score != sorted[i].Score)
            {
                flagged.Add((wrong, sorted.Length - i - wrong));
            }
        }

        return flagged;
    }
}
