namespace LisNative.Numerics;

/// <summary>
/// All eigenpairs of a symmetric, positive semi-definite matrix by one-sided Jacobi rotations (Hestenes 1958; Golub, Van Loan, section
/// 8.6.3): an orthogonal V is sought whose VA has orthogonal rows, which are then eigenvectors, each times its eigenvalue. Short, exact to
/// rounding, and all its work is on whole rows.
/// </summary>
internal static class SymmetricEigen
{
    private const int Sweeps = 30;

    /// <summary>Cosine of two rows from which they count as orthogonal.</summary>
    private const double Negligible = 1e-13;

    /// <summary>Eigenvalues, falling, and eigenvectors as rows. The matrix, given as rows, is overwritten.</summary>
    internal static (double[] Values, double[][] Vectors) Decompose(double[][] a)
    {
        double[][] v = [.. a.Select((row, i) => row.Select((_, j) => i == j ? 1.0 : 0).ToArray())];
        for (int sweep = 0; sweep < Sweeps && Sweep(a, v); sweep++)
        {
        }

        double[] values = [.. a.Zip(v, Vectors.Dot)];
        int[] order = [.. Enumerable.Range(0, a.Length).OrderByDescending(i => values[i])];
        return ([.. order.Select(i => values[i])], [.. order.Select(i => v[i])]);
    }

    /// <summary>Makes every two rows orthogonal, one pair after another; whether any was not.</summary>
    private static bool Sweep(double[][] a, double[][] v)
    {
        bool turned = false;
        double[] squares = Array.ConvertAll(a, row => Vectors.Dot(row, row));
        for (int p = 0; p < a.Length - 1; p++)
        {
            for (int q = p + 1; q < a.Length; q++)
            {
                double product = Vectors.Dot(a[p], a[q]);
                if (Math.Abs(product) <= Negligible * Math.Sqrt(Math.Max(squares[p] * squares[q], 0)))
                {
                    continue;
                }

                double tau = (squares[q] - squares[p]) / (2 * product);
                double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + (tau * tau))), c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
                Vectors.Rotate(a[p], a[q], c, s);
                Vectors.Rotate(v[p], v[q], c, s);
                squares[p] -= t * product;
                squares[q] += t * product;
                turned = true;
            }
        }

        return turned;
    }
}
