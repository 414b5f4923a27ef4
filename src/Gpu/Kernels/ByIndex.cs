using ILGPU;

namespace LisNative.Gpu.Kernels;

/// <summary>y[o, k, i] = x[o, numbers[k], i] for contiguous x [O, size, inner] and y [O, K, inner]; NaN for a number outside.</summary>
internal readonly struct GatherByIndex(
    ArrayView<float> x, ArrayView<float> numbers, ArrayView<float> y, int size, int inner, int count) : IKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            int row = i / inner, outer = row / numbers.IntLength;
            int number = (int)numbers[row - (outer * numbers.IntLength)];
            y[i] = (uint)number < (uint)size ? x[(((outer * size) + number) * inner) + i - (row * inner)] : float.NaN;
        }
    }
}

/// <summary>
/// x[o, numbers[k], i] += y[o, k, i], for one k after another: a thread of each x reads all numbers and adds what is its own, so that sums
/// have an order.
/// </summary>
internal readonly struct ScatterByIndex(
    ArrayView<float> y, ArrayView<float> numbers, ArrayView<float> x, int size, int inner, int count) : IKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            int row = i / inner, outer = row / size, own = row - (outer * size), many = numbers.IntLength;
            float sum = x[i];
            for (int k = 0; k < many; k++)
            {
                if ((int)numbers[k] == own)
                {
                    sum += y[(((outer * many) + k) * inner) + i - (row * inner)];
                }
            }

            x[i] = sum;
        }
    }
}
