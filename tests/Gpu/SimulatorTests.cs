using LisNative.Gpu;
using LisNative.Gpu.Product;
using LisNative.Proof.Proofs;
using LisNative.Proof.Records;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Gpu;

/// <summary>
/// ILGPU's simulator, whose threads wait for one another: beside other tests each barrier waits for a free core, and all takes five times
/// as long. It is too slow for every layout, and for records of more elements: those run on OpenCL, from the same kernels, and here by
/// <c>lisnative verify --device simulator:0</c>.
/// </summary>
[Collection<Alone>]
public class SimulatorTests
{
    private const int MostElements = 512;

    private static readonly Lazy<Device> Simulator = new(() => GpuDevices.Open("simulator:0")),
        Vectorised = new(() => GpuDevices.Open("simulator:0:vectorised"));

    /// <summary>Every second where merges are decided.</summary>
    public static TheoryData<string> Records =>
        [.. Table.All.Where((r, i) => r.Arguments.Sum(a => a.Shape.Count) <= MostElements && (i % 2 == 0 || Reliability.Scale.IsLong))
            .Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Records))]
    public void Records_hold(string name) => RecordTests.AssertAll([new NaiveBits(MemoryLayout.Contiguous)], name, Simulator.Value);

    public static TheoryData<string> RowRecords => [.. Table.RowKernels.Select(r => r.Name)];

    /// <summary>The first rung sums in order, and so composes what works on whole rows: their kernels run on a rung above.</summary>
    [Theory]
    [MemberData(nameof(RowRecords))]
    public void Row_kernels_hold(string name) =>
        RecordTests.AssertAll([new Forward(MemoryLayout.Contiguous), new BackendGradient()], name, Vectorised.Value);

    /// <summary>What no record can be: it gives other numbers each time.</summary>
    [Fact]
    public void Dropout_holds()
    {
        Engine.DropoutTests.HaveOneMask(Vectorised.Value);
        Engine.DropoutTests.ReplayInTurn(Vectorised.Value);
    }

    /// <summary>
    /// The records are so small that all have one tiling and few have pieces; here, on ILGPU's simulator, they have the others.
    /// </summary>
    [Theory]
    [InlineData(nameof(Tiling.Narrow), 2, "Tile8x4, Threads16x8")]
    [InlineData(nameof(Tiling.Tall), 1, "Tile8x4, Threads16x16")]
    [InlineData(nameof(Tiling.Square), 3, "Tile8x8, Threads16x16")]
    public void Every_tiling_holds(string tiling, int pieces, string kernel)
    {
        Requirement.SkipUnlessSoak();
        using var device = GpuDevices.Open("simulator:0:vectorised");
        var backend = (GpuBackend)device.Kernels.Backend;
        backend.Cut = (_, _, _, _) => new(Enum.Parse<Tiling>(tiling), pieces);
        var launched = backend.Trace(() =>
        {
            foreach (string name in new[]
                { "matmul 17×33×9", "conv2d after LeakyReLU 32→64", "conv_transpose2d 5→37 kernel 5 stride 3 padding 2 dilation 1" })
            {
                LadderTests.Holds(name, device);
            }
        });
        Assert.Contains(launched, k => k.Contains(kernel, StringComparison.Ordinal));
        Assert.DoesNotContain(launched, k => k.StartsWith("TiledProduct", StringComparison.Ordinal)
            && !k.Contains(kernel, StringComparison.Ordinal));
        Assert.Equal(pieces > 1, launched.Contains(nameof(SplitKReduce)));
    }
}
