using LisNative.Numerics;

namespace LisNative;

/// <summary>A mean, and what makes the normal data's covariance the identity.</summary>
internal sealed class Mahalanobis(Device device, Whitening whitening)
    : TensorModel(device, [("mean", whitening.Mean), ("whitening", whitening.Matrix)])
{
    internal const string Name = "mahalanobis";

    private const string Stage = "covariance";

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal static Mahalanobis Fit(FitContext context, MahalanobisOptions options)
    {
        context.Report(Stage, 0, 1);
        var whitening = Whitening.Fit(context.Device, context.Normal, options.Shrinkage);
        context.Report(Stage, 1, 1);
        return new(context.Device, whitening) { Chosen = options with { Shrinkage = whitening.Shrinkage } };
    }

    internal static Mahalanobis Load(Device device, Shape sample, SafeTensors file) => new(device, new(
        file.Get("mean", [1, sample.Count]).ToTensor(device), file.Get("whitening", [sample.Count, sample.Count]).ToTensor(device), 0));

    internal override Var Forward(Var x, string score) => whitening.Apply(x.Flatten()).Square().Sum([1]).Sqrt();
}
