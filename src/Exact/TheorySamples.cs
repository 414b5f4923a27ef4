using LisNative.Data;
using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>Samples in columns, m × n each.</summary>
/// <param name="Positives">Normal, to fit.</param>
/// <param name="HeldOut">Normal, not seen.</param>
/// <param name="Negatives">X⁻.</param>
/// <param name="Anomalies">Xᵃ, not seen.</param>
/// <param name="Latent">r.</param>
public sealed record TheorySamples(
    Matrix<double> Positives, Matrix<double> HeldOut, Matrix<double> Negatives, Matrix<double> Anomalies, int Latent)
{
    private const int Embedded = 400;
    private const ulong PositivesStream = 1, NegativesStream = 2, OthersStream = 3;

    /// <summary>Stroke digits 8 against random strokes; fewer samples than pixels, so that C⁺ has a null space.</summary>
    public static (Dataset Positives, Dataset HeldOut, Dataset Negatives, Dataset Anomalies) Strokes(Philox random)
    {
        var test = StrokeDigits.Digits(4 * Embedded, random.FoldIn(OthersStream));
        return (
            StrokeDigits.Digits(Embedded, random.FoldIn(PositivesStream), 8),
            test.OfClasses(8),
            StrokeDigits.RandomStrokes(Embedded, random.FoldIn(NegativesStream)),
            test.OfClasses(0, 1, 2, 3, 4, 5, 6, 7, 9));
    }

    /// <summary>Those of sets, of the last two at most so many.</summary>
    /// <exception cref="InputException">A set has none.</exception>
    public static TheorySamples Of(
        (Dataset Positives, Dataset HeldOut, Dataset Negatives, Dataset Anomalies) sets, int latent, int most = int.MaxValue) =>
        new(Columns(sets.Positives), Columns(sets.HeldOut), Columns(sets.Negatives, most), Columns(sets.Anomalies, most), latent);

    /// <summary>The samples of a set as columns.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public static Matrix<double> Columns(Dataset set, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(set);
        int count = Math.Min(most, set.Count);
        if (count == 0)
        {
            throw new InputException(set.Name, "expected samples, found none");
        }

        var values = new float[count * set.SampleShape.Count];
        set.Read([.. Enumerable.Range(0, count)], values);
        return Matrix<double>.Build.DenseOfColumnMajor(set.SampleShape.Count, count, values.Select(v => (double)v));
    }
}
