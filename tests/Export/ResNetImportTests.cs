using System.Reflection;
using LisNative.Onnx;
using static LisNative.Tests.Export.TinyOnnx;

namespace LisNative.Tests.Export;

/// <summary>A trained ResNet-18, as Microsoft gives it away, is ONNX Runtime's.</summary>
public sealed class ResNetImportTests
{
    private const string Image = "Input247";

    /// <summary>The ends of the four stages, and what is pooled of the last.</summary>
    private static readonly string[] Stages =
        ["ReLU283_Output_0", "ReLU315_Output_0", "ReLU347_Output_0", "ReLU393_Output_0", "Pooling395_Output_0"];

    private static string Folder => typeof(ResNetImportTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "ResNet18").Value!;

    private static float[] Picture(ulong stream) => [.. Draw([1, 3, 224, 224], stream).Select(v => 120 * v)];

    [Fact]
    public void Its_features_are_those_of_ONNX_Runtime()
    {
        string path = Path.Combine(Folder, "ResNet18Onnx", "ResNet18.onnx");
        using var network = OnnxImport.Read(Device.Cpu, path, Stages);
        Assert.Equal(new Shape[] { [64, 56, 56], [128, 28, 28], [256, 14, 14], [512, 7, 7], [512, 1, 1] }, network.OutputShapes(224, 224));
        float[] picture = Picture(1), second = Picture(2);
        float[][] found = Run(network, [1, 3, 224, 224], picture);
        using var whole = OnnxImport.Read(Device.Cpu, path);
        Assert.Equal(Stages[^1..], whole.Outputs);
        Assert.Equal(found[^1], Run(whole, [1, 3, 224, 224], picture)[0]);
        Assert.Equal(found[^1], Run(whole, [2, 3, 224, 224], [.. second, .. picture])[0][512..]);

        // A file whose values within are no outputs: those are made outputs of a copy.
        var model = global::Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Output.Add(Stages[..^1].Select(name => new global::Onnx.ValueInfoProto
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = 1 } },
        }));
        using var folder = new Data.TemporaryFolder();
        File.WriteAllBytes(folder["all.onnx"], Google.Protobuf.MessageExtensions.ToByteArray(model));
        AssertClose(Expected(folder["all.onnx"], Image, [1, 3, 224, 224], picture, Stages), found);
    }

    /// <summary>Channels in the order blue, green, red, less the mean picture.</summary>
    [Fact]
    public void What_it_is_given_is_that_of_ONNX_Runtime()
    {
        string path = Path.Combine(Folder, "ResNetPrepOnnx", "ResNetPreprocess.onnx");
        using var network = OnnxImport.Read(Device.Cpu, path);
        float[] picture = Picture(3);
        AssertClose(Expected(path, "OriginalInput", [1, 3, 224, 224], picture, "PreprocessedInput"),
            Run(network, [1, 3, 224, 224], picture));
    }
}
