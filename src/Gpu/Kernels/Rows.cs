using ILGPU;

namespace LisNative.Gpu.Kernels;

/// <summary>y[i, …] = x[rows[i], …] for contiguous tensors.</summary>
internal readonly struct GatherRows(ArrayView<float> x, ArrayView<int> rows, ArrayView<float> y, int rowLength, int count) : IKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            int row = i / rowLength;
            y[i] = x[(rows[row] * rowLength) + i - (row * rowLength)];
        }
    }
}
