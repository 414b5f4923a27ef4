using System.Globalization;
using LisNative.Data;

namespace LisNative;

public sealed partial class Detector
{
    private const int WindowsAtOnce = 4096;

    /// <summary>
    /// Which columns made each row of a table score as it does, the foremost first. A model that reconstructs is asked for the error of
    /// each column. Any other is asked again for each column in turn, with its usual value of the normal data in place of the row's (its
    /// mean or median, its most frequent word): the share is that of the score's fall. Columns that raise a score only together have none.
    /// Of a signal a column counts with all rows of the window that ends with the row; where none does, nothing is named.
    /// </summary>
    /// <param name="samples">As for <see cref="Score(Dataset, string)"/>.</param>
    /// <param name="most">Columns that are named for each row at most; those without a share are not.</param>
    /// <exception cref="InvalidOperationException">The samples are images.</exception>
    /// <inheritdoc cref="Score(Dataset, string)" path="/exception"/>
    public IReadOnlyList<IReadOnlyList<ColumnShare>> ExplainColumns(Dataset samples, int most = 5)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        using var use = Use();
        if (scaler is null)
        {
            throw new InvalidOperationException($"{nameof(ExplainColumns)}: expected a detector of vectors, found one of {SampleShape}");
        }

        return OfRows(samples) is not { } windows ? ExplainSamples(samples, most) : ByRow(
            samples, windows, [.. Enumerable.Range(0, windows.Count).Chunk(WindowsAtOnce)
                .SelectMany(some => ExplainSamples(windows.Select(some), most))], []);
    }

    private IReadOnlyList<ColumnShare>[] ExplainSamples(Dataset samples, int most)
    {
        var own = samples.WithColumns(Columns?.Names);
        float[] prepared = Prepare(own, SampleShape, scaler).ToFloats();
        var columns = SourceColumns();
        float[] expected = model is ReconstructionModel reconstructs
            ? Finite(reconstructs.Reconstruct(Vectors(prepared), ScoreNames[0])) : Usual(prepared.Length);
        double[] parts = model is ReconstructionModel ? Errors(prepared, expected, columns) : Falls(prepared, expected, columns);
        double[] given = new double[SampleShape.Count], wanted = new double[SampleShape.Count];
        int last = given.Length - RowLength;
        return [.. Enumerable.Range(0, own.Count).Select(i =>
        {
            own.Read(i, given);
            Restored(expected.AsSpan(i * given.Length, given.Length), wanted);
            double[] shares = parts[(i * columns.Length)..((i + 1) * columns.Length)];
            double sum = shares.Sum();
            return (IReadOnlyList<ColumnShare>)[.. Enumerable.Range(0, columns.Length).Where(c => shares[c] > 0)
                .OrderByDescending(c => shares[c]).Take(most).Select(c => new ColumnShare(
                    columns[c].Name, Text(c, given.AsSpan(last)[columns[c].Numbers]), Text(c, wanted.AsSpan(last)[columns[c].Numbers]),
                    shares[c] / sum))];
        })];
    }

    /// <summary>Numbers of a row: of a window as many as its signal has columns.</summary>
    private int RowLength => SampleShape.Count / (Windows?.Length ?? 1);

    /// <summary>The columns of a table, and which numbers of a row each has become.</summary>
    private (string Name, Range Numbers)[] SourceColumns() => Columns?.Encoding is { } encoding
        ? [.. encoding.Columns.Select((c, i) => (c.Name, encoding.Of(i)))]
        : [.. Enumerable.Range(0, RowLength).Select(j => (Columns?.Names?[j] ?? $"{j + 1}", j..(j + 1)))];

    private string Text(int column, ReadOnlySpan<double> numbers) =>
        Columns?.Encoding?.Columns[column].Text(numbers) ?? numbers[0].ToString("G6", CultureInfo.InvariantCulture);

    private Dataset Vectors(float[] prepared) =>
        new(nameof(ExplainColumns), SampleShape, prepared, new int[prepared.Length / SampleShape.Count]);

    /// <summary>The usual sample, standardised, over and over.</summary>
    private float[] Usual(int length)
    {
        var usual = new float[SampleShape.Count];
        foreach (var (c, column) in (Columns?.Encoding?.Columns ?? []).Index())
        {
            for (int start = Columns!.Encoding!.Of(c).Start.Value; start < usual.Length; start += RowLength)
            {
                foreach (var (i, value) in column.Typical.Index())
                {
                    usual[start + i] = (float)((value - scaler!.Mean[start + i]) / scaler.Deviation[start + i]);
                }
            }
        }

        return [.. Enumerable.Range(0, length).Select(i => usual[i % usual.Length])];
    }

    /// <summary>(x̂ − x)² summed over the numbers of each column, [rows · columns].</summary>
    private double[] Errors(float[] prepared, float[] expected, (string Name, Range Numbers)[] columns)
    {
        int size = SampleShape.Count;
        return [.. Enumerable.Range(0, prepared.Length / size).SelectMany(i => columns.Select(c =>
        {
            double sum = 0;
            for (int row = i * size; row < (i + 1) * size; row += RowLength)
            {
                for (int j = row + c.Numbers.Start.Value; j < row + c.Numbers.End.Value; j++)
                {
                    sum += ((double)expected[j] - prepared[j]) * ((double)expected[j] - prepared[j]);
                }
            }

            return double.IsFinite(sum) ? sum : double.MaxValue / columns.Length;
        }))];
    }

    /// <summary>By how much each score falls when one column has its usual numbers, [rows · columns]; 0 where it does not.</summary>
    private double[] Falls(float[] prepared, float[] usual, (string Name, Range Numbers)[] columns)
    {
        int size = SampleShape.Count, rows = prepared.Length / size;
        float[] scores = model.Score(Vectors(prepared), ScoreNames[0]);
        var falls = new double[rows * columns.Length];
        foreach (var (c, column) in columns.Index())
        {
            float[] changed = [.. prepared];
            for (int row = 0; row < changed.Length; row += RowLength)
            {
                usual.AsSpan(row)[column.Numbers].CopyTo(changed.AsSpan(row)[column.Numbers]);
            }

            foreach (var (i, score) in model.Score(Vectors(changed), ScoreNames[0]).Index())
            {
                double fall = (double)scores[i] - score;
                falls[(i * columns.Length) + c] = fall > 0 && double.IsFinite(fall) ? fall : 0;
            }
        }

        return falls;
    }

    /// <summary>Standardised numbers in the units of the sample, in double precision.</summary>
    private void Restored(ReadOnlySpan<float> prepared, Span<double> values)
    {
        for (int j = 0; j < values.Length; j++)
        {
            values[j] = ((double)prepared[j] * scaler!.Deviation[j]) + scaler.Mean[j];
        }
    }
}
