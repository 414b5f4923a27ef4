using LisNative.Numerics;

namespace LisNative;

/// <summary>A mean, and what makes the normal data's covariance the identity.</summary>
internal sealed class Mahalanobis(Device device, Tensor mean, Tensor whitening)
    : TensorModel(device, [("mean", mean), ("whitening", whitening)])
{
    internal const string Name = "mahalanobis";

    internal const int MostNumbers = 4096;

    /// <summary>The least shrinkage: directions without any normal sample are told from rounding.</summary>
    private const double Least = 1e-6;

    private const string Stage = "covariance";

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal static Mahalanobis Fit(FitContext context, MahalanobisOptions options)
    {
        options.CheckPlan(context.Plan);
        context.Report(Stage, 0, 1);
        using var noGrad = new NoGrad();
        Var rows = PrincipalComponents.Rows(context.Device, context.Normal);
        var mean = rows.Mean([0], keep: true);
        var centred = (rows - mean).Value;
        int n = centred.Shape[0], d = centred.Shape[1];
        double[][] covariance =
            [.. (Var.MatMul(((Var)centred).Transpose(), centred) / n).Value.ToArray<double>().Chunk(d)];
        double scale = Enumerable.Range(0, d).Sum(i => covariance[i][i]) / d,
            shrinkage = options.Shrinkage ?? LedoitWolf(covariance, scale, ((Var)centred.SumOfSquares([1])).Square().Value.Sum().Item(), n);
        Shrink(covariance, scale > 0 ? scale : 1, Math.Clamp(shrinkage, Least, 1));
        double[][] inverse = Cholesky.InvertedFactor(covariance);
        var whitening = context.Device.From([.. inverse.SelectMany(r => r)], [d, d]).Transpose().Contiguous();
        context.Report(Stage, 1, 1);
        return new(context.Device, mean.Value, whitening) { Chosen = options with { Shrinkage = shrinkage } };
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

    internal static Mahalanobis Load(Device device, Shape sample, SafeTensors file)
    {
        Shape mean = [1, sample.Count], whitening = [sample.Count, sample.Count];
        return new(device, device.From(file.Get("mean", mean).ToFloats(), mean),
            device.From(file.Get("whitening", whitening).ToFloats(), whitening));
    }

    internal override Var Forward(Var x, string score) =>
        Var.MatMul(x.Flatten() - mean, whitening).Square().Sum([1]).Sqrt();
}
