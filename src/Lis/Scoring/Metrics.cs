namespace LisNative.Scoring;

/// <summary>How well scores separate anomalies from normal samples; higher scores are more anomalous.</summary>
public static class Metrics
{
    /// <summary>Area under the ROC curve: the probability that an anomaly scores above a normal sample, ties counting half.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    public static double Auc(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        var sorted = Sorted(normal, anomalous);
        double below = 0, sum = 0;
        foreach (var (ties, tiedNormal) in Groups(sorted))
        {
            int tiedAnomalous = ties - tiedNormal;
            sum += tiedAnomalous * (below + (tiedNormal / 2.0));
            below += tiedNormal;
        }

        return sum / ((double)normal.Length * anomalous.Length);
    }

    /// <summary>Average precision Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over falling thresholds, tied scores at once.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    public static double AveragePrecision(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        double found = 0, taken = 0, sum = 0;
        foreach (var (ties, tiedNormal) in Groups(Sorted(normal, anomalous)).AsEnumerable().Reverse())
        {
            taken += ties;
            found += ties - tiedNormal;
            sum += (ties - tiedNormal) * found / taken;
        }

        return sum / anomalous.Length;
    }

    /// <summary>The greatest F₁ = 2·found / (2·found + wrong + missed) that a threshold gives.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    internal static double MaxF1(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        double found = 0, taken = 0, best = 0;
        foreach (var (ties, tiedNormal) in Groups(Sorted(normal, anomalous)).AsEnumerable().Reverse())
        {
            taken += ties;
            found += ties - tiedNormal;
            best = Math.Max(best, 2 * found / (taken + anomalous.Length));
        }

        return best;
    }

    /// <summary>The ROC curve, from the highest threshold to the lowest, tied scores at once.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    internal static (double FalseAlarms, double Found)[] Roc(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous)
    {
        var (wrong, found, curve) = (0, 0, new List<(double, double)> { (0, 0) });
        foreach (var (ties, tiedNormal) in Groups(Sorted(normal, anomalous)).AsEnumerable().Reverse())
        {
            (wrong, found) = (wrong + tiedNormal, found + ties - tiedNormal);
            curve.Add((wrong / (double)normal.Length, found / (double)anomalous.Length));
        }

        return [.. curve];
    }

    /// <summary>The share of normal samples flagged at the highest threshold that flags at least this share of the anomalies.</summary>
    /// <exception cref="ArgumentException">A set is empty or a score is NaN.</exception>
    public static double FalsePositiveRate(ReadOnlySpan<float> normal, ReadOnlySpan<float> anomalous, double truePositiveRate = 0.95)
    {
        double needed = truePositiveRate * anomalous.Length, found = 0, wrong = 0;
        foreach (var (ties, tiedNormal) in Groups(Sorted(normal, anomalous)).AsEnumerable().Reverse())
        {
            found += ties - tiedNormal;
            wrong += tiedNormal;
            if (found >= needed)
            {
                break;
            }
        }

        return wrong / normal.Length;
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

    /// <summary>Runs of equal scores, lowest first: their number, and how many are normal.</summary>
    private static List<(int Ties, int Normal)> Groups((float Score, bool Normal)[] sorted)
    {
        var groups = new List<(int, int)>();
        for (int i = 0; i < sorted.Length;)
        {
            int start = i, normal = 0;
            for (; i < sorted.Length && sorted[i].Score == sorted[start].Score; i++)
            {
                normal += sorted[i].Normal ? 1 : 0;
            }

            groups.Add((i - start, normal));
        }

        return groups;
    }
}
