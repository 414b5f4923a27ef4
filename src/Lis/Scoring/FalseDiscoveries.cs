namespace LisNative.Scoring;

/// <summary>
/// Flags a batch of samples so that of those flagged at most a wanted share is normal, on average (Benjamini, Hochberg 1995). On p-values
/// of held-out normal samples it holds whatever the scores are (Bates, Candès, Lei, Romano, Sesia 2023), while a threshold bounds the share
/// of normal samples that are flagged.
/// </summary>
public static class FalseDiscoveries
{
    /// <summary>Whether each sample is flagged: those up to the greatest p-value p₍ₖ₎ ≤ k·q/m, the k-th smallest of m.</summary>
    /// <param name="pValues">Of a whole batch (<see cref="Calibration.PValue"/>); NaN, of what could not be read, is no part of it.</param>
    /// <param name="rate">q: the share of the flagged that may be normal, between 0 and 1.</param>
    /// <exception cref="ArgumentException">The rate is outside (0, 1).</exception>
    public static bool[] Flag(ReadOnlySpan<double> pValues, double rate)
    {
        if (rate is not (> 0 and < 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"Flag: expected a rate between 0 and 1, found {rate}"), nameof(rate));
        }

        double[] all = pValues.ToArray(), sorted = [.. all.Where(p => !double.IsNaN(p)).Order()];
        double most = -1;
        foreach (var (i, p) in sorted.Index())
        {
            most = p <= (i + 1) * rate / sorted.Length ? p : most;
        }

        return [.. all.Select(p => p <= most)];
    }
}
