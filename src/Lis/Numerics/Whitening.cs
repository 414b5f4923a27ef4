using LisNative.Data;
using LisNative.Memory;

namespace LisNative.Numerics;

/// <summary>
/// (x − mean) · matrix: what makes the mean of vectors 0 and their covariance the identity, that covariance shrunk towards a multiple of
/// the identity by as much as its uncertainty asks for (Ledoit, Wolf 2004).
/// </summary>
/// <param name="Mean">[1, length].</param>
/// <param name="Matrix">[length, length].</param>
/// <param name="Shrinkage">From 0, the covariance as it was, to 1, none at all.</param>
internal sealed record Whitening(Tensor Mean, Tensor Matrix, double Shrinkage)
{
    /// <summary>The most numbers of a vector.</summary>
    internal const int MostNumbers = 4096;

    /// <summary>Numbers of vectors that are looked at together.</summary>
    private const long MostAtOnce = 1L << 20;

    /// <summary>The least shrinkage: directions without any sample are told from rounding.</summary>
    private const double Least = 1e-6;

    /// <summary>
    /// Of features the least shrinkage: what never varied in normal data, a channel that was silent, counts ten deviations for one at most.
    /// </summary>
    private const double LeastOfFeatures = 0.01;

    /// <summary>Learns from the samples of a set, each taken as one vector; a shrinkage of null is Ledoit and Wolf's.</summary>
    internal static Whitening Fit(Device device, Dataset set, double? shrinkage = null) => Fit(device, set, null, shrinkage, Least);

    /// <summary>The same of vectors whose numbers have scales of their own, by which each is divided first.</summary>
    internal static Whitening OfFeatures(Device device, Dataset set)
    {
        using var noGrad = new NoGrad();
        Var deviation = device.From(Scaler.Fit(set).Deviation, [1, set.SampleShape.Count]);
        var standard = Fit(device, set, deviation, null, LeastOfFeatures);
        return standard with { Matrix = ((Var)standard.Matrix / deviation.Transpose()).Value };
    }

    private static Whitening Fit(Device device, Dataset set, Var? deviation, double? wanted, double least)
    {
        using var noGrad = new NoGrad();
        int n = set.Count, d = set.SampleShape.Count;
        var (sum, covariance, fourthPowers) = (new double[d], Array.ConvertAll(new double[d][], _ => new double[d]), 0.0);
        InBatches(device, set, rows => Vectors.Add(sum, rows.Sum([0]).Value.ToArray<double>(), 1));
        Var mean = device.From([.. sum.Select(s => (float)(s / n))], [1, d]);
        InBatches(device, set, rows =>
        {
            var centred = deviation is null ? rows - mean : (rows - mean) / deviation;
            double[] products = Var.MatMul(centred.Transpose(), centred).Value.ToArray<double>();
            for (int i = 0; i < d; i++)
            {
                Vectors.Add(covariance[i], products.AsSpan(i * d, d), 1.0 / n);
            }

            fourthPowers += ((Var)centred.Value.SumOfSquares([1])).Square().Value.Sum().Item();
        });
        double scale = Enumerable.Range(0, d).Sum(i => covariance[i][i]) / d,
            shrinkage = wanted ?? LedoitWolf(covariance, scale, fourthPowers, n);
        Shrink(covariance, scale > 0 ? scale : 1, Math.Clamp(shrinkage, least, 1));
        double[][] inverse = Cholesky.InvertedFactor(covariance);
        return new(mean.Value, device.From([.. inverse.SelectMany(r => r)], [d, d]).Transpose().Contiguous(), shrinkage);
    }

    /// <summary>The samples of a set as rows, some at a time.</summary>
    private static void InBatches(Device device, Dataset set, Action<Var> work)
    {
        foreach (int[] rows in Enumerable.Range(0, set.Count).Chunk(Dataset.RowsWithin(MostAtOnce, set.SampleShape.Count)))
        {
            using var scope = new Scope();
            work(set.Batch(device, rows).Reshape(rows.Length, -1));
        }
    }

    /// <summary>
    /// The share of scale·I that has the least expected squared error: Σ‖xxᵀ − S‖² / n² beside ‖S − scale·I‖², with Σ‖xxᵀ − S‖² = Σ‖x‖⁴ −
    /// n·‖S‖².
    /// </summary>
    private static double LedoitWolf(double[][] covariance, double scale, double fourthPowers, int n)
    {
        double squares = covariance.Sum(r => Vectors.Dot(r, r)), distance = squares - (covariance.Length * scale * scale),
            error = ((fourthPowers / n) - squares) / n;
        return distance > 0 ? Math.Clamp(error / distance, 0, 1) : 1;
    }

    private static void Shrink(double[][] covariance, double scale, double share)
    {
        for (int i = 0; i < covariance.Length; i++)
        {
            Vectors.Scale(covariance[i], 1 - share);
            covariance[i][i] += share * scale;
        }
    }

    /// <summary>Vectors [rows, length], whitened.</summary>
    internal Var Apply(Var rows) => Var.MatMul(rows - Mean, Matrix);

    /// <summary>Whitens vectors that lie one after another, where they lie.</summary>
    internal float[] Apply(float[] values)
    {
        using var noGrad = new NoGrad();
        int d = Mean.Count, most = d * Dataset.RowsWithin(MostAtOnce, d);
        for (int start = 0; start < values.Length; start += most)
        {
            using var scope = new Scope();
            var some = values.AsSpan(start, Math.Min(most, values.Length - start));
            Apply(Mean.Device.From(some, [some.Length / d, d])).Value.Read(some);
        }

        return values;
    }
}
