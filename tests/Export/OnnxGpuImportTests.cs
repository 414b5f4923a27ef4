using LisNative.Gpu;
using LisNative.Onnx;
using LisNative.Tests.Data;
using static LisNative.Tests.Export.TinyOnnx;

namespace LisNative.Tests.Export;

/// <summary>On ILGPU's simulator, which waits for free cores.</summary>
[Collection<Alone>]
public sealed class OnnxGpuImportTests
{
    [Fact]
    public void A_network_runs_on_a_GPU()
    {
        using var folder = new TemporaryFolder();
        var g = new TinyOnnx(17, "batch", 3, 12, 10);
        string y = OnnxNetworkImportTests.Make("EfficientNet", g);
        g.Save(folder["n.onnx"], y);
        using var device = GpuDevices.Open("simulator:0");
        using var network = OnnxImport.Read(device, folder["n.onnx"]);
        float[] values = Draw([1, 3, 12, 10], 1);
        AssertClose(Expected(folder["n.onnx"], Input, [1, 3, 12, 10], values, y), Run(network, [1, 3, 12, 10], values));
    }
}
