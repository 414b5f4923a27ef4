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
    /// <summary>Of one vector.</summary>
    internal const int MostNumbers = 4096;

    /// <summary>The least shrinkage: directions without any sample are told from rounding.</summary>
    private const double Least = 1e-6;

    /// <summary>
    /// Of features the least shrinkage: what never varied in normal data, a channel that was silent, counts ten deviations for one at most.
    /// </summary>
    private const double LeastOfFeatures = 0.01;

    /// <summary>From the samples of a set, each as one vector.</summary>
    /// <param name="device">Where.</param>
    /// <param name="set">Which.</param>
    /// <param name="shrinkage">Null for Ledoit and Wolf's.</param>
    internal static Whitening Fit(Device device, Dataset set, double? shrinkage = null) => Fit(device, set, shrinkage, Least);

    /// <summary>The same of vectors whose numbers have scales of their own, each of which is standardised first.</summary>
    internal static Whitening OfFeatures(Device device, Dataset set)
    {
        var scaler = Scaler.Fit(set);
        var standard = Fit(device, scaler.Apply(set), null, LeastOfFeatures);
        using var noGrad = new NoGrad();
        int d = set.SampleShape.Count;
        var deviation = device.From(scaler.Deviation, [1, d]);
        return standard with
        {
            Mean = (device.From(scaler.Parts().Rounded, [1, d]) + ((Var)standard.Mean * deviation)).Value,
            Matrix = ((Var)standard.Matrix / ((Var)deviation).Transpose()).Value,
        };
    }

    private static Whitening Fit(Device device, Dataset set, double? wanted, double least)
    {
        using var noGrad = new NoGrad();
        Var rows = PrincipalComponents.Rows(device, set);
        var mean = rows.Mean([0], keep: true);
        var centred = (rows - mean).Value;
        int n = centred.Shape[0], d = centred.Shape[1];
        double[][] covariance =
            [.. (Var.MatMul(((Var)centred).Transpose(), centred) / n).Value.ToArray<double>().Chunk(d)];
        double scale = Enumerable.Range(0, d).Sum(i => covariance[i][i]) / d,
            shrinkage = wanted ?? LedoitWolf(covariance, scale, ((Var)centred.SumOfSquares([1])).Square().Value.Sum().Item(), n);
        Shrink(covariance, scale > 0 ? scale : 1, Math.Clamp(shrinkage, least, 1));
        double[][] inverse = Cholesky.InvertedFactor(covariance);
        return new(mean.Value, device.From([.. inverse.SelectMany(r => r)], [d, d]).Transpose().Contiguous(), shrinkage);
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

    /// <summary>The same of vectors that lie one after another.</summary>
    internal float[] Apply(float[] values)
    {
        using var noGrad = new NoGrad();
        using var scope = new Scope();
        int d = Mean.Count;
        return values.Length == 0 ? values : Apply(Mean.Device.From(values, [values.Length / d, d])).Value.ToArray();
    }
}
