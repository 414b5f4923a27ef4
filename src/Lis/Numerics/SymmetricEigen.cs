namespace LisNative.Numerics;

/// <summary>All eigenpairs of a small symmetric matrix by cyclic Jacobi rotations (Golub, Van Loan, section 8.5): short, and exact to rounding.</summary>
internal static class SymmetricEigen
{
    private const int Sweeps = 30;
    private const double Negligible = 1e-14;

    /// <summary>Eigenvalues, falling, and eigenvectors as columns. The matrix is overwritten.</summary>
    internal static (double[] Values, double[,] Vectors) Decompose(double[,] a)
    {
        int n = a.GetLength(0);
        var v = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            v[i, i] = 1;
        }

        double size = Math.Sqrt(a.Cast<double>().Sum(x => x * x));
        for (int sweep = 0; sweep < Sweeps && OffDiagonal(a) > Negligible * size; sweep++)
        {
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    Rotate(a, v, p, q);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => a[i, i])];
        var sorted = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                sorted[i, j] = v[i, order[j]];
            }
        }

        return ([.. order.Select(i => a[i, i])], sorted);
    }

    /// <summary>The rotation in the plane of p and q that makes a[p, q] zero.</summary>
    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
        {
            return;
        }

        double tau = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + (tau * tau))), c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
            (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
        }

        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        }
    }

    private static double OffDiagonal(double[,] a)
    {
        double sum = 0;
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < i; j++)
            {
                sum += 2 * a[i, j] * a[i, j];
            }
        }

        return Math.Sqrt(sum);
    }
}
