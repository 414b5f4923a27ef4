using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// A batch of matrices [layer, row, depth] with any strides; in fours, all that lies along <typeparamref name="TAlong"/> does so in aligned
/// words of four.
/// </summary>
internal readonly struct Matrix<TAlong, TWidth>(
    ArrayView<float> data, int offset, int layerStride, int rows, int rowStride, int depth, int depthStride)
    : IOperand<Matrix<TAlong, TWidth>>
    where TAlong : struct, IAlong
    where TWidth : struct, IWidth
{
    private readonly ArrayView<float> data = data;
    private readonly int offset = offset, layerStride = layerStride, rows = rows, rowStride = rowStride, depth = depth,
        depthStride = depthStride;

    public static bool AlongDepth => TAlong.Depth;

    public int Depth => depth;

    public Matrix<TAlong, TWidth> ForLayer(int layer) =>
        new(data, offset + (layer * layerStride), layerStride, rows, rowStride, depth, depthStride);

    public Cursor Row(int row) => new(row < rows ? offset + (row * rowStride) : -1, row);

    public Cursor Term(int depth) => new(depth * depthStride);

    public Float4 Load(Cursor row, int depth, int end, bool wanted) =>
        Load(row, Term(depth), TAlong.Depth ? end - depth : rows - row.H, wanted & (depth < end));

    public Float4 Load(Cursor row, Cursor term, bool wanted) => Load(row, term, rows - row.H, wanted);

    public float LoadOne(Cursor row, int depth, int end) =>
        Intrinsics.LoadIf((row.Base >= 0) & (depth < end), data, row.Base + Term(depth).Base);

    private Float4 Load(Cursor row, Cursor term, int left, bool wanted)
    {
        int at = row.Base + term.Base, step = TAlong.Depth ? depthStride : rowStride;
        bool inside = wanted & (row.Base >= 0);
        return TWidth.IsFour ? Intrinsics.LoadIf(inside, data.Cast<Float4>(), at >> 2) : Intrinsics.LoadIf(inside, data, at, step, left);
    }
}
