using LisNative.Cpu;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Tests.Engine;

/// <summary>What only large operands reach, which records do not have.</summary>
public sealed unsafe class LargeKernelTests
{
    /// <summary>
    /// In groups of rows of tiles, with runs of outputs, or a few images at a time, against the direct algorithm; the same bits on any
    /// number of threads.
    /// </summary>
    [Theory]
    [InlineData(8, 64, 64, 32, 32)]
    [InlineData(9, 20, 13, 15, 13)]
    [InlineData(2, 33, 70, 45, 37)]
    [InlineData(5, 128, 128, 14, 18)]
    [InlineData(1, 12, 12, 120, 130)]
    [InlineData(8, 160, 160, 32, 32)]
    public void The_gradient_of_a_weight_is_summed_over_more_tiles_than_are_transformed_at_once(
        int images, int inputs, int outputs, int height, int width)
    {
        Shape x = [images, inputs, height, width], w = [outputs, inputs, 3, 3], y = [images, outputs, height, width];
        Tensor Gradient(Device on) => Tensor.Conv2dWeight(Random(on, x, 1), Random(on, y, 2), w, new(1, 1));
        Agree(Gradient, 5e-3);
        using Device one = Device.OnCpu(threads: 1), three = Device.OnCpu(threads: 3);
        Assert.Equal(Gradient(one).ToArray<float>(), Gradient(three).ToArray<float>());
    }

    /// <summary>Rows in any number of registers times few columns: each sum in the order of its terms.</summary>
    [Theory]
    [InlineData(16, 16)]
    [InlineData(35, 100)]
    [InlineData(60, 15)]
    [InlineData(41, 517)]
    public void Few_columns_are_multiplied_in_the_order_of_the_sum(int rows, int length)
    {
        using Tensor a = Random(Device.Cpu, [rows, length], 1), b = Random(Device.Cpu, [length, 2], 2);
        float[] x = a.ToArray<float>(), w = b.ToArray<float>(), expected = new float[rows * 2];
        for (int i = 0; i < expected.Length; i++)
        {
            for (int k = 0; k < length; k++)
            {
                expected[i] = MathF.FusedMultiplyAdd(x[(i / 2 * length) + k], w[(2 * k) + (i % 2)], expected[i]);
            }
        }

        Assert.Equal(expected, Tensor.MatMul(a, b).ToArray<float>());
    }

    /// <summary>More weights than groups of images have sums for.</summary>
    [Fact]
    public void Many_weights_are_summed_in_fewer_groups()
    {
        Shape x = [20, 256, 6, 6], w = [272, 256, 5, 5];
        using var device = Device.OnCpu(threads: 2);
        using var one = Device.OnCpu(threads: 1);
        float[] Weights(Device on) => Tensor.Conv2dWeight(
            Random(on, x, 1), Random(on, [20, 272, 2, 2], 2), w, new(1)).ToArray<float>();
        float[] found = Weights(device);
        Assert.Equal(Weights(one), found);
        Assert.Equal(Tensor.Conv2dWeight(Random(Device.Naive, x, 1), Random(Device.Naive, [20, 272, 2, 2], 2), w, new(1)).ToArray<float>(),
            found, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    /// <summary>An image that is cut into strips because it is large; few outputs are the rows of tiles.</summary>
    [Theory]
    [InlineData(24, 1)]
    [InlineData(16, 1)]
    [InlineData(7, 1)]
    [InlineData(7, 3)]
    [InlineData(1, 2)]
    public void A_large_image_is_convolved_in_strips(int outputs, int dilation)
    {
        Shape x = [2, 8, 200, 180], w = [outputs, 8, 5, 5];
        var geometry = new ConvGeometry(dilation == 1 && outputs == 24 ? 2 : 1, 2, dilation);
        var y = geometry.Output(x, w);
        Agree(device => Tensor.Conv2d(Random(device, x, 1), Random(device, w, 2), geometry, new(Random(device, [outputs], 3))), 1e-4,
            Device.Naive);
        Shape turned = [8, outputs, 5, 5];
        Agree(device => Tensor.ConvTranspose2d(Random(device, x, 1), Random(device, turned, 2),
            geometry.TransposedOutput(x, turned), geometry), 1e-4, Device.Naive);
    }

    /// <summary>
    /// Threads read the weights of some outputs each, where a few tiles meet more than a cache holds: the same bits as one thread, and with
    /// a gate in the results' place as elsewhere.
    /// </summary>
    [Theory]
    [InlineData(96)]
    [InlineData(100)]
    [InlineData(130)]
    public void A_few_tiles_of_many_channels_are_shared_out_by_outputs(int outputs)
    {
        Shape x = [2, 96, 7, 7], w = [outputs, 96, 3, 3];
        float[] Result(Device on, bool over)
        {
            using Tensor image = Random(on, x, 1), weights = Random(on, w, 2), gate = Random(on, [2, outputs, 7, 7], 4);
            using var laid = Tensor.Conv2d(image, weights, new(1, 1));
            laid.CopyFrom(gate);
            var epilogue = new Epilogue(Random(on, [outputs], 3), Gate: new(Activation.LeakyRelu(0.2), laid, mayOverwrite: over));
            return Tensor.Conv2d(image, weights, new(1, 1), epilogue).ToArray<float>();
        }

        using Device one = Device.OnCpu(threads: 1), three = Device.OnCpu(threads: 3), direct = Device.OnCpu(threads: 1, winograd: false);
        float[] expected = Result(one, over: false);
        Assert.Equal(expected, Result(three, over: false));
        Assert.Equal(expected, Result(three, over: true));
        Assert.Equal(Result(direct, over: false), expected, (a, b) => Math.Abs(a - b) < 2e-3 * Math.Max(1, Math.Abs(a)));
    }

    /// <summary>Images of which sums take in some rows at a time, copied with a border and read as they lie.</summary>
    [Theory]
    [InlineData(40, 48, 5, 1, 2)]
    [InlineData(40, 6, 5, 1, 2)]
    [InlineData(40, 64, 1, 1, 0)]
    [InlineData(40, 96, 1, 2, 0)]
    public void The_gradient_of_a_weight_is_summed_over_some_rows_of_an_image_at_a_time(
        int inputs, int outputs, int kernel, int stride, int padding)
    {
        var geometry = new ConvGeometry(stride, padding);
        Shape x = [3, inputs, 52, 48], w = [outputs, inputs, kernel, kernel], y = geometry.Output(x, w);
        Tensor Pixels(Device on, Shape shape, ulong seed) =>
            Random(on, [shape[0], shape[2], shape[3], shape[1]], seed).Permute(0, 3, 1, 2);
        Agree(device => Tensor.Conv2dWeight(Pixels(device, x, 1), Pixels(device, y, 2), w, geometry), 2e-3, Device.Naive);
    }

    [Theory]
    [InlineData(65536)]
    [InlineData(70001)]
    [InlineData(300000)]
    public void A_row_longer_than_all_pieces_together_is_halved(int length)
    {
        float[] row = [.. Enumerable.Range(0, length).Select(i => (float)Math.Sin(i) + 1)];
        float sum;
        fixed (float* first = row)
        {
            new RowReduction<Lane256, Sum>(default).Run(new ContiguousRows(first, 0), 1, length, &sum);
        }

        Assert.Equal(row.Sum(v => (double)v), sum, length * 1e-7);
    }

    /// <summary>Channels of planes over so many images that a sum has pieces, which begin within planes.</summary>
    [Fact]
    public void Channels_of_planes_are_summed_as_if_each_lay_in_one_piece()
    {
        var planes = Random(Device.Cpu, [9, 3, 50, 47], 1);
        float[] asCopied = planes.Permute(1, 0, 2, 3).Contiguous().Sum([1, 2, 3]).ToArray<float>();
        Assert.Equal(asCopied, planes.Sum([0, 2, 3]).ToArray<float>());
    }

    private static void Agree(Func<Device, Tensor> operation, double tolerance, Device? other = null)
    {
        using var direct = Device.OnCpu(winograd: false);
        float[] expected = operation(other ?? direct).ToArray<float>(), found = operation(Device.Cpu).ToArray<float>();
        Assert.Equal(expected, found, (a, b) => Math.Abs(a - b) < tolerance * Math.Max(1, Math.Abs(a)));
    }

    private static Tensor Random(Device device, Shape shape, ulong seed)
    {
        var random = new LisNative.Random.Philox(seed, 0);
        float[] values = new float[shape.Count];
        random.Normals(values);
        return device.From(values, shape);
    }
}
