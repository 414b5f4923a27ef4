using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace LisNative.Exact;

/// <summary>
/// Principal components of data in columns, X = U Σ Vᵀ with U = [U_r | U_c] (paper, section 4.1): the linear autoencoder x̂ = U_r U_rᵀ x at
/// its optimum (Eckart, Young 1936).
/// </summary>
public sealed class Pca
{
    /// <summary>Relative error of σ_r² that the Gram path may cost: an eigenvalue of XXᵀ is off by m·ε·σ₁².</summary>
    private const double GramTolerance = 1e-10;

    /// <summary>Below this share of σ₁ a singular value counts as zero: ten times what rounding leaves of it, √ε.</summary>
    private const double RankTolerance = 1e-7;

    private Pca(Matrix<double> u, Vector<double> singularValues, int latent, bool gram)
    {
        U = u;
        SingularValues = singularValues;
        Ur = u.SubMatrix(0, u.RowCount, 0, latent);
        Uc = u.SubMatrix(0, u.RowCount, latent, u.ColumnCount - latent);
        ByGram = gram;
        Rank = RankOf(singularValues);
    }

    /// <summary>U, m × m, orthonormal.</summary>
    public Matrix<double> U { get; }

    /// <summary>The first r columns: the decoder, and with its transpose the encoder.</summary>
    public Matrix<double> Ur { get; }

    /// <summary>The other m − r columns.</summary>
    public Matrix<double> Uc { get; }

    /// <summary>σ, falling, m of them.</summary>
    public Vector<double> SingularValues { get; }

    /// <summary>Whether U came from the Gram matrix XXᵀ rather than from X.</summary>
    public bool ByGram { get; }

    /// <summary>Singular values above rounding.</summary>
    public int Rank { get; }

    /// <summary>
    /// √Σ_{i&gt;r} σᵢ², the error ‖X − X̂‖ that no linear autoencoder with r latent units goes below (Eckart, Young 1936).
    /// </summary>
    public double Optimum => Math.Sqrt(SingularValues.Skip(Latent).Sum(s => s * s));

    /// <summary>r.</summary>
    public int Latent => Ur.ColumnCount;

    /// <summary>
    /// Decomposes X. The eigenvectors of XXᵀ, m × m whatever the number of samples, serve while σ_r is large enough beside σ₁;
    /// squaring loses the digits of smaller ones, which are taken from X itself.
    /// </summary>
    /// <param name="x">Samples in columns, m × n.</param>
    /// <param name="latent">r.</param>
    /// <param name="gram">Forces the path; null chooses.</param>
    /// <exception cref="InputException">r is not below m or is above the rank, or a value is not finite.</exception>
    public static Pca Of(Matrix<double> x, int latent, bool? gram = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Exists(v => !double.IsFinite(v)))
        {
            throw new InputException("PCA", "expected finite numbers, found NaN or infinity");
        }

        if (latent < 1 || latent >= x.RowCount)
        {
            throw new InputException("r", $"expected 1 to {x.RowCount - 1} for samples of {x.RowCount} numbers, found {latent}");
        }

        var pca = gram == false ? BySvd(x, latent) : ByGramMatrix(x, latent);
        if (gram is null && GramError(pca.SingularValues, latent) > GramTolerance)
        {
            pca = BySvd(x, latent);
        }

        return latent <= pca.Rank ? pca
            : throw new InputException("r",
                $"expected at most the rank of the {x.ColumnCount} normal samples, {pca.Rank} (constant and duplicate columns add nothing "
                + $"to it), found {latent}");
    }

    /// <summary>Bound on the relative error of σ_r² when it is an eigenvalue of the Gram matrix.</summary>
    private static double GramError(Vector<double> singularValues, int latent)
    {
        double ratio = singularValues[0] / singularValues[latent - 1];
        return singularValues.Count * Precision.DoublePrecision * ratio * ratio;
    }

    /// <summary>
    /// The principal angles between two subspaces given by orthonormal columns, in radians, rising; accurate for small ones (Björck, Golub
    /// 1973).
    /// </summary>
    public static Vector<double> Angles(Matrix<double> a, Matrix<double> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var sines = (b - (a * a.TransposeThisAndMultiply(b))).Svd(computeVectors: false).S;
        return Vector<double>.Build.DenseOfEnumerable(sines.Select(s => Math.Asin(Math.Min(1, s))).Order());
    }

    /// <summary>An orthonormal basis of the span of the columns; directions below rounding are left out.</summary>
    public static Matrix<double> Basis(Matrix<double> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (vectors, values) = Eigen(x.TransposeAndMultiply(x));
        int rank = RankOf(values.PointwiseSqrt());
        // Squaring has cost half of the digits; one step of subspace iteration brings the basis back into the span.
        var basis = vectors.SubMatrix(0, x.RowCount, 0, rank);
        return rank == 0 ? basis : (x * x.TransposeThisAndMultiply(basis)).NormalizeColumns(2).QR(QRMethod.Thin).Q;
    }

    /// <summary>Eigenvectors and eigenvalues, not below 0, of a symmetric matrix, largest first.</summary>
    internal static (Matrix<double> Vectors, Vector<double> Values) Eigen(Matrix<double> symmetric)
    {
        var evd = symmetric.Evd(Symmetricity.Symmetric);
        int n = symmetric.RowCount;
        var falling = new MathNet.Numerics.Permutation([.. Enumerable.Range(0, n).Reverse()]);
        var vectors = evd.EigenVectors.Clone();
        vectors.PermuteColumns(falling);
        return (vectors, Vector<double>.Build.Dense(n, i => Math.Max(0, evd.EigenValues[n - 1 - i].Real)));
    }

    private static Pca ByGramMatrix(Matrix<double> x, int latent)
    {
        var (vectors, values) = Eigen(x.TransposeAndMultiply(x));
        return new(vectors, values.PointwiseSqrt(), latent, gram: true);
    }

    private static Pca BySvd(Matrix<double> x, int latent)
    {
        // X = RᵀQᵀ has the U and Σ of the square Rᵀ; the right vectors of many samples are never made.
        var svd = (x.ColumnCount > x.RowCount ? x.Transpose().QR(QRMethod.Thin).R.Transpose() : x).Svd();
        return new(svd.U, Vector<double>.Build.Dense(x.RowCount, i => i < svd.S.Count ? svd.S[i] : 0), latent, gram: false);
    }

    private static int RankOf(Vector<double> singularValues) => singularValues.Count(s => s > RankTolerance * singularValues[0]);
}
