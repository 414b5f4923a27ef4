namespace LisNative.Experiments;

/// <summary>What the store has for one entry of a table.</summary>
/// <param name="Mean">Over tasks and seeds.</param>
/// <param name="Spread">Standard deviation over seeds of the mean over tasks; NaN for one seed.</param>
/// <param name="Sampling">Standard deviation of the mean when test samples are drawn anew, from each cell's bootstrap.</param>
/// <param name="Seeds">Seeds for which every task is done.</param>
/// <param name="Date">When the last of it was measured.</param>
public sealed record Summary(double Mean, double Spread, double Sampling, int Seeds, string Date)
{
    /// <summary>Student's t of 95 % for two to five seeds.</summary>
    private static readonly double[] Student = [12.71, 4.30, 3.18, 2.78];

    /// <summary>The lower end of the 95 % interval, of test samples and seeds together, within 0 and 1.</summary>
    public double Low => Math.Max(0, Mean - Margin);

    /// <summary>Its upper end.</summary>
    public double High => Math.Min(1, Mean + Margin);

    private double Margin
    {
        get
        {
            double samples = 1.96 * Sampling,
                seeds = Seeds < 2 ? 0 : Student[Math.Min(Seeds - 2, Student.Length - 1)] * Spread / Math.Sqrt(Seeds);
            return Math.Sqrt((samples * samples) + (seeds * seeds));
        }
    }

    /// <summary>Of the seeds for which every task is done; null when there is none.</summary>
    public static Summary? TryCreate(Entry entry, int seeds, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var (means, variances, last) = (new List<double>(), new List<double>(), "");
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            CellResult?[] results = [.. entry.Of(seed).Select(cell => stored.GetValueOrDefault(cell.Key)?.GetValueOrDefault(entry.Score))];
            if (results.Length > 0 && results.All(r => r is not null && (entry.Outlier is not { } c || r.ByClass.ContainsKey(c))))
            {
                means.Add(results.Average(r => entry.Outlier is { } c ? r!.ByClass[c] : r!.Auc));
                last = results.Select(r => r!.Date).Append(last).Max(StringComparer.Ordinal)!;
                variances.Add(results.Sum(r => r!.Deviation * r.Deviation) / (results.Length * results.Length));
            }
        }

        if (means.Count == 0)
        {
            return null;
        }

        // The test samples are the same for every seed, so that more seeds do not make their share smaller.
        return new(means.Average(), Deviation([.. means]), Math.Sqrt(variances.Average()), means.Count, last);
    }

    /// <summary>The standard deviation of a sample; NaN of one number.</summary>
    internal static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
