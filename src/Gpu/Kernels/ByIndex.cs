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
            int number = IndexOf(numbers[row - (outer * numbers.IntLength)], size);
            y[i] = number >= 0 ? x[(((outer * size) + number) * inner) + i - (row * inner)] : float.NaN;
        }
    }

    /// <summary>A number as one of so many positions; −1 if it is none, as NaN.</summary>
    internal static int IndexOf(float number, int size) =>
        (int)Intrinsics.IfLess(-1, number, Intrinsics.IfLess(number, size, number, -1), -1);
}

/// <summary>
/// x[o, numbers[k], i] += y[o, k, i], for one k after another: a thread has a share of the rows of an inner position, reads all numbers and
/// adds what is its own, so that sums have an order. Shares are few, as each reads all numbers.
/// </summary>
internal readonly struct ScatterByIndex(
    ArrayView<float> y, ArrayView<float> numbers, ArrayView<float> x, int size, int inner, int share, int shares, int threads)
    : IKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X, part = i / inner, column = i - (part * inner), outer = part / shares, many = numbers.IntLength;
        if (i >= threads)
        {
            return;
        }

        int first = (part - (outer * shares)) * share, end = Math.Min(first + share, size);
        int from = (outer * many * inner) + column, to = (outer * size * inner) + column;
        for (int k = 0; k < many; k += 4)
        {
            var four = Intrinsics.LoadIf(k < many, numbers, k, 1, many - k);
            for (int j = 0; j < 4; j++)
            {
                int row = k + j < many ? GatherByIndex.IndexOf(four[j], end) : -1;
                if (row >= first)
                {
                    x[to + (row * inner)] += y[from + ((k + j) * inner)];
                }
            }
        }
    }
}
