using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Neighbouring rows that a part takes through several passes while they are in its cache: short rows many at a time, so that a pass is
/// long enough for registers.
/// </summary>
internal readonly unsafe struct RowBlock<TLane>(int first, int rows, int length) where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Floats of a block, but for longer rows.</summary>
    private const int Floats = 4096;

    /// <summary>The most rows of a block: what is known of each is kept on the stack.</summary>
    internal const int MostRows = 256;

    internal int Rows { get; } = rows;

    /// <summary>Elements of a row.</summary>
    internal int Length { get; } = length;

    /// <summary>Elements of all rows.</summary>
    internal int Count => Rows * Length;

    /// <summary>Elements before the first.</summary>
    internal nint Offset => (nint)first * Length;

    internal static int RowsEach(int length) => Math.Clamp(Floats / Math.Max(1, length), 1, MostRows);

    internal static int Parts(int rows, int length) => (rows + RowsEach(length) - 1) / RowsEach(length);

    /// <summary>Block number i of so many rows.</summary>
    internal static RowBlock<TLane> Create(int i, int rows, int length) =>
        new(i * RowsEach(length), Math.Min(RowsEach(length), rows - (i * RowsEach(length))), length);

    /// <summary>to[row] = that row reduced.</summary>
    internal void Reduce<TOp>(TOp op, float* x, float* to) where TOp : unmanaged, IReduction =>
        new RowReduction<TLane, TOp>(op).Run(new ContiguousRows(x, Length), Rows, Length, to);

    /// <summary>y = op(x) of all rows.</summary>
    internal void Map<TOp>(TOp op, float* x, float* y) where TOp : unmanaged, IUnary =>
        new Elementwise.UnaryRow<TLane, TOp>(op).Run(y, x, null, Count);

    /// <summary>y = op(a, b) of all rows.</summary>
    internal void Map<TOp>(TOp op, float* a, float* b, float* y) where TOp : unmanaged, IBinary =>
        new Elementwise.BinaryRow<TLane, TOp>(op).Run(y, a, b, Count);

    /// <summary>y = x · factor + summand, one of each a row; no summands are zeros.</summary>
    internal void Affine(float* x, float* factors, float* summands, float* y)
    {
        for (int row = 0; row < Rows; row++)
        {
            nint at = (nint)row * Length;
            new Elementwise.UnaryRow<TLane, Affine>(new(factors == null ? 1 : factors[row], summands == null ? 0 : summands[row]))
                .Run(y + at, x + at, null, Length);
        }
    }
}
