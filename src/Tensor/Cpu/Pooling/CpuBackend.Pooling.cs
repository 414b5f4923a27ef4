using LisNative.Lanes;

namespace LisNative.Cpu;

// Pooling has channels last, as convolutions have: registers hold neighbouring channels of a pixel.
internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>Floats of a part.</summary>
    private const int PooledEach = 1 << 14;

    void IPoolKernels.MaxPool2d(Tensor x, PerAxis kernel, ConvGeometry geometry, Tensor y, Tensor? winners)
    {
        using Tensor image = InChannelsLast(x), output = ChannelsLast(y);
        using var numbers = winners is null ? null : ChannelsLast(winners);
        var sizes = new PoolSizes(output.Shape, x.Shape, kernel, geometry, transposed: false);
        float* to = Data(output), winner = numbers is null ? null : Data(numbers);
        if (x.Shape[1] >= TLane.Width)
        {
            Run(sizes, new Greatest<TLane>(Data(image), sizes, to, winner));
        }
        else if (IsNarrow(x.Shape[1]))
        {
            Run(sizes, new Greatest<Lane128>(Data(image), sizes, to, winner));
        }
        else
        {
            Run(sizes, new Greatest<ScalarLane>(Data(image), sizes, to, winner));
        }

        Deliver(output, y);
        if (numbers is not null)
        {
            Deliver(numbers, winners!);
        }
    }

    void IPoolKernels.GatherWinners(Tensor x, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor y) =>
        Winners(x, winners, y, new(y.Shape, x.Shape, kernel, geometry, transposed: false));

    void IPoolKernels.ScatterWinners(Tensor y, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor x) =>
        Winners(y, winners, x, new(x.Shape, y.Shape, kernel, geometry, transposed: true));

    private void Winners(Tensor from, Tensor winners, Tensor result, PoolSizes sizes)
    {
        using Tensor values = InChannelsLast(from), numbers = InChannelsLast(winners), output = ChannelsLast(result);
        if (from.Shape[1] >= TLane.Width)
        {
            Run(sizes, new OfWinners<TLane>(Data(values), Data(numbers), sizes, Data(output)));
        }
        else if (IsNarrow(from.Shape[1]))
        {
            Run(sizes, new OfWinners<Lane128>(Data(values), Data(numbers), sizes, Data(output)));
        }
        else
        {
            Run(sizes, new OfWinners<ScalarLane>(Data(values), Data(numbers), sizes, Data(output)));
        }

        Deliver(output, result);
    }

    private static bool IsNarrow(int channels) => channels >= Lane128.Width && Lane128.Width < TLane.Width;

    private void Run<TPixel>(PoolSizes sizes, TPixel pixel) where TPixel : unmanaged, IPoolPixel
    {
        var task = new Pooling<TPixel>(sizes, Math.Max(1, PooledEach / Math.Max(1, sizes.Width * sizes.Channels)), pixel);
        workers.Run(task.Parts, task);
    }
}
