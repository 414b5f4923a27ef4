using Google.Protobuf;
using LisNative.Layers;
using LisNative.Onnx;
using LisNative.Random;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;

namespace LisNative.Tests.Export;

/// <summary>A small ONNX model under construction, with random weights, and what ONNX Runtime makes of it.</summary>
internal sealed class TinyOnnx(int operators, params object[] sizes)
{
    internal const string Input = "image";

    private ulong drawn = 100;

    internal OnnxGraph Graph { get; } = new();

    internal ModelProto? Model { get; private set; }

    internal static AttributeProto Is(string name, params long[] values) => OnnxGraph.Attribute(name, values);

    internal static AttributeProto Is(string name, long value) => OnnxGraph.Attribute(name, value);

    internal static AttributeProto Is(string name, float value) => OnnxGraph.Attribute(name, value);

    internal static AttributeProto Is(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>Numbers in [−1, 1).</summary>
    internal static float[] Draw(Shape shape, ulong stream)
    {
        var random = new Philox(7, stream);
        return [.. Enumerable.Range(0, shape.Count).Select(i => (2 * random.Uniform((ulong)i)) - 1)];
    }

    internal string Node(string type, string input, params AttributeProto[] attributes) => Graph.Node(type, [input], attributes);

    internal string Node(string type, string[] inputs, params AttributeProto[] attributes) => Graph.Node(type, inputs, attributes);

    /// <summary>Weights of a size at which what they are multiplied with keeps its.</summary>
    internal string Weight(params int[] shape)
    {
        float scale = shape.Length > 1 ? MathF.Sqrt(3f / (shape.Aggregate(1, (p, s) => p * s) / shape[0])) : 1;
        return Graph.Constant("w", Shape.Create(shape), [.. Draw(Shape.Create(shape), drawn++).Select(v => v * scale)]);
    }

    internal string Positive(int count) => Graph.Constant("p", [count], [.. Draw([count], drawn++).Select(v => 1 + (0.5f * v))]);

    internal string Values(Shape shape, params float[] values) => Graph.Constant("c", shape, values);

    internal string Whole(params long[] values) => Graph.Integers(values);

    internal string Convolve(string x, int inputs, int outputs, int kernel, int stride = 1, int groups = 1) => Node("Conv",
        [x, Weight(outputs, inputs / groups, kernel, kernel)], Is("kernel_shape", kernel, kernel), Is("strides", stride, stride),
        Is("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2), Is("group", groups));

    internal string Normalise(string x, int channels) =>
        Node("BatchNormalization", [x, Positive(channels), Weight(channels), Weight(channels), Positive(channels)], Is("epsilon", 1e-3f));

    internal void Save(string path, params string[] outputs)
    {
        var graph = Graph.Proto;
        graph.Input.Insert(0, OnnxGraph.Border(Input, sizes));
        graph.Output.Add(outputs.Select(name => new ValueInfoProto
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float } },
        }));
        Model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = operators } } };
        File.WriteAllBytes(path, Model.ToByteArray());
    }

    /// <summary>The outputs of ONNX Runtime.</summary>
    internal static float[][] Expected(string path, string input, Shape shape, float[] values, params string[] outputs)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(path, options);
        var tensor = new DenseTensor<float>(values, shape.Sizes.ToArray());
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(input, tensor)], outputs);
        return [.. results.Select(r => r.AsTensor<float>().ToArray())];
    }

    /// <summary>Outputs are ONNX Runtime's, to 1e-4 of their largest, for a batch of two, and the same once saved and loaded.</summary>
    internal static void AssertSame(Device device, string path, Shape sample, params string[] outputs)
    {
        Shape shape = [2, .. sample.Sizes];
        float[] values = Draw(shape, 1);
        using var network = OnnxImport.Read(device, path, outputs);
        var found = Run(network, shape, values);
        AssertClose(Expected(path, Input, shape, values, outputs), found);
        Assert.Equal(network.OutputShapes(sample[1], sample[2]).Select(s => 2 * s.Count), found.Select(f => f.Length));

        var file = new SafeTensors();
        network.AddTo(file, "net");
        using var stream = new MemoryStream();
        file.Write(stream);
        using var loaded = Network.Load(device, SafeTensors.Parse(stream.ToArray(), "saved"), "net");
        Assert.Equal(network.Outputs, loaded.Outputs);
        Assert.Equal(found, Run(loaded, shape, values));
    }

    /// <summary>The outputs, of which nothing stays on the device.</summary>
    internal static float[][] Run(Network network, Shape shape, float[] values)
    {
        using var scope = new Memory.Scope();
        using var noGrad = new NoGrad();
        return [.. network.Forward(network.Device.From(values, shape)).Select(y => y.Value.ToArray())];
    }

    internal static void AssertClose(float[][] expected, float[][] found)
    {
        Assert.Equal(expected.Select(e => e.Length), found.Select(f => f.Length));
        foreach (var (e, f) in expected.Zip(found))
        {
            double size = e.Max(Math.Abs), worst = e.Zip(f, (a, b) => (double)Math.Abs(a - b)).Max();
            Assert.True(worst <= 1e-4 * size && size > 0, $"they differ by up to {worst}, of at most {size}");
        }
    }
}
