using LisNative.Data;
using LisNative.Scoring;

namespace LisNative.Experiments;

/// <summary>
/// How well the scores of a signal's rows find what is anomalous: by point, and by event, that is a stretch of anomalous rows. Rows
/// without a score (NaN) count for nothing. A point is found by its own score alone, never by that of another in its event.
/// </summary>
/// <param name="Auroc">Area under the ROC curve of points.</param>
/// <param name="AveragePrecision">Of points.</param>
/// <param name="FalseAlarms">The share of normal points above the threshold.</param>
/// <param name="Events">Those of which a row has a score.</param>
/// <param name="Found">Those of them with an alarm inside.</param>
/// <param name="Delay">Rows from the beginning of an event that was found to its first alarm, in the mean; NaN where none was.</param>
internal sealed record SignalFigures(double Auroc, double AveragePrecision, double FalseAlarms, int Events, int Found, double Delay)
{
    /// <summary>Measures.</summary>
    /// <exception cref="InputException">No row with a score is anomalous, or none is normal.</exception>
    internal static SignalFigures Of(string name, float[] scores, int[] labels, float threshold)
    {
        float[] Of(int label) => [.. scores.Where((s, i) => labels[i] == label && !float.IsNaN(s))];
        float[] normal = Of(0), anomalous = Of(1);
        if (normal.Length == 0 || anomalous.Length == 0)
        {
            throw new InputException(name,
                $"expected normal and anomalous rows that have a score, found {normal.Length} and {anomalous.Length}");
        }

        SignalEvent[] events = [.. EventsOf(labels).Where(e => !scores[e.First..e.End].All(float.IsNaN))];
        int[] delays = [.. events.Select(e => Array.FindIndex(scores, e.First, e.End - e.First, s => s > threshold) - e.First)
            .Where(d => d >= 0)];
        return new(Metrics.Auc(normal, anomalous), Metrics.AveragePrecision(normal, anomalous),
            normal.Count(s => s > threshold) / (double)normal.Length, events.Length, delays.Length,
            delays.Length > 0 ? delays.Average() : double.NaN);
    }

    /// <summary>The stretches of rows that are anomalous.</summary>
    internal static IEnumerable<SignalEvent> EventsOf(int[] labels)
    {
        for (int row = 0; row < labels.Length; row++)
        {
            int first = row;
            for (; row < labels.Length && labels[row] != 0; row++)
            {
            }

            if (row > first)
            {
                yield return new(first, row);
            }
        }
    }
}
