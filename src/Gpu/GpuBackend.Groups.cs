using LisNative.Formulas;
using LisNative.Gpu.Kernels;
using LisNative.Gpu.Product;

namespace LisNative.Gpu;

internal sealed partial class GpuBackend
{
    /// <summary>Channels of a group up to which a thread for each output pays; larger groups are matrix products.</summary>
    private const int FewInGroup = 8;

    public bool TryConv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        if (!Serves(w, geometry))
        {
            return false;
        }

        int lines = y.Shape[0] * y.Shape[2], pieces = Math.Clamp(ManyThreads / w.Count, 1, lines), length = (lines + pieces - 1) / pieces;
        pieces = (lines + length - 1) / length;
        Shape order = [1, w.Shape[1], w.Shape[2], w.Shape[3], w.Shape[0]];
        using var partial = w.Device.Empty([pieces, .. order.Sizes[1..]]);
        using var sum = w.Device.Empty(order);
        Each(new GroupedWeightGradient(new(View(x), x), new(View(y), y), Dense(partial), new(x, w, geometry, transposed: false),
            y.Shape[2], y.Shape[3], lines, length), partial.Count);
        Reduce(default(Sum), partial, sum);
        using var ordered = sum.Permute(0, 4, 1, 2, 3);
        using var result = ordered.Reshape(w.Shape.Sizes);
        Copy(result, w);
        return true;
    }

    public bool TryConvolve(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue, bool transposed)
    {
        if (!Serves(w, geometry))
        {
            return false;
        }

        int groups = geometry.Groups;
        var phases = transposed ? geometry.Stride : 1;
        using var split = w.Reshape(groups, w.Shape[0] / groups, w.Shape[1], w.Shape[2], w.Shape[3]);
        using var order = transposed ? split.Permute(1, 3, 4, 0, 2) : split.Permute(2, 3, 4, 0, 1);
        using var weights = order.Contiguous();
        var (fused, after) = FusedEpilogue.Split(epilogue);
        var target = ImageTarget(y, phases, fused, out int gridRows, out int gridColumns);
        Each(new GroupedConvolution(target, new(View(x), x), Dense(weights), new(x, w, geometry, transposed), gridRows, gridColumns),
            (long)target.Rows * phases.H * phases.W * y.Shape[1]);
        after.Apply(this, y, 1);
        return true;
    }

    /// <summary>Not on the first rung, which sums as <see cref="Device.Naive"/> does.</summary>
    private bool Serves(Tensor w, ConvGeometry geometry) => !SumsInOrder && w.Count > 0
        && (w.Shape[1] == 1 || Math.Max(w.Shape[1], w.Shape[0] / geometry.Groups) <= FewInGroup);
}
