using Google.Protobuf;
using LisNative.Onnx;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace LisNative.Tests.Export;

/// <summary>Operations on images whose axes differ, as another runtime computes what the exporter writes of them.</summary>
public class ImageOperatorExportTests
{
    private const int Batch = 5;

    private static readonly int[] Image = [6, 9, 8];

    public static TheoryData<string> Names => [.. Operations.Keys];

    private static readonly Dictionary<string, Func<Var, Var>> Operations = new()
    {
        ["convolution"] = x => Var.Conv2d(x, Weight(x, 7, 6, 3, 2), new((2, 1), new(1, 0, 2, 1), (1, 2))),
        ["in groups"] = x => Var.Conv2d(x, Weight(x, 12, 2, 1, 3), new((1, 2), (0, 1), Groups: 3), Weight(x, 12), Activation.Sigmoid),
        ["transposed"] = x => Var.ConvTranspose2d(x, Weight(x, 6, 4, 3, 2), [Batch, 4, 18, 9], new((2, 1), new(1, 0, 0, 0))),
        ["transposed in groups"] = x =>
            Var.ConvTranspose2d(x, Weight(x, 6, 2, 3, 2), [Batch, 4, 18, 9], new((2, 1), new(1, 0, 0, 0), Groups: 2)),
        ["max pool"] = x => x.MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2)),
        ["max pool, rounded up"] = x => x.MaxPool2d(2, 2, ceiling: true),
        ["choices"] = x => Var.Where(x > 0.25, x.Pow(2.5), Var.Where(x <= -0.5, x.Sin(), x.Cos()))
            + Var.Min(x, Tensor.EqualTo(x.Value, x.Value)),
        ["powers and extremes"] = x => x.Abs().Pow(x) - x.Min([2], keep: true) + x[.., 1..2],
        ["mean pool"] = x => x.AvgPool2d((2, 3), (1, 2), (0, 1), ceiling: true, countsPadding: false),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_runtime_computes_the_same(string name)
    {
        var graph = new OnnxGraph();
        var backend = new TracingBackend(graph);
        using var device = new Device("onnx", backend);
        using var scope = new LisNative.Memory.Scope();
        Shape shape = [Batch, .. Image];
        float[] values = [.. Enumerable.Range(0, shape.Count).Select(i => MathF.Sin(i * 1.7f))];
        var x = device.From(values, shape);
        backend.Input(x, "x");
        using var noGrad = new NoGrad();
        var y = Operations[name](x);
        string result = backend.Column(y.Value);
        graph.Proto.Input.Add(OnnxGraph.Border("x", ["batch", .. Image.Cast<object>()]));
        graph.Proto.Output.Add(OnnxGraph.Border(result, "all", 1));
        var model = new ModelProto
        { IrVersion = 8, Graph = graph.Proto, OpsetImport = { new OperatorSetIdProto { Version = OnnxGraph.OperatorSet } } };
        using var session = new InferenceSession(model.ToByteArray());
        using var input = OrtValue.CreateTensorValueFromMemory(values, [.. shape.Sizes.ToArray().Select(s => (long)s)]);
        using var outputs = session.Run(new RunOptions(), ["x"], [input], [result]);
        var expected = Operations[name](Device.Cpu.From(values, shape)).Value.ToArray();
        Assert.Equal(expected.Length, y.Shape.Count);
        Assert.All(expected.Zip(outputs[0].GetTensorDataAsSpan<float>().ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    private static Var Weight(Var x, params ReadOnlySpan<int> sizes)
    {
        var shape = Shape.Create(sizes);
        return x.Value.Device.From([.. Enumerable.Range(0, shape.Count).Select(i => MathF.Cos(i * 2.3f))], shape);
    }
}
