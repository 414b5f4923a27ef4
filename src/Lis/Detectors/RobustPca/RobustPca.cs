using LisNative.Memory;
using LisNative.Numerics;

namespace LisNative;

/// <summary>Principal component pursuit: the plane of the low-rank part of the normal data.</summary>
internal static class RobustPca
{
    internal const string Name = "robust-pca";

    // The products are of single precision and squared, so that singular values below √ε·σ₁ = 3.5e-4·σ₁ are rounding: a smaller residual
    // cannot be reached.
    private const double Growth = 1.5, Converged = 1e-3;
    private const int Iterations = 30;

    internal static Subspace Fit(FitContext context, RobustPcaOptions options)
    {
        using var noGrad = new NoGrad();
        Var rows = PrincipalComponents.Rows(context.Device, context.Normal);
        var mean = rows.Mean([0], keep: true);
        Var low = Pursue(context, (rows - mean).Value, options.Sparsity);

        // Gross errors move the mean too; that of L is free of them.
        var shift = low.Mean([0], keep: true);
        return Subspace.Fit(Name, context, (mean + shift).Value, (low - shift).Value, options.Rank, (rows - mean - shift).Value);
    }

    /// <summary>L, by the inexact augmented Lagrangian (Lin, Chen, Ma 2010, algorithm 5).</summary>
    private static Tensor Pursue(FitContext context, Tensor centred, double sparsity)
    {
        using var scope = new Scope();
        Var x = centred;
        var gram = SymmetricProduct.Scatter(centred);
        double largest = PrincipalComponents.Leading(gram, 1, context.Random.FoldIn(Streams.Pursuit)).Values[0];
        double spectral = Math.Sqrt(Math.Max(largest, 1e-30));
        double size = Norm(x), lambda = sparsity / Math.Sqrt(Math.Max(x.Shape[0], x.Shape[1])), mu = 1.25 / spectral;
        Var multiplier = x / Math.Max(spectral, x.Abs().Value.Max().Item() / lambda), low = x * 0;
        Tensor? vectors = null;
        int rank = Math.Min(10, gram.Rank);
        for (int i = 0; i < Iterations; i++)
        {
            context.Report("pursuing principal components", i, Iterations);
            using var step = new Scope();
            var rest = x - low + (multiplier / mu);
            var sparse = rest - rest.Clamp(-lambda / mu, lambda / mu);
            (var next, rank, var turned) = Shrink(context, x - sparse + (multiplier / mu), 1 / mu, rank, vectors);
            var error = x - next - sparse;
            Var raised = multiplier + (error * mu);
            low.Value.Dispose();
            multiplier.Value.Dispose();
            vectors?.Dispose();
            vectors = step.Keep(turned);
            (low, multiplier) = (step.Keep(next.Value), step.Keep(raised.Value));
            if (Norm(error) < Converged * size)
            {
                break;
            }

            mu *= Growth;
        }

        return scope.Keep(low.Value);
    }

    /// <summary>
    /// Every singular value lowered by a threshold, those below it to zero: A·V·diag(1 − τ/σ)·Vᵀ; the rank to expect next, and the vectors
    /// to start from.
    /// </summary>
    private static (Var Result, int Rank, Tensor Vectors) Shrink(FitContext context, Var a, double threshold, int rank, Tensor? near)
    {
        var gram = SymmetricProduct.Scatter(a.Value);
        for (int d = gram.Rank; ; rank = Math.Min(d, 2 * rank))
        {
            var (values, vectors) = PrincipalComponents.Leading(gram, rank, context.Random.FoldIn(Streams.Pursuit), near);
            double[] kept = [.. values.Select(v => Math.Sqrt(Math.Max(v, 0))).Where(s => s > threshold)];
            if (kept.Length == rank && rank < d)
            {
                continue;
            }

            if (kept.Length == 0)
            {
                return (a * 0, rank, vectors);
            }

            Var v = vectors.Slice(1, 0, kept.Length),
                factors = a.Value.Device.From(kept.Select(s => 1 - (threshold / s)).ToArray(), [1, kept.Length]);
            return (Var.MatMul(Var.MatMul(a, v) * factors, v.Transpose()), Math.Min(d, (int)(Growth * kept.Length) + 5), vectors);
        }
    }

    private static double Norm(Var a) => Math.Sqrt(a.Value.SumOfSquares().Item());
}
