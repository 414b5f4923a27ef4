using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

internal sealed partial class GpuBackend : IIndexKernels
{
    void IIndexKernels.Gather(Tensor x, Tensor indices, Tensor y) =>
        Each(new GatherByIndex(Dense(x), Dense(indices), Dense(y), x.Shape[1], x.Shape[2], y.Count), y.Count);

    void IIndexKernels.ScatterAdd(Tensor y, Tensor indices, Tensor x)
    {
        int size = x.Shape[1], inner = x.Shape[2], columns = x.Shape[0] * inner, most = Math.Clamp(ManyThreads / columns, 1, size);
        int share = (size + most - 1) / most, shares = (size + share - 1) / share, threads = columns * shares;
        Each(new ScatterByIndex(Dense(y), Dense(indices), Dense(x), size, inner, share, shares, threads), threads);
    }
}
