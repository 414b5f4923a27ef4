using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// The right operand of the micro-kernel: a matrix [k, n] cut into panels of <see cref="MicroKernel{TLane}.Columns"/> columns,
/// each stored row after row and filled up with zeros, so that the kernel reads it from first to last.
/// </summary>
internal readonly unsafe struct Panels<TLane>(float* b, nint rowStride, nint columnStride, int rows, int columns, float* packed) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Rows transposed at a time: a cache line of each column.</summary>
    private const int Block = 16;

    internal static int Count(int columns) => (columns + MicroKernel<TLane>.Columns - 1) / MicroKernel<TLane>.Columns;

    public void Run(int panel)
    {
        int width = MicroKernel<TLane>.Columns, first = panel * width, used = Math.Min(width, columns - first);
        float* from = b + (first * columnStride), to = packed + ((nint)panel * rows * width);
        if (used < width)
        {
            new Span<float>(to, rows * width).Clear();
        }

        for (int k0 = 0; k0 < rows; k0 += Block)
        {
            int end = Math.Min(rows, k0 + Block);
            if (columnStride == 1)
            {
                for (int k = k0; k < end; k++)
                {
                    new ReadOnlySpan<float>(from + (k * rowStride), used).CopyTo(new Span<float>(to + ((nint)k * width), used));
                }
            }
            else
            {
                for (int j = 0; j < used; j++)
                {
                    float* column = from + (j * columnStride);
                    for (int k = k0; k < end; k++)
                    {
                        to[((nint)k * width) + j] = column[k * rowStride];
                    }
                }
            }
        }
    }
}
