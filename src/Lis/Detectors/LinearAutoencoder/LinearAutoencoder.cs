using LisNative.Numerics;

namespace LisNative;

/// <summary>The linear autoencoder: the plane of the leading principal components of the normal data.</summary>
internal static class LinearAutoencoder
{
    internal const string Name = "linear-ae";

    private const string Stage = "principal components";

    internal static Subspace Fit(FitContext context, LinearAutoencoderOptions options)
    {
        context.Report(Stage, 0, 1);
        Var rows = PrincipalComponents.Rows(context.Device, context.Normal);
        using var noGrad = new NoGrad();
        var mean = rows.Mean([0], keep: true);
        var subspace = Subspace.Fit(Name, context, mean.Value, (rows - mean).Value, options.Rank);
        context.Report(Stage, 1, 1);
        return subspace;
    }
}
