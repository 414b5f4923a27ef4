using ILGPU;
using LisNative.Formulas;
using LisNative.Random;

namespace LisNative.Gpu.Kernels;

/// <summary>y[i] = op of the uniform number at position + i.</summary>
internal readonly struct NextNumbers<TOp>(TOp op, Philox random, ArrayView<ulong> position, ArrayView<float> y) : IKernel
    where TOp : unmanaged, IUnary
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            uint bits = RandomFill.Bits(random, position[0] + (ulong)i);
            y[i] = op.Invoke(new GpuLane((float)RandomFill.Uniform(bits))).Value;
        }
    }
}

/// <summary>position += taken, when all have read it.</summary>
internal readonly struct Advance(ArrayView<ulong> position, int taken) : IKernel
{
    public void Execute()
    {
        if (Grid.GlobalIndex.X == 0)
        {
            position[0] += (ulong)taken;
        }
    }
}
