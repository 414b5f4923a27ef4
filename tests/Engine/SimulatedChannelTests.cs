using LisNative.Gpu;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Tests.Engine;

/// <summary>
/// The GPU's kernels over channels and of sums by index, on ILGPU's simulator, with so much that there are several pieces and shares: the
/// records that it runs have one.
/// </summary>
[Collection<Alone>]
public sealed class SimulatedChannelTests : IDisposable
{
    private static readonly Shape Images = [9, 16, 11, 9];

    private readonly Device gpu = GpuDevices.Open("simulator:0:vectorised");

    public void Dispose() => gpu.Dispose();

    private static Tensor Numbers(Device device, Shape shape, ulong stream)
    {
        var values = new float[shape.Count];
        new Philox(5, stream).Normals(values);
        return device.From(values, shape);
    }

    /// <summary>Of values far from 0, whose squares' sum would lose the variance.</summary>
    private static float[][] Results(Device device, Activation? activation, bool isOfBatch)
    {
        using var scope = new Scope();
        Var x = Var.Leaf(Numbers(device, Images, 1) + 30), scale = Var.Leaf(Numbers(device, [16], 2)),
            shift = Var.Leaf(Numbers(device, [16], 3));
        Tensor mean = Numbers(device, [16], 4) + 30, variance = Numbers(device, [16], 5).Square() + 1;
        var y = isOfBatch ? x.BatchNorm(scale, shift, 1e-3, out mean, out variance, activation)
            : x.BatchNorm(scale, shift, mean, variance, 1e-3, activation);
        return
        [
            mean.ToArray(), variance.ToArray(), y.Value.ToArray(),
            .. Gradient.Compute(y, [x, scale, shift], Numbers(device, Images, 6)).Select(g => g.Value.ToArray()),
        ];
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("sigmoid", true)]
    [InlineData("silu", false)]
    [InlineData("relu", false)]
    public void Batch_norm_is_that_of_the_processor(string name, bool isOfBatch)
    {
        var activation = name switch { "sigmoid" => Activation.Sigmoid, "silu" => Activation.Silu, "relu" => Activation.Relu, _ => null };
        float[][] expected = Results(Device.Cpu, activation, isOfBatch), found = Results(gpu, activation, isOfBatch);
        foreach (var (a, b) in expected.Zip(found))
        {
            float greatest = a.Max(MathF.Abs);
            Assert.Equal(a, b, (u, v) => Math.Abs(u - v) <= 3e-5 * greatest);
        }
    }

    /// <summary>Threads have several rows each; numbers come again, in an order that sums keep.</summary>
    [Fact]
    public void Sums_by_index_have_the_bits_of_the_processor()
    {
        const int Size = 70, Inner = 1000, Many = 37;
        float[] Sums(Device device)
        {
            using var scope = new Scope();
            int[] numbers = [.. Enumerable.Range(0, Many).Select(k => k * k % 23 * 3), Size - 1, 0, Size - 1];
            return Numbers(device, [numbers.Length, Inner], 1).ScatterAdd(0, device.Indices(numbers), Size).ToArray();
        }

        Assert.Equal(Sums(Device.Cpu), Sums(gpu));
    }

    /// <summary>What the device itself made may be no number of a row: it reads NaN and adds nothing.</summary>
    [Fact]
    public void A_number_that_is_no_index_reads_nan_and_adds_nothing()
    {
        foreach (var device in new[] { Device.Cpu, gpu })
        {
            using var scope = new Scope();
            var indices = device.Indices(0, 1, 2, 3);
            indices.Values.CopyFrom(device.From([float.NaN, 1, -1, 4], [4]));
            var x = device.From([1f, 2, 3, 4], [1, 4, 1]);
            Tensor y = device.Empty([1, 4, 1]), sums = device.Zeros([1, 4, 1]);
            device.Kernels.Gather(x, indices.Values, y);
            device.Kernels.ScatterAdd(x, indices.Values, sums);
            Assert.Equal([float.NaN, 2, float.NaN, float.NaN], y.ToArray());
            Assert.Equal([0, 2, 0, 0], sums.ToArray());
        }
    }
}
