using System.Buffers;
using System.Runtime.CompilerServices;
using LisNative.Data;

namespace LisNative;

public sealed partial class Detector
{
    /// <summary>
    /// One number a sample; higher is more anomalous, and the largest of all numbers where the sample lies so far out that its score
    /// overflows. It does not depend on the other samples. A row of a signal has the score of the window that ends with it, and NaN where
    /// none does: the first rows, and those after a gap.
    /// </summary>
    /// <param name="samples">Of the shape that the detector was fitted to; rows in time order where it was fitted to windows, or
    /// windows.</param>
    /// <param name="score">One of <see cref="ScoreNames"/>; the first by default.</param>
    /// <exception cref="InputException">There are no samples, they have another shape, or images leave [0, 1].</exception>
    /// <exception cref="ArgumentException">It has no such score.</exception>
    public float[] Score(Dataset samples, string? score = null)
    {
        using var use = Use();
        return OfRows(samples) is { } windows ? ByRow(samples, windows, ScoreSamples(windows, Known(score)), float.NaN)
            : ScoreSamples(samples, Known(score));
    }

    /// <summary>
    /// The scores of rows of a signal that come some at a time, after the last ones before, which are carried so that windows go on; NaN
    /// while no window is full.
    /// </summary>
    internal float[] ScoreNext(Dataset rows, int carried)
    {
        float[] scores = new float[rows.Count];
        Array.Fill(scores, float.NaN);
        return (AreRows(rows) && Windows!.Longest(rows) < Windows.Length ? scores : Score(rows))[carried..];
    }

    /// <summary>Whether samples are rows of which this detector scores windows.</summary>
    internal bool AreRows(Dataset samples) =>
        Windows is { Length: > 1 } && samples.Windows is null && samples.SampleShape.Count == RowLength;

    private float[] ScoreSamples(Dataset samples, string score)
    {
        var prepared = Prepare(samples.WithColumns(Columns?.Names), SampleShape, scaler);
        float[] scores = model.Score(prepared, score), row = new float[scaler is null ? 0 : SampleShape.Count];
        for (int i = 0; i < scores.Length && row.Length > 0; i++)
        {
            prepared.Read([i], row);
            ReplaceNonFinite(row, scores.AsSpan(i, 1));
        }

        ReplaceNonFinite([], scores);
        return scores;
    }

    /// <summary>All windows of the rows of a signal; null of samples that are scored as they are.</summary>
    private Dataset? OfRows(Dataset samples)
    {
        if (Windows is null || samples.Windows is not null || samples.SampleShape == SampleShape)
        {
            return null;
        }

        Shape row = [RowLength];
        return samples.SampleShape == row ? samples.Windowed(Windows with { Stride = 1 })
            : throw new InputException(
                samples.Name, $"expected rows {row} of a signal or windows {SampleShape}, found {samples.SampleShape}");
    }

    /// <summary>What is said of each window, at the row that it ends with; something else where none does.</summary>
    private static T[] ByRow<T>(Dataset rows, Dataset windows, IReadOnlyList<T> each, T none)
    {
        var all = new T[rows.Count];
        Array.Fill(all, none);
        foreach (var (window, of) in each.Index())
        {
            all[windows.LastRow(window)] = of;
        }

        return all;
    }

    /// <summary>Standardises numbers of rows of a signal.</summary>
    internal void Standardise(Span<float> rows) => scaler!.Apply(rows);

    /// <summary>The score of one window of standardised rows, without allocation.</summary>
    internal float ScoreWindow(ReadOnlySpan<float> prepared)
    {
        using var use = Use();
        Span<float> score = stackalloc float[1];
        model.Score(prepared, SampleShape, score);
        ReplaceNonFinite(prepared, score);
        return score[0];
    }

    /// <summary>Scores the rows of a signal as they arrive.</summary>
    /// <exception cref="InvalidOperationException">It was not fitted to windows.</exception>
    public SignalStream Stream() => new(this, Windows
        ?? throw new InvalidOperationException("Stream: expected a detector that was fitted to windows, found one of single samples"));

    /// <summary>The score of one sample, without allocating once as many threads have scored as ever will at once.</summary>
    /// <param name="sample">Its numbers in the order of <see cref="SampleShape"/>, and of <see cref="Columns"/>; pixels in [0, 1]. Single
    /// precision has seven digits: 17,000,000.5 is 17,000,000 in it. What needs more is given as a <see cref="Dataset"/> in double
    /// precision.</param>
    /// <remarks>On the CPU any number of threads may score at the same time; on a GPU one at a time.</remarks>
    /// <exception cref="InputException">It has another length, a number is not finite, or a pixel leaves [0, 1].</exception>
    public float Score(ReadOnlySpan<float> sample)
    {
        Span<float> score = stackalloc float[1];
        Score(sample, score);
        return score[0];
    }

    /// <summary>The scores of samples that lie one after another, as many as there are places for; else as for one sample.</summary>
    /// <inheritdoc cref="Score(ReadOnlySpan{float})" path="/exception"/>
    public void Score(ReadOnlySpan<float> samples, Span<float> scores)
    {
        using var use = Use();
        ScoreEach(samples, scores);
    }

    private void ScoreEach(ReadOnlySpan<float> samples, Span<float> scores)
    {
        if (samples.Length != (long)scores.Length * SampleShape.Count)
        {
            throw new InputException(nameof(Score), $"expected {scores.Length} samples {SampleShape}, found {samples.Length} numbers");
        }

        CheckValues(samples, SampleShape, nameof(Score), first: scores.Length > 1 ? 0 : null);
        if (scaler is null)
        {
            model.Score(samples, SampleShape, scores);
            ReplaceNonFinite([], scores);
            return;
        }

        float[] buffer = ArrayPool<float>.Shared.Rent(samples.Length);
        var prepared = buffer.AsSpan(0, samples.Length);
        samples.CopyTo(prepared);
        scaler.Apply(prepared);
        model.Score(prepared, SampleShape, scores);
        ReplaceNonFinite(prepared, scores);
        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <summary>The score of each sample of a stream as it arrives.</summary>
    /// <param name="samples">Each as for <see cref="Score(ReadOnlySpan{float})"/>.</param>
    /// <param name="unreadable">Told of each sample that cannot be scored, by its number; its score is NaN, and the stream goes on. Null
    /// ends the stream with the exception.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <exception cref="InputException">A sample has another length, a number is not finite, or a pixel leaves [0, 1]; the message says
    /// which sample, counted from 0, and which element.</exception>
    public async IAsyncEnumerable<float> ScoreAsync(
        IAsyncEnumerable<ReadOnlyMemory<float>> samples, Action<InputException>? unreadable = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long number = 0;
        await foreach (var sample in samples.WithCancellation(cancellation).ConfigureAwait(false))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return ScoreOfStream(sample.Span, number++, unreadable);
        }
    }

    private float ScoreOfStream(ReadOnlySpan<float> sample, long number, Action<InputException>? unreadable)
    {
        try
        {
            return Score(sample);
        }
        catch (InputException e)
        {
            var named = new InputException($"sample {number} of the stream: {e.Message}", e);
            (unreadable ?? (_ => throw named))(named);
            return float.NaN;
        }
    }

    /// <summary>Whether each sample lies above the threshold of a wanted false-alarm rate.</summary>
    /// <inheritdoc cref="Score(Dataset, string)" path="/exception"/>
    public bool[] Predict(Dataset samples, double falseAlarmRate)
    {
        float threshold = Threshold(falseAlarmRate);
        return [.. Score(samples).Select(s => s > threshold)];
    }

    /// <summary>
    /// The threshold α that normal samples exceed with at most the given probability, from normal data held out of training.
    /// </summary>
    /// <exception cref="InputException">No normal data were held out.</exception>
    public float Threshold(double falseAlarmRate) => Calibration.Threshold(falseAlarmRate);

    /// <summary>
    /// The scores [batch] of samples [batch, sample…] as operations on tensors, preprocessing included, and the sums of squares [batch] of
    /// what the model is given: what an exporter traces. Where either is not finite, the score is the largest of all numbers.
    /// </summary>
    /// <exception cref="InputException">The method's score is no function of tensors.</exception>
    internal (Var Scores, Var Squares) Trace(Var samples)
    {
        using var use = Use();
        if (model.OnHost is { } reason)
        {
            throw new InputException(Methods.Find(Options).Name,
                $"expected a method whose score is a function of tensors, found one that {reason}, which cannot be exported");
        }

        var prepared = samples;
        if (scaler is not null)
        {
            var (mean, low) = scaler.Parts();
            var centred = samples - device.From(mean, SampleShape);
            prepared = (low.Any(l => l != 0) ? centred - device.From(low, SampleShape) : centred)
                / device.From(scaler.Deviation, SampleShape);
        }

        return (((TensorModel)model).Forward(prepared, ScoreNames[0]), prepared.Flatten().Value.SumOfSquares([1]));
    }

    private string Known(string? score) => score is null ? ScoreNames[0] : ScoreNames.Contains(score) ? score
        : throw new ArgumentException($"Score: {Methods.Find(Options).Name} has the scores {string.Join(", ", ScoreNames)}, not {score}");

    /// <summary>
    /// A sample so far out that its squares or its score overflow is more anomalous than any: what a model makes of such numbers says
    /// nothing, NaN would lie above no threshold, and infinity in no JSON.
    /// </summary>
    /// <param name="prepared">The standardised samples; none where pixels have been held against [0, 1].</param>
    /// <param name="scores">Of the samples.</param>
    private static void ReplaceNonFinite(ReadOnlySpan<float> prepared, Span<float> scores)
    {
        int size = prepared.Length / Math.Max(1, scores.Length);
        for (int i = 0; i < scores.Length; i++)
        {
            float squares = 0;
            foreach (float value in prepared.Slice(i * size, size))
            {
                squares += value * value;
            }

            scores[i] = float.IsFinite(scores[i]) && float.IsFinite(squares) ? scores[i] : float.MaxValue;
        }
    }

    /// <summary>What a model sees of samples: those of the shape expected, standardised where they are vectors.</summary>
    private static Dataset Prepare(Dataset samples, Shape expected, Scaler? scaler)
    {
        if (samples.SampleShape != expected || samples.Count == 0)
        {
            throw new InputException(samples.Name,
                $"expected samples {expected}, found {(samples.Count == 0 ? "none" : samples.SampleShape)}");
        }

        if (scaler is null && !samples.IsBytes)
        {
            var row = new float[expected.Count];
            for (int i = 0; i < samples.Count; i++)
            {
                samples.Read([i], row);
                CheckValues(row, expected, samples.Name, i);
            }
        }

        return scaler?.Apply(samples) ?? samples;
    }

    /// <summary>
    /// Refuses pixels outside [0, 1], and numbers of vectors that are not finite, by sample and element; by element alone of a single
    /// sample.
    /// </summary>
    private static void CheckValues(ReadOnlySpan<float> values, Shape sample, string name, int? first)
    {
        bool pixels = sample.Rank == 3;
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            if (pixels ? !(value >= 0 && value <= 1) : !float.IsFinite(value))
            {
                string place = first is { } number ? $"sample {number + (i / sample.Count)}, " : "";
                throw new InputException(name, FormattableString.Invariant(
                    $"expected {(pixels ? "pixels in [0, 1]" : "finite numbers")}, found {value} in {place}element {i % sample.Count}"));
            }
        }
    }
}
