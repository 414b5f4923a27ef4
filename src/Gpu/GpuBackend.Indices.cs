using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

internal sealed partial class GpuBackend : IIndexKernels
{
    void IIndexKernels.Gather(Tensor x, Tensor indices, Tensor y) =>
        Each(new GatherByIndex(Dense(x), Dense(indices), Dense(y), x.Shape[1], x.Shape[2], y.Count), y.Count);

    void IIndexKernels.ScatterAdd(Tensor y, Tensor indices, Tensor x) =>
        Each(new ScatterByIndex(Dense(y), Dense(indices), Dense(x), x.Shape[1], x.Shape[2], x.Count), x.Count);
}
