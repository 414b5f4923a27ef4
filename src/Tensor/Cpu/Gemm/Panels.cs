using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// The operands of the micro-kernel in the order in which it reads them: a matrix cut into panels, each stored k after k. For the right
/// operand [k, n] a panel is <see cref="MicroKernel{TLane}.Columns"/> columns, filled up with zeros.
/// </summary>
internal readonly unsafe struct Panels<TLane>(float* b, nint rowStride, nint columnStride, int rows, int columns, float* packed) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    internal static int Count(int columns) => (columns + MicroKernel<TLane>.Columns - 1) / MicroKernel<TLane>.Columns;

    public void Execute(int panel)
    {
        int width = MicroKernel<TLane>.Columns, first = panel * width;
        Panel.Pack(b + (first * columnStride), rowStride, columnStride, rows, Math.Min(width, columns - first),
            packed + ((nint)panel * rows * width), width);
    }
}

/// <summary>
/// The left operand [m, k] cut into the row tiles of the product: without that, rows whose distance is a multiple of 4 KiB would compete
/// for the same cache sets.
/// </summary>
internal readonly unsafe struct RowPanels<TLane>(MatrixProduct<TLane> product, int depth, float* packed) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int tile) => product.PackLeft(tile, 0, depth, packed + ((nint)product.First(tile) * depth));
}

/// <summary>A strip of a matrix in the order in which the micro-kernel reads it.</summary>
internal static unsafe class Panel
{
    /// <summary>Transposed at a time: some cache lines of each column, enough for the prefetcher to follow.</summary>
    private const int Block = 64;

    /// <summary>to[k · width + j] = from[k · rowStride + j · columnStride] for j &lt; used, and 0 up to the width.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    internal static void Pack(float* from, nint rowStride, nint columnStride, int rows, int used, float* to, int width)
    {
        if (used < width)
        {
            new Span<float>(to, rows * width).Clear();
        }

        if (columnStride == 1)
        {
            for (int k = 0; k < rows; k++)
            {
                new ReadOnlySpan<float>(from + (k * rowStride), used).CopyTo(new Span<float>(to + ((nint)k * width), used));
            }

            return;
        }

        if (rowStride == 1)
        {
            TransposeKernel.Transpose(from, columnStride, used, rows, to, width);
            return;
        }

        for (int k0 = 0; k0 < rows; k0 += Block)
        {
            int end = Math.Min(rows, k0 + Block);
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
