namespace LisNative.Numerics;

/// <summary>The factorisation A = L·Lᵀ of a symmetric, positive definite matrix (Golub, Van Loan, section 4.2).</summary>
internal static class Cholesky
{
    /// <summary>L⁻¹, lower triangular, as rows. The matrix, given as rows, is overwritten by L.</summary>
    internal static double[][] InvertedFactor(double[][] a)
    {
        int d = a.Length;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = a[i][j] - Vectors.Dot(a[i].AsSpan(0, j), a[j].AsSpan(0, j));
                a[i][j] = i == j ? Math.Sqrt(Math.Max(rest, double.Epsilon)) : rest / a[j][j];
            }
        }

        // Row i of L⁻¹: (eᵢ − Σ L[i, j] · row j) / L[i, i].
        var inverse = new double[d][];
        for (int i = 0; i < d; i++)
        {
            inverse[i] = new double[d];
            for (int j = 0; j < i; j++)
            {
                Vectors.Add(inverse[i].AsSpan(0, j + 1), inverse[j].AsSpan(0, j + 1), -a[i][j]);
            }

            inverse[i][i] = 1;
            Vectors.Scale(inverse[i], 1 / a[i][i]);
        }

        return inverse;
    }
}
