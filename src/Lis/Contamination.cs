using System.Globalization;
using LisNative.Data;

namespace LisNative;

/// <summary>
/// Whether some of the normal data lie apart from the rest, as anomalies among them would: they raise thresholds above the scores of others
/// of their kind, and a model learns them. It looks at each column of vectors, at their distances from the medians, and at the scores of
/// held-out samples, in deviations that those apart do not move: 1.4826 times the median distance from the median.
/// </summary>
internal static class Contamination
{
    private const int MostRows = 20000, LeastApart = 5;
    private const long MostNumbers = 1L << 22;

    /// <summary>
    /// In deviations: beyond <see cref="Apart"/> lie the ones apart, between the two the end of the rest. Of Gaussian, exponential and
    /// Student's data with 3 degrees the end holds more.
    /// </summary>
    private const double End = 3, Apart = 5, Outweighs = 2;

    private const double LeastShare = 0.02, MostShare = 0.2;

    /// <summary>What is odd in prepared normal samples, and in the scores of those held out, in a sentence; null for nothing.</summary>
    internal static string? Finding(Dataset normal, ReadOnlySpan<float> scores)
    {
        var (share, where) = Places(normal, scores.ToArray()).Select(p => (Share: ShareApart(p.Values), p.Where)).MaxBy(p => p.Share);
        return share == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"about {100 * share:F0} % of the normal data lie apart from the rest ({where}): if they are anomalies, thresholds rise above "
            + $"others like them, which are then missed; without them both are better");
    }

    private static IEnumerable<(double[] Values, string Where)> Places(Dataset normal, float[] scores)
    {
        yield return ([.. scores.Select(s => (double)s)], "by the scores of those held out");
        normal = normal.Rows();
        if (normal.SampleShape.Rank == 1)
        {
            double[][] columns = normal.SomeColumns(MostRows, MostNumbers);
            foreach (var (j, column) in columns.Index())
            {
                yield return (column, $"in column {normal.NameOf(j)}");
            }

            double[] medians = [.. columns.Select(Median)];
            yield return ([.. Enumerable.Range(0, columns[0].Length)
                .Select(i => Math.Sqrt(columns.Select((c, j) => (c[i] - medians[j]) * (c[i] - medians[j])).Sum()))],
                "by their distance from the medians");
        }
    }

    /// <summary>
    /// The share of values that lie apart; 0 where they are no group of their own: too few, too many, or the thin end of the rest.
    /// </summary>
    private static double ShareApart(double[] values)
    {
        if (values.Length == 0)
        {
            return 0;
        }

        double median = Median(values);
        double[] distances = [.. values.Select(v => Math.Abs(v - median))];
        double deviation = 1.4826 * Median(distances);
        int apart = distances.Count(d => d > Apart * deviation), end = distances.Count(d => d > End * deviation) - apart;
        double share = (double)apart / values.Length;
        return deviation > 0 && apart >= LeastApart && share is >= LeastShare and <= MostShare && apart > Outweighs * end ? share : 0;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
