using LisNative.Data;

namespace LisNative.Scoring;

/// <summary>
/// Scores of normal samples held out of training, and what they promise (split conformal prediction, Vovk et al. 2005): if a new normal
/// sample is drawn like them, its p-value is at most ε with probability at most ε. The promise is over held-out samples and new ones
/// together; for one set of held-out samples the rate of false alarms is Beta-distributed around ε (<see cref="Deviation"/>).
/// </summary>
public sealed class Calibration
{
    /// <summary>The rates that a table shows.</summary>
    private static readonly double[] Rates = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

    private readonly float[] sorted;

    /// <param name="scores">In any order; none when nothing was held out.</param>
    /// <param name="groups">How many groups they are of, where whole groups were held out; null where each sample is drawn by
    /// itself.</param>
    /// <exception cref="ArgumentException">One is NaN.</exception>
    public Calibration(ReadOnlySpan<float> scores, int? groups = null)
    {
        Groups = groups ?? scores.Length;
        sorted = scores.ToArray();
        Array.Sort(sorted);
        if (sorted.Length > 0 && float.IsNaN(sorted[0]))
        {
            throw new ArgumentException("Calibration: a score is NaN");
        }
    }

    /// <summary>Ascending.</summary>
    public ReadOnlySpan<float> Scores => sorted;

    /// <summary>How many of the samples are independent: their groups, or all where each is drawn by itself.</summary>
    public int Groups { get; }

    /// <summary>The least rate of false alarms that has a threshold: 1/(n + 1).</summary>
    public double LeastRate => 1.0 / (sorted.Length + 1);

    /// <summary>
    /// The least rate that is promised for samples of new groups, 1/(groups + 1): <see cref="LeastRate"/> where each sample is drawn by
    /// itself. Below it a threshold is an estimate.
    /// </summary>
    public double PromisedRate => 1.0 / (Groups + 1);

    /// <summary>
    /// The share of normal samples that score at least so high, the new one counted among them: (1 + #{sᵢ ≥ s}) / (n + 1); NaN of NaN, the
    /// score of what could not be read.
    /// </summary>
    /// <exception cref="InputException">No normal data were held out.</exception>
    public double PValue(float score)
    {
        RequireScores();
        return float.IsNaN(score) ? double.NaN : (1.0 + sorted.Length - Quantiles.Below(sorted, score)) / (sorted.Length + 1);
    }

    /// <summary>
    /// The threshold α that a new normal sample exceeds with at most the given probability: the ⌈(n + 1)(1 − ε)⌉-th smallest score; +∞
    /// below <see cref="LeastRate"/>.
    /// </summary>
    /// <param name="falseAlarmRate">ε, between 0 and 1.</param>
    /// <exception cref="InputException">No normal data were held out.</exception>
    /// <exception cref="ArgumentException">The rate is outside (0, 1).</exception>
    public float Threshold(double falseAlarmRate)
    {
        RequireScores();
        return Metrics.Threshold(sorted, falseAlarmRate);
    }

    /// <summary>
    /// The standard deviation, over sets of held-out samples like this one, of the false alarms that the threshold of a rate really gives:
    /// of Beta(n + 1 − k, k), k = ⌈(n + 1)(1 − ε)⌉, n being <see cref="Groups"/>: samples of one group may all be alike.
    /// </summary>
    public double Deviation(double falseAlarmRate)
    {
        double n = Groups, k = Math.Min(n, Math.Ceiling((n + 1) * (1 - falseAlarmRate))), mean = (n + 1 - k) / (n + 1);
        return Math.Sqrt(mean * (1 - mean) / (n + 2));
    }

    /// <summary>Rates of false alarms from one half down to the least that can be promised, with their thresholds.</summary>
    /// <exception cref="InputException">No normal data were held out.</exception>
    public IReadOnlyList<(double Rate, float Threshold, double Deviation)> Sweep() =>
        [.. Rates.Where(r => r >= LeastRate).Select(r => (r, Threshold(r), Deviation(r)))];

    private void RequireScores()
    {
        if (sorted.Length == 0)
        {
            throw new InputException(nameof(Calibration), "expected normal data held out of training, found none");
        }
    }
}
