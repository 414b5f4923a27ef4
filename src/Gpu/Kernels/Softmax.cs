using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>y = eˣ / Σeˣ of a row, a group each.</summary>
internal readonly struct Softmax(ArrayView<float> x, ArrayView<float> y, int length) : IKernel
{
    public void Execute()
    {
        var shared = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int row = Grid.IdxX * length;
        var greatest = new GpuLane(float.NegativeInfinity);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            greatest = GpuLane.Max(greatest, new GpuLane(x[row + i]));
        }

        greatest = Tree.Join(default(MaxReduction), shared, greatest);
        var sum = new GpuLane(0);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            var e = Elementary.Exp(new GpuLane(x[row + i]) - greatest);
            y[row + i] = e.Value;
            sum += e;
        }

        sum = Tree.Join(default(Sum), shared, sum);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            y[row + i] = (new GpuLane(y[row + i]) / sum).Value;
        }
    }
}

/// <summary>dx = y · (dy − Σ dy·y) of a row, a group each.</summary>
internal readonly struct SoftmaxGradient(ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dx, int length) : IKernel
{
    public void Execute()
    {
        var shared = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int row = Grid.IdxX * length;
        var sum = new GpuLane(0);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            sum = GpuLane.Fma(new(dy[row + i]), new(y[row + i]), sum);
        }

        sum = Tree.Join(default(Sum), shared, sum);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            dx[row + i] = (new GpuLane(y[row + i]) * (new GpuLane(dy[row + i]) - sum)).Value;
        }
    }
}
