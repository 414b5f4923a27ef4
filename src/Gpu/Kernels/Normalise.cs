using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>A row's mean and standard deviation: ε is added to the variance. Two passes, since Σx² − (Σx)² cancels.</summary>
internal readonly struct Moments
{
    internal readonly GpuLane Mean, Deviation;

    internal Moments(ArrayView<float> shared, ArrayView<float> x, int row, int length, float epsilon)
    {
        var count = new GpuLane(length);
        var sum = new GpuLane(0);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            sum += new GpuLane(x[row + i]);
        }

        Mean = Tree.Join(default(Sum), shared, sum) / count;
        var squares = new GpuLane(0);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            var centred = new GpuLane(x[row + i]) - Mean;
            squares = GpuLane.Fma(centred, centred, squares);
        }

        Deviation = GpuLane.Sqrt((Tree.Join(default(Sum), shared, squares) / count) + new GpuLane(epsilon));
    }

    internal GpuLane Normal(float x) => (new GpuLane(x) - Mean) / Deviation;
}

/// <summary>y = (x − mean) / √(variance + ε) of a row, then · scale + shift if it is scaled; a group each.</summary>
internal readonly struct Normalise(
    ArrayView<float> x, ArrayView<float> y, int length, float epsilon, ArrayView<float> scale, ArrayView<float> shift, int isScaled)
    : IKernel
{
    public void Execute()
    {
        int row = Grid.IdxX * length;
        var moments = new Moments(SharedMemory.Allocate<float>(GpuBackend.GroupSize), x, row, length, epsilon);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            var normal = moments.Normal(x[row + i]);
            y[row + i] = (isScaled == 0 ? normal : GpuLane.Fma(normal, new GpuLane(scale[i]), new GpuLane(shift[i]))).Value;
        }
    }
}

/// <summary>dx = (dy − mean dy − y · mean(dy·y)) / √(variance + ε) of a row, a group each, with y = normalised x.</summary>
internal readonly struct NormaliseGradient(ArrayView<float> dy, ArrayView<float> x, ArrayView<float> dx, int length, float epsilon)
    : IKernel
{
    public void Execute()
    {
        var shared = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int row = Grid.IdxX * length;
        var moments = new Moments(shared, x, row, length, epsilon);
        GpuLane sum = new(0), dot = new(0), count = new(length);
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            var d = new GpuLane(dy[row + i]);
            sum += d;
            dot = GpuLane.Fma(d, moments.Normal(x[row + i]), dot);
        }

        sum = Tree.Join(default(Sum), shared, sum) / count;
        dot = Tree.Join(default(Sum), shared, dot) / count;
        for (int i = Group.IdxX; i < length; i += GpuBackend.GroupSize)
        {
            var centred = new GpuLane(dy[row + i]) - sum;
            dx[row + i] = (GpuLane.FmaNegated(moments.Normal(x[row + i]), dot, centred) / moments.Deviation).Value;
        }
    }
}
