using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace LisNative.Exact;

/// <summary>
/// Where B can act (paper, section 4.1): the orthogonal components c = U_cᵀ x of normal samples and negatives, and the three subspaces
/// R^(m−r) = C∥ ⊕ C⁻⊥ ⊕ C°⊥. C⁻⊥ is what of the negatives' components is orthogonal to the normal ones'; without that word the sum is not
/// orthogonal.
/// </summary>
public sealed class Components
{
    /// <summary>Below this share of the negatives' energy a direction is rounding.</summary>
    private const double EnergyTolerance = 1e-12;

    /// <summary>A component that is this small beside its sample is rounding.</summary>
    private const double RoundingShare = 1e-10;

    /// <summary>From samples in columns.</summary>
    /// <exception cref="InputException">There are no negatives, none leaves the span of U_r, or a value is not finite.</exception>
    public Components(Pca pca, Matrix<double> positives, Matrix<double> negatives)
    {
        ArgumentNullException.ThrowIfNull(pca);
        ArgumentNullException.ThrowIfNull(negatives);
        if (negatives.ColumnCount == 0 || negatives.Exists(v => !double.IsFinite(v)))
        {
            throw new InputException("negatives",
                $"expected samples of finite numbers, found {(negatives.ColumnCount == 0 ? "none" : "NaN or infinity")}");
        }

        Positive = pca.Uc.TransposeThisAndMultiply(positives);
        Negative = pca.Uc.TransposeThisAndMultiply(negatives);
        if (Negative.FrobeniusNorm() < RoundingShare * negatives.FrobeniusNorm())
        {
            throw new InputException("negatives",
                "expected samples outside the span of the r principal components, found all inside: their error is 0 and γ cannot be "
                + "reached");
        }

        Parallel = Pca.Basis(Positive);
        var (vectors, values) = Pca.Eigen(Moment(Outside(Negative)));
        double energy = Negative.FrobeniusNorm() * Negative.FrobeniusNorm() / Negative.ColumnCount;
        int rank = values.Count(v => v > EnergyTolerance * energy);
        NegativeOnly = vectors.SubMatrix(0, vectors.RowCount, 0, rank);
        NegativeOnly = rank == 0 ? NegativeOnly : Outside(NegativeOnly).QR(QRMethod.Thin).Q;
    }

    /// <summary>C⁺, (m − r) × n⁺.</summary>
    public Matrix<double> Positive { get; }

    /// <summary>C⁻, (m − r) × n⁻.</summary>
    public Matrix<double> Negative { get; }

    /// <summary>C∥, orthonormal columns.</summary>
    public Matrix<double> Parallel { get; }

    /// <summary>C⁻⊥, orthonormal columns, the direction of most energy first; none where C⁺ has full rank.</summary>
    public Matrix<double> NegativeOnly { get; }

    /// <summary>The second moment E[c cᵀ] of samples in columns.</summary>
    internal static Matrix<double> Moment(Matrix<double> c) => c.TransposeAndMultiply(c) / c.ColumnCount;

    /// <summary>
    /// What is orthogonal to C∥; projected twice, since once leaves rounding of the size of what was taken away (Parlett).
    /// </summary>
    internal Matrix<double> Outside(Matrix<double> c)
    {
        var once = c - (Parallel * Parallel.TransposeThisAndMultiply(c));
        return once - (Parallel * Parallel.TransposeThisAndMultiply(once));
    }
}
