using LisNative.Data;

namespace LisNative.Experiments;

/// <summary>
/// A baseline: how many deviations a row is from the mean of the rows before it, the farthest of its columns. It learns no more than the
/// least deviation that counts.
/// </summary>
internal static class MovingZScore
{
    /// <summary>Of the normal data's deviation: where the rows before hardly differ.</summary>
    private const double Least = 0.01;

    /// <summary>Scores of windows, of which the last row is compared with the others.</summary>
    internal static float[] Score(Dataset normal, Dataset windows)
    {
        int columns = normal.RowLength, length = normal.Windows!.Length;
        float[] deviation = Scaler.Fit(normal).Deviation, window = new float[windows.SampleShape.Count];
        return [.. Enumerable.Range(0, windows.Count).Select(i =>
        {
            windows.Read([i], window);
            return (float)Enumerable.Range(0, columns).Max(c =>
            {
                double[] before = [.. Enumerable.Range(0, length - 1).Select(r => (double)window[(r * columns) + c])];
                double mean = before.Average(), own = Math.Sqrt(before.Average(v => (v - mean) * (v - mean)));
                return Math.Abs(window[^(columns - c)] - mean) / Math.Max(own, Least * deviation[c]);
            });
        })];
    }
}
