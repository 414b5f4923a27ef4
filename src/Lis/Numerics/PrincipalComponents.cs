using LisNative.Data;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Numerics;

/// <summary>
/// The leading eigenpairs of a symmetric, positive semi-definite matrix by subspace iteration from a random start (Halko, Martinsson, Tropp 2011,
/// algorithm 4.4), the products on the device, everything that must be exact in double. Deterministic: the start is drawn from the seed.
/// </summary>
internal static class PrincipalComponents
{
    private const int Oversampling = 10, Iterations = 30, WarmIterations = 5;
    private const double Converged = 1e-7;

    /// <summary>The greatest eigenvalues, falling, and their vectors as columns [d, rank].</summary>
    /// <param name="matrix">[d, d].</param>
    /// <param name="rank">How many; at most d.</param>
    /// <param name="random">Draws the start.</param>
    /// <param name="near">Vectors [d, any] that are nearly right already: those of a similar matrix.</param>
    internal static (double[] Values, Tensor Vectors) Leading(Tensor matrix, int rank, Philox random, Tensor? near = null)
    {
        int d = matrix.Shape[0], width = Math.Min(d, rank + Oversampling);
        var start = new float[d * width];
        random.Normals(start);
        double[] known = near?.ToArray<double>() ?? [];
        double[,] q = new double[d, width];
        for (int i = 0; i < start.Length; i++)
        {
            int row = i / width, column = i % width;
            q[row, column] = column < known.Length / d ? known[(row * (known.Length / d)) + column] : start[i];
        }

        double last = 0;
        for (int i = 0; i < (near is null ? Iterations : WarmIterations); i++)
        {
            Orthonormalise(q);
            q = Times(matrix, q);
            double size = q.Cast<double>().Sum(v => v * v);
            if (Math.Abs(size - last) <= Converged * size)
            {
                break;
            }

            last = size;
        }

        // Rayleigh–Ritz: within the subspace, the small matrix QᵀCQ is decomposed exactly.
        Orthonormalise(q);
        var (values, rotation) = SymmetricEigen.Decompose(Small(q, Times(matrix, q)));
        var vectors = new double[d * rank];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < rank; j++)
            {
                for (int k = 0; k < width; k++)
                {
                    vectors[(i * rank) + j] += q[i, k] * rotation[k, j];
                }
            }
        }

        return (values[..rank], matrix.Device.From(vectors, [d, rank]));
    }

    /// <summary>XᵀX / n of rows [n, d].</summary>
    internal static Tensor Covariance(Tensor centred) => Gradient.Pause(() => Device.Scoped(() => (Var.MatMul(((Var)centred).Transpose(), centred) / centred.Shape[0]).Value));

    /// <summary>All samples as rows [n, d] on a device.</summary>
    internal static Tensor Rows(Device device, Dataset set) => Device.Scoped(() => set.Batch(device, [.. Enumerable.Range(0, set.Count)]).Reshape(set.Count, -1));

    /// <summary>Modified Gram–Schmidt, twice: once leaves what rounding mixed in.</summary>
    private static void Orthonormalise(double[,] q)
    {
        int d = q.GetLength(0), width = q.GetLength(1);
        var columns = new double[width][];
        for (int j = 0; j < width; j++)
        {
            columns[j] = [.. Enumerable.Range(0, d).Select(i => q[i, j])];
            double before = Math.Sqrt(Dot(columns[j], columns[j]));
            for (int pass = 0; pass < 2; pass++)
            {
                for (int k = 0; k < j; k++)
                {
                    double overlap = Dot(columns[j], columns[k]);
                    for (int i = 0; i < d; i++)
                    {
                        columns[j][i] -= overlap * columns[k][i];
                    }
                }
            }

            // A column inside the span of those before it is no direction: it becomes zero and its eigenvalue too.
            double length = Math.Sqrt(Dot(columns[j], columns[j])), scale = length > 1e-9 * before ? 1 / length : 0;
            for (int i = 0; i < d; i++)
            {
                q[i, j] = columns[j][i] *= scale;
            }
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static double[,] Times(Tensor matrix, double[,] q)
    {
        using var scope = new Scope();
        int d = q.GetLength(0), width = q.GetLength(1);
        double[] flat = [.. q.Cast<double>()];
        double[] product = Tensor.MatMul(matrix, matrix.Device.From(flat, [d, width])).ToArray<double>();
        var result = new double[d, width];
        Buffer.BlockCopy(product, 0, result, 0, product.Length * sizeof(double));
        return result;
    }

    /// <summary>QᵀCQ, made symmetric.</summary>
    private static double[,] Small(double[,] q, double[,] cq)
    {
        int d = q.GetLength(0), width = q.GetLength(1);
        var small = new double[width, width];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < width; j++)
            {
                for (int k = 0; k < width; k++)
                {
                    small[j, k] += (q[i, j] * cq[i, k]) + (q[i, k] * cq[i, j]);
                }
            }
        }

        for (int j = 0; j < width * width; j++)
        {
            small[j / width, j % width] /= 2;
        }

        return small;
    }
}
