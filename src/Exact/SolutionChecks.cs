using System.Globalization;
using LisNative.Random;
using LisNative.Scoring;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>What the paper claims about the solutions, on data.</summary>
internal static class SolutionChecks
{
    private const double Exact = 1e-10;
    private const int Arbitrary = 8;

    /// <summary>
    /// Bound on the principal angle where the spectrum has a gap at r; without one the subspace is determined only to the angle over the
    /// gap (Davis, Kahan).
    /// </summary>
    private const double Angle = 1e-2, ClearGap = 0.1;

    internal static IEnumerable<Check> OfNullSpace(Pca pca, TheorySamples data, Components components, Matrix<double> b, Philox random)
    {
        var model = LinearModel.Create(pca, b);
        var plain = LinearModel.Create(pca, b * 0);
        yield return new("(a): Bᵀc⁺ = 0", "the null-space solution does not see normal samples",
            b.TransposeThisAndMultiply(components.Positive).FrobeniusNorm() / b.FrobeniusNorm() / components.Positive.FrobeniusNorm(),
            Exact);
        yield return new("(a): L_LIS(x⁺) = L_AE(x⁺)", "over the samples that span Col(X⁺)",
            IdentityChecks.Relative(model.Errors(data.Positives), plain.Errors(data.Positives)), Exact);
        yield return new("(a): Col(X⁺) is invariant under U_rEᵀ", "U_rEᵀx⁺ = U_rU_rᵀx⁺, in Col(U_r) ⊂ Col(X⁺)",
            (model.Reconstruct(data.Positives) - plain.Reconstruct(data.Positives)).FrobeniusNorm() / data.Positives.FrobeniusNorm(),
            Exact);
        double heldOut = (model.Errors(data.HeldOut).Average() / plain.Errors(data.HeldOut).Average()) - 1;
        yield return new("(a): L_LIS = L_AE for unseen normal samples",
            FormattableString.Invariant(
            $"they leave Col(X⁺) a little: their mean error rises by {heldOut:P1} (residual: by how much it falls)"), Math.Max(0, -heldOut),
            Exact,
            "loose: exact only inside Col(X⁺)");
        Vector<double> before = plain.Errors(data.Anomalies), after = model.Errors(data.Anomalies);
        double strict = after.Zip(before, (l, p) => l > p * (1 + Exact) ? 1.0 : 0).Average();
        yield return new("(a): L_LIS(xᵃ) ≥ L_AE(xᵃ)",
            FormattableString.Invariant($"for every anomaly; strictly for {strict:P1} (residual: the greatest fall)"),
            Math.Max(0, ((before - after) / before).Maximum()), Exact);

        double AucOf(Matrix<double> any) => Auc(LinearModel.Create(pca, any), data);
        double[] others = [.. Enumerable.Range(0, Arbitrary)
            .Select(i => AucOf(ArbitraryWithNullSpace(components, b, random.FoldIn((ulong)i))))];
        double own = AucOf(b), autoencoder = AucOf(b * 0);
        yield return new("arbitrary B with the right null space",
            string.Create(CultureInfo.InvariantCulture,
            $"AUC of {Arbitrary} random ones {others.Average():F4} ± "
            + $"{MathNet.Numerics.Statistics.Statistics.StandardDeviation(others):F4}, of (a) {own:F4}, of the autoencoder "
            + $"{autoencoder:F4} (residual: by how much their mean beats the autoencoder)"),
            others.Average() - autoencoder, 0.01, "holds: leaving Col(X⁺) alone is not enough");
    }

    internal static IEnumerable<Check> OfMinimisers(
        Pca pca, ShapingObjective objective, Matrix<double> regularised, Matrix<double> minimiser, Matrix<double> engine)
    {
        var none = Matrix<double>.Build.Dense(pca.Uc.ColumnCount, pca.Latent);
        double zero = objective.Value(none), value = objective.Value(regularised), best = objective.Value(minimiser),
            trained = objective.Value(engine);
        double bound = ShapingObjective.Errors(none, objective.Positive).Average();
        yield return new("(b): the generalised eigenvectors lower equation (1)",
            FormattableString.Invariant($"from {zero:F4} at B = 0 to {value:F4}"), Math.Max(0, value - zero), 0);
        yield return new("(c): the minimiser found",
            FormattableString.Invariant(
            $"equation (1) falls to {best:F4}; it cannot fall below mean ‖c⁺‖ = {bound:F4} (residual: below that bound, or above (b))"),
            Math.Max(0, Math.Max(bound - best, best - value)), Exact);
        yield return new("the engine's phase 2 reaches the minimum",
            FormattableString.Invariant(
            $"{trained:F4} after Adam in single precision, {best:F4} by L-BFGS in double from three starts (residual: its excess)"),
            (trained / best) - 1, 0.01);
    }

    internal static IEnumerable<Check> OfTraining(Pca pca, Matrix<double> x, LinearModel trained)
    {
        double optimum = pca.Optimum, error = (trained.Reconstruct(x) - x).FrobeniusNorm();
        yield return new("the trained linear autoencoder reaches the Eckart–Young error", "‖X̂ − X‖ against √Σ_{i>r} σᵢ²",
            (error / optimum) - 1, 1e-4);
        double angle = Pca.Angles(pca.Ur, Pca.Basis(trained.D)).Maximum(),
            gap = 1 - (pca.SingularValues[pca.Latent] / pca.SingularValues[pca.Latent - 1]);
        yield return new("the trained decoder spans U_r",
            string.Create(CultureInfo.InvariantCulture,
            $"largest principal angle {angle:E1} rad; the spectrum's gap σ_(r+1)/σ_r is 1 − {gap:F3} (residual: the angle; bound 1e-2 over "
            + $"a clear gap)"), angle, Angle / (gap >= ClearGap ? 1 : gap));
    }

    internal static double Auc(LinearModel model, TheorySamples data) =>
        Metrics.Auc([.. model.Errors(data.HeldOut).Select(e => (float)e)], [.. model.Errors(data.Anomalies).Select(e => (float)e)]);

    /// <summary>Random columns orthogonal to C⁺, of the norm of another B.</summary>
    private static Matrix<double> ArbitraryWithNullSpace(Components components, Matrix<double> like, Philox random)
    {
        var b = components.Outside(Solutions.Random(like.RowCount, like.ColumnCount, 1, random));
        return b * (like.FrobeniusNorm() / b.FrobeniusNorm());
    }
}
