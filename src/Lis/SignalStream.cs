using LisNative.Data;

namespace LisNative;

/// <summary>
/// Scores the rows of a signal as they arrive, in memory of two windows and without allocation: each row by the window that ends with it,
/// to the bits that <see cref="Detector.Score(Dataset, string)"/> gives for all rows together. One thread at a time may push; any number
/// of streams may share a detector, which stays its user's to dispose.
/// </summary>
/// <example><code>
/// var stream = detector.Stream();
/// float score = stream.Push([temperature, pressure]);      // NaN until a window is full
/// </code></example>
public sealed class SignalStream
{
    private readonly Detector detector;
    private readonly Windows windows;
    private readonly int columns;

    /// <summary>Each row, standardised, twice, a window's length apart, so that the last rows always lie one after another.</summary>
    private readonly float[] rows;

    private int next, taken;
    private double last = double.NegativeInfinity;

    internal SignalStream(Detector detector, Windows windows)
    {
        (this.detector, this.windows) = (detector, windows);
        columns = detector.SampleShape.Count / windows.Length;
        rows = new float[2 * detector.SampleShape.Count];
    }

    /// <summary>Takes the next row.</summary>
    /// <param name="row">Its numbers, in the order of <see cref="Detector.Columns"/>.</param>
    /// <returns>The score of the window that ends with it; NaN where too few rows have come since the last gap.</returns>
    /// <exception cref="InputException">It has another length, or a number is not finite; it is not taken then.</exception>
    public float Push(ReadOnlySpan<float> row)
    {
        Check(row);
        var place = rows.AsSpan(next * columns, columns);
        row.CopyTo(place);
        detector.Standardise(place);
        place.CopyTo(rows.AsSpan((next + windows.Length) * columns));
        next = (next + 1) % windows.Length;
        taken = Math.Min(taken + 1, windows.Length);
        return taken < windows.Length ? float.NaN : detector.ScoreWindow(rows.AsSpan(next * columns, windows.Length * columns));
    }

    /// <summary>Takes the next row of a signal whose times are known; after a gap windows begin anew.</summary>
    /// <param name="row">Its numbers, in the order of <see cref="Detector.Columns"/>.</param>
    /// <param name="time">In seconds, as <see cref="Dataset.Times"/>.</param>
    /// <returns>As without a time.</returns>
    /// <exception cref="InputException">As without a time; or the time is before that of the row before, or the detector has seen no
    /// times and does not know what a gap is.</exception>
    public float Push(ReadOnlySpan<float> row, double time)
    {
        Check(row);
        if (windows.Step is null || !(time >= last))
        {
            throw new InputException(nameof(Push), windows.Step is null
                ? "expected a detector whose normal data had times, found one that does not know what a gap is"
                : $"expected times that rise, found {Timestamps.Text(time)} after {Timestamps.Text(last)}");
        }

        if (windows.IsGap(time - last))
        {
            Reset();
        }

        last = time;
        return Push(row);
    }

    /// <summary>Forgets the rows that have come: those to come follow after a gap, or belong to another signal.</summary>
    public void Reset() => (next, taken, last) = (0, 0, double.NegativeInfinity);

    private void Check(ReadOnlySpan<float> row)
    {
        if (row.Length != columns)
        {
            throw new InputException(nameof(Push), $"expected a row of {columns} numbers, found {row.Length}");
        }

        int odd = row.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (odd >= 0)
        {
            throw new InputException(
                nameof(Push), FormattableString.Invariant($"expected finite numbers, found {row[odd]} in column {odd + 1}"));
        }
    }
}
