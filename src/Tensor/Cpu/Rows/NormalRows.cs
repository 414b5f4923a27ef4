using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y = (x − mean) / √(variance + ε) of every row, then · scale + shift if they are given; a block of rows a part.</summary>
internal readonly unsafe struct NormalRows<TLane>(
    float* x, float* y, int rows, int length, double epsilon, float* scale, float* shift) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        var block = RowBlock<TLane>.Create(part, rows, length);
        float* to = y + block.Offset, factors = stackalloc float[RowBlock<TLane>.MostRows];
        Centre(block, x + block.Offset, to, factors, epsilon);
        if (scale == null)
        {
            block.Affine(to, factors, null, to);
            return;
        }

        for (int row = 0; row < block.Rows; row++, to += length)
        {
            Scaled(to, factors[row]);
        }
    }

    /// <summary>y = x − mean of each row, and 1 / √(variance + ε). Two passes, since Σx² − (Σx)² cancels.</summary>
    internal static void Centre(RowBlock<TLane> block, float* x, float* y, float* factors, double epsilon)
    {
        block.Reduce(default(Sum), x, factors);
        for (int row = 0; row < block.Rows; row++)
        {
            factors[row] /= -block.Length;
        }

        block.Affine(x, null, factors, y);
        block.Reduce(default(SumOfSquares), y, factors);
        for (int row = 0; row < block.Rows; row++)
        {
            factors[row] = 1 / MathF.Sqrt((factors[row] / block.Length) + (float)epsilon);
        }
    }

    /// <summary>A row, · factor · scale + shift.</summary>
    private void Scaled(float* row, float factor)
    {
        int i = 0;
        for (; i <= length - TLane.Width; i += TLane.Width)
        {
            TLane.Store(
                TLane.Fma(TLane.Load(row + i) * TLane.Create(factor), TLane.Load(scale + i), TLane.Load(shift + i)), row + i);
        }

        for (; i < length; i++)
        {
            row[i] = MathF.FusedMultiplyAdd(row[i] * factor, scale[i], shift[i]);
        }
    }
}

/// <summary>
/// dx = (dy − mean dy − y · mean(dy·y)) / √(variance of x + ε) of every row for y = normalised x; a block of rows a part.
/// </summary>
internal readonly unsafe struct NormalGradientRows<TLane>(float* dy, float* x, float* dx, int rows, int length, double epsilon) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        var block = RowBlock<TLane>.Create(part, rows, length);
        float* given = dy + block.Offset, to = dx + block.Offset, y = Scratch.Rent(block.Count);
        float* factors = stackalloc float[3 * RowBlock<TLane>.MostRows];
        float* means = factors + RowBlock<TLane>.MostRows, dots = means + RowBlock<TLane>.MostRows;
        NormalRows<TLane>.Centre(block, x + block.Offset, y, factors, epsilon);
        block.Affine(y, factors, null, y);
        block.Reduce(default(Sum), given, means);
        block.Map(default(Multiply), given, y, to);
        block.Reduce(default(Sum), to, dots);
        for (int row = 0; row < block.Rows; row++)
        {
            (means[row], dots[row]) = (-means[row] / length, -dots[row] / length);
        }

        block.Affine(y, dots, means, to);
        block.Map(default(Add), given, to, to);
        block.Affine(to, factors, null, to);
    }
}
