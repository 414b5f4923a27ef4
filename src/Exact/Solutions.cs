using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LisNative.Exact;

/// <summary>The B of the exact linear LIS-AE, three ways.</summary>
public static class Solutions
{
    /// <summary>
    /// (a) Columns in the span of C⁻⊥, so that Bᵀc⁺ = 0: the r directions that hold most of the negatives' energy there, scaled until the
    /// negatives' mean error is γ.
    /// </summary>
    /// <exception cref="InputException">No negative leaves Col(X⁺), or the negatives' error is beyond γ without any B.</exception>
    public static Matrix<double> NullSpace(Components components, int latent, double gamma)
    {
        ArgumentNullException.ThrowIfNull(components);
        return components.NegativeOnly.ColumnCount == 0
            ? throw new InputException("negatives",
                "expected samples outside the space of the normal ones, found all inside: γ cannot be reached without raising the normal "
                + "samples' error")
            : Scaled(Padded(components.NegativeOnly, latent), components.Negative, gamma);
    }

    /// <summary>
    /// (b) Where C⁺ has full rank: the generalised eigenvectors M⁻v = λ M⁺v of the second moments, r at most, those whose gain pays at the
    /// exchange rate, βλ &gt; 1; scaled to minimise the objective along their ray.
    /// </summary>
    /// <remarks>M⁺ is regularised by a share of its mean eigenvalue: directions without any normal sample would otherwise have λ =
    /// ∞.</remarks>
    public static Matrix<double> Regularised(Components components, int latent, ShapingObjective objective, double regularisation = 1e-3)
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentNullException.ThrowIfNull(objective);
        Matrix<double> plus = Components.Moment(components.Positive), minus = Components.Moment(components.Negative);
        int m = plus.RowCount;
        var floor = Matrix<double>.Build.DiagonalIdentity(m) * (regularisation * Math.Max(plus.Trace() / m, 1e-12 * minus.Trace() / m));

        // M⁺ = LLᵀ turns the problem into a symmetric one, L⁻¹M⁻L⁻ᵀ w = λ w with v = L⁻ᵀ w.
        var lower = (plus + floor).Cholesky().Factor;
        var half = lower.Solve(minus);
        var (vectors, values) = Pca.Eigen(lower.Solve(half.Transpose()));
        int kept = Math.Clamp(values.Count(v => objective.Beta * v > 1), 1, latent);
        var b = Padded(lower.Transpose().Solve(vectors.SubMatrix(0, m, 0, kept)).NormalizeColumns(2), latent);
        return b * BestScale(b, objective);
    }

    /// <summary>
    /// (c) The best minimiser of the objective found by L-BFGS in double precision: from every start with the kinks of |γ − e| well
    /// rounded, then from the best with ever less rounding. The objective is not convex, so this is an upper bound of its minimum.
    /// </summary>
    /// <param name="objective">Equation (1).</param>
    /// <param name="starts">Where to start; B = 0 is a stationary point and leads nowhere.</param>
    public static Matrix<double> Minimise(ShapingObjective objective, IEnumerable<Matrix<double>> starts)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(starts);
        var best = starts.SelectMany(start => new[] { start, Descend(objective, start, 0.1 * objective.Gamma, 30) })
            .MinBy(objective.Value)!;
        foreach (double share in (double[])[0.03, 0.01, 0.003, 0.001])
        {
            var next = Descend(objective, best, share * objective.Gamma, 40);
            best = objective.Value(next) < objective.Value(best) ? next : best;
        }

        return best;
    }

    /// <summary>Random directions of a given norm.</summary>
    public static Matrix<double> Random(int rows, int columns, double norm, Philox random)
    {
        var b = Matrix<double>.Build.Dense(rows, columns, (i, j) => random.Normal((ulong)((i * columns) + j)));
        return b * (norm / b.FrobeniusNorm());
    }

    /// <summary>B times the scale with which the negatives' mean error is γ.</summary>
    /// <exception cref="InputException">Their error is beyond γ without any B, or B does not reach them.</exception>
    public static Matrix<double> Scaled(Matrix<double> b, Matrix<double> negative, double gamma)
    {
        ArgumentNullException.ThrowIfNull(b);
        double Error(double scale) => ShapingObjective.Errors(b * scale, negative).Average();
        double least = Error(0), high = 1;
        if (least >= gamma)
        {
            throw new InputException("gamma",
                FormattableString.Invariant(
                $"expected above the negatives' mean error {least:G4} under the plain autoencoder, found {gamma:G4}"));
        }

        while (Error(high) < gamma)
        {
            high *= 2;
            if (high > 1e9)
            {
                throw new InputException("negatives", "expected samples that the directions of B reach, found none: γ cannot be reached");
            }
        }

        return b * MathNet.Numerics.RootFinding.Brent.FindRoot(s => Error(s) - gamma, 0, high, 1e-12);
    }

    private static double BestScale(Matrix<double> b, ShapingObjective objective) =>
        Math.Exp(GoldenSectionMinimizer.Minimum(
            ObjectiveFunction.ScalarValue(log => objective.Value(b * Math.Exp(log))), Math.Log(1e-3), Math.Log(1e4), 1e-4).MinimizingPoint);

    private static Matrix<double> Descend(ShapingObjective objective, Matrix<double> start, double smoothing, int iterations)
    {
        var best = (B: start, Value: double.PositiveInfinity);
        (double, Vector<double>) Evaluate(Vector<double> b)
        {
            var shaped = Matrix<double>.Build.DenseOfColumnMajor(start.RowCount, start.ColumnCount, b);
            var (value, gradient) = objective.Differentiate(shaped, smoothing);
            best = value < best.Value ? (shaped, value) : best;
            return (value, Vector<double>.Build.Dense(gradient.ToColumnMajorArray()));
        }

        try
        {
            new LimitedMemoryBfgsMinimizer(1e-6, 1e-9, 1e-6, memory: 10, iterations)
                .FindMinimum(ObjectiveFunction.Gradient(Evaluate), Vector<double>.Build.Dense(start.ToColumnMajorArray()));
        }
        catch (OptimizationException)
        {
            // Out of iterations, or a line search without progress: what was found so far stands.
        }

        return best.B;
    }

    /// <summary>The first columns, and zeros up to r of them.</summary>
    private static Matrix<double> Padded(Matrix<double> columns, int latent) =>
        Matrix<double>.Build.Dense(columns.RowCount, latent, (i, j) => j < columns.ColumnCount ? columns[i, j] : 0);
}
