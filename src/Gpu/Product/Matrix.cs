using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>A batch of matrices [layer, row, depth] with any strides; those along <typeparamref name="TAlong"/> are loaded four at a time if <c>vector</c>.</summary>
internal readonly struct Matrix<TAlong>(ArrayView<float> data, int offset, int layerStride, int rows, int rowStride, int depth, int depthStride, bool vector)
    : IOperand<Matrix<TAlong>> where TAlong : struct, IAlong
{
    private readonly ArrayView<float> data = data;
    private readonly int offset = offset, layerStride = layerStride, rows = rows, rowStride = rowStride, depth = depth, depthStride = depthStride;

    /// <summary>Whether every load of four is one of 16 aligned bytes.</summary>
    private readonly int aligned =
        vector && (TAlong.Depth ? depthStride : rowStride) == 1 && ((offset | layerStride | (TAlong.Depth ? rowStride : depthStride)) & 3) == 0 ? 1 : 0;

    public static bool AlongDepth => TAlong.Depth;

    public int Depth => depth;

    public Matrix<TAlong> Of(int layer) => new(this, offset + (layer * layerStride));

    public Cursor Row(int row) => new(row < rows ? offset + (row * rowStride) : -1, row);

    public Float4 Load(Cursor cursor, int depth, int end)
    {
        if (cursor.Base < 0 || depth >= end)
        {
            return default;
        }

        int at = cursor.Base + (depth * depthStride);
        if (aligned != 0 && (TAlong.Depth ? depth + 3 < end : cursor.H + 3 < rows))
        {
            return data.Cast<Float4>()[at / 4];
        }

        int left = TAlong.Depth ? end - depth : rows - cursor.H, step = TAlong.Depth ? depthStride : rowStride;
        return new(data[at], left > 1 ? data[at + step] : 0, left > 2 ? data[at + (2 * step)] : 0, left > 3 ? data[at + (3 * step)] : 0);
    }

    private Matrix(Matrix<TAlong> other, int offset)
        : this(other.data, offset, other.layerStride, other.rows, other.rowStride, other.depth, other.depthStride, false) => aligned = other.aligned;
}
