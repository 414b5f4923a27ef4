namespace LisNative.Numerics;

/// <summary>A symmetric, positive semi-definite matrix, known by its products.</summary>
/// <param name="Device">Where it computes.</param>
/// <param name="Size">d.</param>
/// <param name="Rank">Eigenvalues above zero at most.</param>
/// <param name="Times">q·A of directions q [any, d].</param>
/// <param name="Trace">The sum of its eigenvalues.</param>
internal sealed record SymmetricProduct(Device Device, int Size, int Rank, Func<Tensor, Tensor> Times, Func<double> Trace)
{
    /// <summary>Up to here the matrix is formed, in 64 MiB; a larger one is not: 128×128 pixels in colour would make 9 GB.</summary>
    private const int MostFormed = 4096;

    /// <summary>A matrix [d, d].</summary>
    internal static SymmetricProduct Create(Tensor matrix)
    {
        int d = matrix.Shape[0];
        return new(matrix.Device, d, d, q => Tensor.MatMul(q, matrix),
            () => Enumerable.Range(0, d).Sum(i => matrix.Slice(0, i, 1).Slice(1, i, 1).Item()));
    }

    /// <summary>
    /// aᵀa / divisor of rows a [n, d]: formed where that is small, else (q·aᵀ)·a, which needs no memory and has a rank of n at most.
    /// </summary>
    internal static SymmetricProduct Scatter(Tensor rows, double divisor = 1)
    {
        var (n, d) = (rows.Shape[0], rows.Shape[1]);
        return d <= MostFormed
            ? Create(Device.Scoped(() => Divided(Var.MatMul(((Var)rows).Transpose(), rows))))
            : new(rows.Device, d, Math.Min(n, d),
                q => Device.Scoped(() => Divided(Var.MatMul(Var.MatMul(q, ((Var)rows).Transpose()), rows))), () =>
                rows.SumOfSquares().Item() / divisor);

        Tensor Divided(Var product) => (divisor == 1 ? product : product / divisor).Value;
    }
}
