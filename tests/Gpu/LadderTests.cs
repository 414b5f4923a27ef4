using LisNative.Gpu;
using LisNative.Memory;
using LisNative.Proof.Proofs;
using LisNative.Proof.Records;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Gpu;

/// <summary>
/// The second rung of the ladder and large products, on OpenCL; the records on the first and the default rung are in RecordTests, those on
/// tensor cores in CudaTests.
/// </summary>
public class LadderTests
{
    private static readonly Lazy<Device> Tiled = new(() => GpuDevices.Open("opencl:0:tiled"));

    [Theory]
    [InlineData("matmul 17×33×9")]
    [InlineData("matmul no depth")]
    [InlineData("matmul 29×2100×3")]
    [InlineData("conv2d bias LeakyRelu")]
    [InlineData("conv_transpose2d 5→37 kernel 5 stride 3 padding 2 dilation 1")]
    [InlineData("conv2d_weight 16→3 kernel 3 stride 1 padding 1 dilation 1")]
    [InlineData("conv_transpose2d 512→5 kernel 3 stride 2")]
    public void The_second_rung_holds(string name)
    {
        Requirement.SkipUnlessSoak();
        _ = Backends.Get("opencl:0");
        Holds(name, Tiled.Value);
    }

    /// <summary>Large products have other tiles than the records, by their shape.</summary>
    [Fact]
    public void Large_products_agree_with_the_cpu()
    {
        Requirement.SkipUnlessSoak();
        var device = Backends.Get("opencl:0");
        Compare(device, [1100, 24], [24, 1000], (a, b) => Tensor.MatMul(a, b));
        Compare(device, [8, 16, 48, 48], [96, 16, 3, 3], (x, w) => Tensor.Conv2d(x, w, new(1, 1)));
        Compare(device, [1, 128, 5, 5], [1, 1024, 5, 5], (x, y) => Tensor.Conv2dWeight(x, y, [1024, 128, 3, 3], new(1, 1)));
    }

    internal static void Holds(string name, Device device)
    {
        var record = Table.All.Single(r => r.Name == name);
        foreach (IProof proof in new IProof[] { new Forward(), new BackendGradient() })
        {
            var outcome = ProofList.Run(proof, record, device);
            Assert.True(outcome.Passed, $"{name}: {proof.Name}: error {outcome.MaxError:E2}, bound {outcome.Tolerance:E1}");
        }
    }

    private static void Compare(Device device, Shape left, Shape right, Func<Tensor, Tensor, Tensor> operation)
    {
        using var scope = new Scope();
        float[] a = [.. new Argument(left).Values(1).Select(v => (float)v)], b = [.. new Argument(right).Values(2).Select(v => (float)v)];
        float[] Run(Device d) => operation(d.From(a, left), d.From(b, right)).ToArray();
        float[] expected = Run(Device.Cpu), found = Run(device);
        Assert.Contains(((GpuBackend)device.Kernels.Backend).Trace(() => Run(device)),
            kernel => kernel.Contains("Tile8x", StringComparison.Ordinal));
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 1);
        Assert.All(expected.Zip(found),
            pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 2e-5 * scale, $"{pair.Second}, expected {pair.First}"));
    }
}
