using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y = eˣ / Σeˣ of every row, shifted by its maximum; a block of rows a part.</summary>
internal readonly unsafe struct SoftmaxRows<TLane>(float* x, float* y, int rows, int length) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        var block = RowBlock<TLane>.Create(part, rows, length);
        float* from = x + block.Offset, to = y + block.Offset, each = stackalloc float[RowBlock<TLane>.MostRows];
        block.Reduce(default(MaxReduction), from, each);
        for (int row = 0; row < block.Rows; row++)
        {
            each[row] = -each[row];
        }

        block.Affine(from, null, each, to);
        block.Map(default(Exp), to, to);
        block.Reduce(default(Sum), to, each);
        for (int row = 0; row < block.Rows; row++)
        {
            each[row] = 1 / each[row];
        }

        block.Affine(to, each, null, to);
    }
}

/// <summary>dx = y · (dy − Σ dy·y) of every row for y = softmax x; a block of rows a part.</summary>
internal readonly unsafe struct SoftmaxGradientRows<TLane>(float* dy, float* y, float* dx, int rows, int length) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        var block = RowBlock<TLane>.Create(part, rows, length);
        float* given = dy + block.Offset, from = y + block.Offset, to = dx + block.Offset;
        float* each = stackalloc float[RowBlock<TLane>.MostRows];
        block.Map(default(Multiply), given, from, to);
        block.Reduce(default(Sum), to, each);
        for (int row = 0; row < block.Rows; row++)
        {
            each[row] = -each[row];
        }

        block.Affine(given, null, each, to);
        block.Map(default(Multiply), to, from, to);
    }
}
