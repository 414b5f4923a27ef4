using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace LisNative.Exact;

/// <summary>The identities of section 4.1: about U, about the two losses, and each step of its chain of argmins.</summary>
internal static class IdentityChecks
{
    private const double Exact = 1e-10;

    /// <param name="pca">The decomposition.</param>
    /// <param name="all">What was decomposed.</param>
    /// <param name="x">Some of it.</param>
    /// <param name="random">Makes other subspaces.</param>
    internal static IEnumerable<Check> OfPca(Pca pca, Matrix<double> all, Matrix<double> x, Philox random)
    {
        yield return new("orthonormality", "U_rᵀU_r = I, U_rᵀU_c = 0, U_cᵀU_c = I",
            Largest(pca.U.TransposeThisAndMultiply(pca.U) - Matrix<double>.Build.DenseIdentity(pca.U.RowCount)), Exact);
        Matrix<double> z = pca.Ur.TransposeThisAndMultiply(x), c = pca.Uc.TransposeThisAndMultiply(x);
        yield return new("decomposition", "x = U_r z + U_c c", ((pca.Ur * z) + (pca.Uc * c) - x).FrobeniusNorm() / x.FrobeniusNorm(),
            Exact);
        yield return new("L_AE = ‖c‖", "the plain autoencoder's error is the norm of the orthogonal component",
            Relative(((pca.Ur * z) - x).ColumnNorms(2), c.ColumnNorms(2)), Exact);
        double error = (all - (pca.Ur * pca.Ur.TransposeThisAndMultiply(all))).FrobeniusNorm();
        yield return new("Eckart–Young", "‖X − U_rU_rᵀX‖ = √Σ_{i>r} σᵢ²", Math.Abs(error - pca.Optimum) / pca.Optimum, Exact);
        double others = Enumerable.Range(0, 10).Min(i =>
        {
            // ‖X − QQᵀX‖² = Σσᵢ² − ‖ΣUᵀQ‖² for other subspaces of dimension r, from far to near.
            var q = (pca.Ur + Solutions.Random(pca.U.RowCount, pca.Latent, Math.Pow(10, -i / 3.0), random.FoldIn((ulong)i)))
                .QR(QRMethod.Thin).Q;
            double kept = pca.U.TransposeThisAndMultiply(q).MapIndexed((row, _, v) => v * pca.SingularValues[row]).FrobeniusNorm(),
                whole = pca.SingularValues.L2Norm();
            return Math.Sqrt((whole - kept) * (whole + kept));
        });
        yield return new("no subspace is better",
            "of ten subspaces far from U_r and near to it none has a smaller error (residual: by how much one has)",
            Math.Max(0, 1 - (others / error)), Exact);
    }

    internal static IEnumerable<Check> OfLosses(Pca pca, Components components, Matrix<double> x, Philox random)
    {
        var b = Solutions.Random(pca.Uc.ColumnCount, pca.Latent, Math.Sqrt(pca.Latent), random);
        var c = pca.Uc.TransposeThisAndMultiply(x);
        Vector<double> errors = LinearModel.Create(pca, b).Errors(x), tilted = b.TransposeThisAndMultiply(c).ColumnNorms(2),
            plain = c.ColumnNorms(2);
        var squares = (tilted.PointwisePower(2) + plain.PointwisePower(2)).PointwiseSqrt();
        yield return new("L_LIS² = ‖Bᵀc‖² + ‖c‖²", "the error of E = U_r + U_cB, by Pythagoras, for any B", Relative(errors, squares),
            Exact);

        // √(a² + b²) ≤ a + b ≤ √2·√(a² + b²)
        double least = ((tilted + plain) / errors).Minimum(), most = ((tilted + plain) / errors).Maximum();
        yield return new("L_LIS = ‖Bᵀc‖ + ‖c‖",
            $"the paper's sum of norms exceeds the error by a factor {most:F3} at most (residual: beyond the bounds 1 and √2)",
            Math.Max(0, Math.Max(1 - least, (most / Math.Sqrt(2)) - 1)), Exact, "loose: an upper bound, not the loss");

        var sum = (components.Parallel * components.Parallel.Transpose()) + (components.NegativeOnly * components.NegativeOnly.Transpose());
        var both = components.Parallel.Append(components.NegativeOnly);
        yield return new("c = C∥p + C⁻⊥q + C°⊥s",
            "C∥ and C⁻⊥ are orthonormal and orthogonal to each other, and their projector is idempotent, so its complement is C°⊥",
            Math.Max(
            Largest(both.TransposeThisAndMultiply(both) - Matrix<double>.Build.DenseIdentity(both.ColumnCount)),
            Largest((sum * sum) - sum)), Exact,
            "holds, if C⁻⊥ is what of C⁻ is orthogonal to C∥; «not in C∥» alone would not do");
    }

    /// <summary>
    /// The chain of section 4.1 at random B's: which steps leave the objective as it is, or add a constant, and which change it.
    /// </summary>
    internal static IEnumerable<Check> OfChain(Pca pca, Matrix<double> positives, Matrix<double> negatives, double beta, Philox random)
    {
        var x = (Plus: positives, Minus: negatives);
        var c = (Plus: pca.Uc.TransposeThisAndMultiply(positives), Minus: pca.Uc.TransposeThisAndMultiply(negatives));
        double Objective(Func<Matrix<double>, Matrix<double>, Matrix<double>> residual) =>
            residual(x.Plus, c.Plus).ColumnNorms(2).Average() - (beta * residual(x.Minus, c.Minus).ColumnNorms(2).Average());
        Matrix<double>[] bs = [.. Enumerable.Range(0, 8)
            .Select(i => Solutions.Random(pca.Uc.ColumnCount, pca.Latent, 1 + i, random.FoldIn((ulong)i)))];
        double[] Over(Func<Matrix<double>, double> f) => [.. bs.Select(f)];

        double[] tilt = Over(b => Objective((_, k) => b.TransposeThisAndMultiply(k)));
        double[] decoded = Over(b => Objective((_, k) => pca.Ur * b.TransposeThisAndMultiply(k)));
        Vector<double> Apart(Matrix<double> b, Matrix<double> k) =>
            (pca.Ur * b.TransposeThisAndMultiply(k)).ColumnNorms(2) + (pca.Uc * k).ColumnNorms(2);
        double[] apart = Over(b => Apart(b, c.Plus).Average() - (beta * Apart(b, c.Minus).Average()));
        double[] together = Over(b => Objective((_, k) => (pca.Ur * b.TransposeThisAndMultiply(k)) - (pca.Uc * k)));
        double[] samples = Over(b => Objective(
            (s, k) => (pca.Ur * (pca.Ur.TransposeThisAndMultiply(s) + b.TransposeThisAndMultiply(k))) - s));
        double[] encoder = Over(b => Objective((s, _) => LinearModel.Create(pca, b).Reconstruct(s) - s));
        double scale = tilt.Max(Math.Abs);
        yield return new("chain 1: ‖Bᵀc‖ → ‖U_rBᵀc‖", "an isometry changes nothing", Gap(tilt, decoded) / scale, Exact);
        yield return new("chain 2: + ‖U_cc⁺‖ − β‖U_cc⁻‖", "a constant in B (residual: spread of the difference)",
            Spread(decoded, apart) / scale, Exact);
        double changed = Spread(apart, together) / scale;
        yield return new("chain 3: ‖U_rBᵀc‖ + ‖U_cc‖ → ‖U_rBᵀc − U_cc‖",
            $"not an equality and no constant: the difference varies by {changed:P0} of the objective over B (residual: 1 where it would "
            + "not)",
            changed > 1e-3 ? 0 : 1, 0, "wrong: it bounds the objective within a factor √2 and may move the minimiser");
        yield return new("chain 4: U_rz⁻ in the negative term",
            "with z⁻ (the paper prints z⁺ once) adding and taking away U_rz changes nothing", Gap(together, samples) / scale, Exact,
            "holds, with the misprint mended");
        yield return new("chain 5: E := U_r + U_cB", "U_rz + U_rBᵀc = U_rEᵀx", Gap(samples, encoder) / scale, Exact,
            "holds, for B of (m − r) × r; the paper prints r × (m − r)");
        double[] doubled = Over(b => Objective((_, k) => (b * 2).TransposeThisAndMultiply(k)));
        yield return new("chain 0: argmin ‖Bᵀc⁺‖ − β‖Bᵀc⁻‖", "f(2B) = 2f(B): the infimum is 0 or −∞, so without γ there is no minimiser",
            doubled.Zip(tilt, (two, one) => Math.Abs(two - (2 * one))).Max() / scale, Exact,
            "loose: only the objective with γ has a minimiser");
    }

    /// <summary>At E = U_r the residual is orthogonal to the decoder's range, so no gradient reaches the encoder.</summary>
    internal static Check Stationary(Pca pca, Matrix<double> positives, Matrix<double> negatives, double beta, double gamma)
    {
        var (_, e) = new LinearModel(pca.Ur, pca.Ur).Phase2(positives.Append(negatives), positives.ColumnCount, beta, gamma);
        return new("phase 2 starts at a stationary point",
            "∂(1)/∂E = 0 at E = U_r: after an exact phase 1 the linear phase 2 cannot start by itself",
            e.FrobeniusNorm() / positives.ColumnNorms(2).Average(), Exact,
            "not said in the paper; training needs the noise that stochastic gradients bring");
    }

    internal static double Largest(Matrix<double> a) => a.ColumnCount == 0 ? 0 : a.PointwiseAbs().Enumerate().Max();

    internal static double Relative(Vector<double> found, Vector<double> expected) =>
        (found - expected).PointwiseAbs().Maximum() / expected.Maximum();

    private static double Gap(double[] a, double[] b) => a.Zip(b, (p, q) => Math.Abs(p - q)).Max();

    private static double Spread(double[] a, double[] b)
    {
        double[] differences = [.. a.Zip(b, (p, q) => q - p)];
        return differences.Max() - differences.Min();
    }
}
