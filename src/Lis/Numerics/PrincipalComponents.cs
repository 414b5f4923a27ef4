using System.Globalization;
using LisNative.Data;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Numerics;

/// <summary>
/// The leading eigenpairs of a symmetric, positive semi-definite matrix by subspace iteration from a random start (Halko, Martinsson, Tropp
/// 2011, algorithm 4.4), the products on the device. Directions are rows. Deterministic: the start is drawn from the seed.
/// </summary>
internal static class PrincipalComponents
{
    private const int Oversampling = 10, Iterations = 30, WarmIterations = 5;
    private const double Converged = 1e-7;

    /// <summary>Directions that are made orthogonal to each other on the host, in double.</summary>
    private const int Block = 32;

    /// <summary>
    /// The greatest eigenvalues, falling, and their vectors as columns [d, rank]; those of a similar matrix are a better start than random
    /// ones.
    /// </summary>
    internal static (double[] Values, Tensor Vectors) Leading(SymmetricProduct matrix, int rank, Philox random, Tensor? near = null)
    {
        using var noGrad = new NoGrad();
        using var scope = new Scope();
        int width = Math.Min(matrix.Rank, rank + Oversampling);
        var q = Orthonormal(Start(matrix.Device, width, matrix.Size, random, near));
        double last = 0, size;
        for (int i = 0; i < (near is null ? Iterations : WarmIterations); i++, last = size)
        {
            using var step = new Scope();
            var next = matrix.Times(q);
            size = next.SumOfSquares().Item();
            q.Dispose();
            q = step.Keep(Orthonormal(next));
            if (Math.Abs(size - last) <= Converged * size)
            {
                break;
            }
        }

        // Rayleigh–Ritz: within the subspace, the small matrix QCQᵀ is decomposed exactly.
        var (values, rotation) = SymmetricEigen.Decompose(Rows(Tensor.MatMul(matrix.Times(q), q.Transpose())));
        var leading = matrix.Device.From(rotation[..rank].SelectMany(r => r).ToArray(), [rank, width]);
        return (values[..rank], scope.Keep(Tensor.MatMul(leading, q).Transpose().Contiguous()));
    }

    /// <summary>XᵀX / n of rows [n, d].</summary>
    internal static SymmetricProduct Covariance(Tensor centred) => SymmetricProduct.Scatter(centred, centred.Shape[0]);

    /// <summary>All samples as rows [n, d] on a device.</summary>
    /// <exception cref="InputException">The memory has no room for them twice, as every method needs them.</exception>
    internal static Tensor Rows(Device device, Dataset set, long? memory = null)
    {
        long most = memory ?? TrainingPlan.Available, bytes = 2L * sizeof(float) * set.Count * set.SampleShape.Count;
        return bytes > most && device.Backend.Info.UsesHostMemory
            ? throw new InputException(set.Name, string.Create(CultureInfo.InvariantCulture,
                $"expected samples that fit into {most / 1e9:F1} GB of memory, found {set.Count} samples {set.SampleShape}, which need "
                + $"{bytes / 1e9:F1}; smaller ones (--size) or fewer help"))
            : Device.Scoped(() => set.Batch(device, [.. Enumerable.Range(0, set.Count)]).Reshape(set.Count, -1));
    }

    /// <summary>Directions [width, d]: those that are nearly right, then random ones.</summary>
    private static Tensor Start(Device device, int width, int d, Philox random, Tensor? near)
    {
        var start = new float[width * d];
        random.Normals(start);
        Var drawn = device.From(start, [width, d]);
        int known = Math.Min(width, near?.Shape[1] ?? 0);
        return known == 0 ? drawn.Value
            : Var.Concat(0, ((Var)near!).Transpose().Slice(0, 0, known), drawn.Slice(0, known, width - known)).Value;
    }

    /// <summary>
    /// Gram–Schmidt, twice: once leaves what rounding mixed in (Giraud, Langou, Rozložník 2005). A block of rows is freed of all before it
    /// by products on the device, and its rows of each other on the host.
    /// </summary>
    private static Tensor Orthonormal(Tensor rows) => Device.Scoped(() =>
    {
        int width = rows.Shape[0];
        var result = rows.Device.Empty(rows.Shape);
        for (int first = 0; first < width; first += Block)
        {
            using var scope = new Scope();
            int count = Math.Min(Block, width - first);
            Var block = rows.Slice(0, first, count), before = result.Slice(0, 0, first);
            for (int pass = 0; pass < 2; pass++)
            {
                var free = first == 0 ? block : block - Var.MatMul(Var.MatMul(block, before.Transpose()), before);
                double[][] among = Rows(free.Value);
                OrthonormaliseAmong(among);
                block = rows.Device.From(among.SelectMany(r => r).ToArray(), [count, rows.Shape[1]]);
            }

            result.Slice(0, first, count).CopyFrom(block.Value);
        }

        return result;
    });

    private static void OrthonormaliseAmong(double[][] rows)
    {
        for (int j = 0; j < rows.Length; j++)
        {
            double before = Vectors.Length(rows[j]);
            for (int k = 0; k < j; k++)
            {
                Vectors.Add(rows[j], rows[k], -Vectors.Dot(rows[j], rows[k]));
            }

            // A direction inside the span of those before it is none: it becomes zero and its eigenvalue too.
            double length = Vectors.Length(rows[j]);
            Vectors.Scale(rows[j], length > 1e-9 * before ? 1 / length : 0);
        }
    }

    private static double[][] Rows(Tensor matrix) => [.. matrix.ToArray<double>().Chunk(matrix.Shape[1])];
}
