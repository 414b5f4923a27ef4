using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>x̂ = D Eᵀ x in double precision, and the closed forms of its gradients (samples in columns).</summary>
/// <param name="D">Decoder, m × r.</param>
/// <param name="E">Encoder, m × r.</param>
public sealed record LinearModel(Matrix<double> D, Matrix<double> E)
{
    /// <summary>The linear LIS-AE of paper, section 4.1: D = U_r, E = U_r + U_c B.</summary>
    public static LinearModel Create(Pca pca, Matrix<double> b)
    {
        ArgumentNullException.ThrowIfNull(pca);
        return new(pca.Ur, pca.Ur + (pca.Uc * b));
    }

    /// <summary>x̂.</summary>
    public Matrix<double> Reconstruct(Matrix<double> x) => D * E.TransposeThisAndMultiply(x);

    /// <summary>‖x̂ − x‖ of every sample.</summary>
    public Vector<double> Errors(Matrix<double> x) => (Reconstruct(x) - x).ColumnNorms(2);

    /// <summary>Gradients of phase 1, mean ‖x̂ − x‖.</summary>
    public (Matrix<double> D, Matrix<double> E) Phase1(Matrix<double> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Gradients(x, _ => 1.0 / x.ColumnCount);
    }

    /// <summary>Gradients of equation (1) over the first <paramref name="positives"/> samples and the negatives behind them.</summary>
    public (Matrix<double> D, Matrix<double> E) Phase2(Matrix<double> x, int positives, double beta, double gamma)
    {
        ArgumentNullException.ThrowIfNull(x);
        var errors = Errors(x);
        return Gradients(x, i => i < positives ? 1.0 / positives : beta * Math.Sign(errors[i] - gamma) / (x.ColumnCount - positives));
    }

    /// <summary>With residuals R = DEᵀX − X and W = diag(wᵢ / ‖rᵢ‖): ∂D = R W (EᵀX)ᵀ, ∂E = X W (DᵀR)ᵀ.</summary>
    private (Matrix<double> D, Matrix<double> E) Gradients(Matrix<double> x, Func<int, double> weight)
    {
        var residual = Reconstruct(x) - x;
        var norms = residual.ColumnNorms(2);
        var weighted = residual.MapIndexed((_, i, v) => norms[i] > 0 ? v * weight(i) / norms[i] : 0);
        return (weighted.TransposeAndMultiply(E.TransposeThisAndMultiply(x)), x * weighted.TransposeThisAndMultiply(D));
    }
}
