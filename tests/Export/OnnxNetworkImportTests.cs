using LisNative.Layers;
using LisNative.Onnx;
using static LisNative.Tests.Export.TinyOnnx;

namespace LisNative.Tests.Export;

/// <summary>Whole networks in the styles of well-known ones are ONNX Runtime's, and what is asked for is all that is read.</summary>
public sealed class OnnxNetworkImportTests : InFolder
{
    public static TheoryData<string> Styles => ["ResNet", "MobileNetV2", "EfficientNet", "DenseNet", "Inception", "ShuffleNet"];

    private static string Residual(TinyOnnx g, string x, int inputs, int outputs, int stride)
    {
        string y = g.Node("Relu", g.Normalise(g.Convolve(x, inputs, outputs, 3, stride), outputs));
        y = g.Normalise(g.Convolve(y, outputs, outputs, 3), outputs);
        string shortcut = inputs == outputs && stride == 1 ? x : g.Normalise(g.Convolve(x, inputs, outputs, 1, stride), outputs);
        return g.Node("Relu", g.Node("Add", [y, shortcut]));
    }

    private static string Inverted(TinyOnnx g, string x, int inputs, int outputs, int stride, Func<string, string> activate, bool squeeze)
    {
        int wide = 4 * inputs;
        string y = activate(g.Normalise(g.Convolve(x, inputs, wide, 1), wide));
        y = activate(g.Normalise(g.Convolve(y, wide, wide, 3, stride, wide), wide));
        if (squeeze)
        {
            string s = g.Node("Relu", g.Convolve(g.Node("GlobalAveragePool", y), wide, inputs, 1));
            y = g.Node("Mul", [y, g.Node("HardSigmoid", g.Convolve(s, inputs, wide, 1), Is("alpha", 1 / 6f))]);
        }

        y = g.Normalise(g.Convolve(y, wide, outputs, 1), outputs);
        return inputs == outputs && stride == 1 ? g.Node("Add", [x, y]) : y;
    }

    internal static string Make(string style, TinyOnnx g)
    {
        string x = g.Node("Relu", g.Normalise(g.Convolve(Input, 3, 8, 3, 2), 8));
        string Relu6(string v) => g.Node("Clip", [v, g.Values([], 0), g.Values([], 6)]);
        string Swish(string v) => g.Node("Mul", [v, g.Node("Sigmoid", v)]);
        string Pool(string v, string type, int kernel, int stride) => g.Node(
            type, v, Is("kernel_shape", kernel, kernel), Is("strides", stride, stride),
            Is("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));
        string Dense(string v, int inputs) => g.Node("Concat",
            [v, g.Convolve(g.Node("Relu", g.Normalise(v, inputs)), inputs, 4, 3)], Is("axis", 1));
        return style switch
        {
            "ResNet" => Residual(g, Residual(g, Pool(x, "MaxPool", 3, 2), 8, 8, 1), 8, 12, 2),
            "MobileNetV2" => Inverted(g, Inverted(g, x, 8, 12, 2, Relu6, false), 12, 12, 1, Relu6, false),
            "EfficientNet" => Inverted(g, Inverted(g, x, 8, 8, 1, Swish, true), 8, 12, 2, v => g.Node("HardSwish", v), true),
            "DenseNet" => g.Node("AveragePool", Dense(Dense(x, 8), 12), Is("kernel_shape", 2, 2), Is("strides", 2, 2)),
            "Inception" => g.Node("Concat", [g.Convolve(x, 8, 4, 1), g.Convolve(g.Convolve(x, 8, 4, 1), 4, 6, 5),
                g.Convolve(Pool(x, "AveragePool", 3, 1), 8, 3, 1), Pool(x, "MaxPool", 3, 1)], Is("axis", 1)),
            _ => g.Node("Transpose", g.Node("Transpose", g.Convolve(x, 8, 12, 1, groups: 4), Is("perm", 0, 2, 3, 1)),
                Is("perm", 0, 3, 1, 2)),
        };
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void A_network_is_that_of_ONNX_Runtime(string style)
    {
        var g = new TinyOnnx(17, "batch", 3, "height", "width");
        string features = Make(style, g), pooled = g.Node("Flatten", g.Node("GlobalAveragePool", features));
        int channels = style switch { "DenseNet" => 16, "Inception" => 21, _ => 12 };
        string scores = g.Node("Softmax", g.Node("Gemm", [pooled, g.Weight(channels, 5), g.Weight(5)]));
        g.Save(folder["n.onnx"], features, pooled, scores);
        AssertSame(Device.Cpu, folder["n.onnx"], [3, 37, 45], features, pooled, scores);
        AssertSame(Device.Reference, folder["n.onnx"], [3, 24, 16], scores, features);
    }

    /// <summary>A recording of one image is replayed for others.</summary>
    [Theory]
    [MemberData(nameof(Styles))]
    public void It_can_be_recorded(string style)
    {
        var g = new TinyOnnx(17, "batch", 3, 12, 10);
        string y = Make(style, g);
        g.Save(folder["n.onnx"], y);
        float[] values = Draw([1, 3, 12, 10], 1);
        using var network = OnnxImport.Read(Device.Cpu, folder["n.onnx"]);
        using var scope = new Memory.Scope();
        var x = Device.Cpu.Zeros([1, 3, 12, 10]);
        Tensor? output = null;
        using var capture = new Capture(Device.Cpu, () => output = network.Forward(x)[0].Value);
        x.Write<float>(values);
        capture.Replay();
        Assert.Equal(Run(network, [1, 3, 12, 10], values)[0], output!.ToArray());
    }

    [Fact]
    public void Only_what_the_outputs_need_is_read_and_memory_comes_back()
    {
        var g = new TinyOnnx(17, "batch", 3, 16, 16);
        string stem = g.Node("Relu", g.Normalise(g.Convolve(Input, 3, 8, 3, 2), 8)), middle = Residual(g, stem, 8, 8, 1);
        string head = g.Node("Gemm", [g.Node("NonMaxSuppression", middle), g.Weight(8, 5)]);
        g.Graph.Proto.Node[2].Name = "the stem";
        g.Save(folder["n.onnx"], head);
        using var device = Device.OnCpu(2);
        using (var network = OnnxImport.Read(device, folder["n.onnx"], middle, "the stem"))
        {
            Assert.Equal([middle, "the stem"], network.Outputs);
            Assert.Equal(new Shape[] { [8, 8, 8], [8, 8, 8] }, network.OutputShapes(16, 16));
            Assert.Equal([3, 16, 16], network.Input);
            var file = new SafeTensors();
            network.AddTo(file, "net");
            // A weight and a bias of each of the three convolutions.
            Assert.Equal(6, file.Tensors.Count);
            int lent = device.Pool.Lent;
            Run(network, [2, 3, 16, 16], Draw([2, 3, 16, 16], 1));
            Assert.Equal(lent, device.Pool.Lent);
            string message = Assert.Throws<ArgumentException>(() => Run(network, [2, 1, 16, 16], Draw([2, 1, 16, 16], 1))).Message;
            Assert.Contains("expected images [N, 3, 16, 16], found [2, 1, 16, 16]", message, StringComparison.Ordinal);
            Assert.Equal(lent, device.Pool.Lent);
        }

        Assert.Equal(0, device.Pool.Lent);
    }

    /// <summary>What was worked out for the file's size is refused for others, where convolutions alone take them.</summary>
    [Theory]
    [InlineData("Slice", false)]
    [InlineData("Reshape", false)]
    [InlineData("Relu", true)]
    public void Another_size_is_taken_or_refused(string type, bool isTaken)
    {
        var model = new TinyOnnx(17, "batch", 3, 16, 12);
        string map = model.Convolve(Input, 3, 4, 3), y = type switch
        {
            "Slice" => model.Node("Slice", [map, model.Whole(0), model.Whole(long.MaxValue), model.Whole(2), model.Whole(2)]),
            "Reshape" => model.Node("Reshape", [map, model.Whole(-1, 4, 12, 16)]),
            _ => model.Node(type, map),
        };
        model.Save(folder["m.onnx"], y);
        using var network = OnnxImport.Read(Device.Cpu, folder["m.onnx"]);
        foreach (var (height, width) in new[] { (32, 24), (12, 16) })
        {
            Shape shape = [1, 3, height, width];
            if (isTaken)
            {
                Assert.Equal([4, height, width], network.OutputShapes(height, width)[0]);
                Assert.Equal(4 * height * width, Run(network, shape, Draw(shape, 1))[0].Length);
                continue;
            }

            Failure.Contains<ArgumentException>($"made for samples [3, 16, 12], it does not take [3, {height}, {width}]",
                () => Run(network, shape, Draw(shape, 1)));
        }
    }

    /// <summary>A gradient to the image is that of differences.</summary>
    [Fact]
    public void Gradients_flow_to_the_image()
    {
        var g = new TinyOnnx(17, "batch", 3, 8, 8);
        string y = g.Node("GlobalAveragePool", Inverted(g, g.Node("Relu", g.Convolve(Input, 3, 4, 3, 2)), 4, 4, 1,
            v => g.Node("Tanh", v), false));
        g.Save(folder["n.onnx"], y);
        using var network = OnnxImport.Read(Device.Reference, folder["n.onnx"]);
        using var scope = new Memory.Scope();
        double[] values = [.. Draw([1, 3, 8, 8], 1).Select(v => (double)v)], direction = [.. Draw([1, 3, 8, 8], 2).Select(v => (double)v)];
        double Sum(double step) => network.Forward(Device.Reference.From(
            values.Zip(direction, (v, d) => v + (step * d)).ToArray().AsSpan(), [1, 3, 8, 8]))[0].Sum().Value.Item();
        var x = Var.Leaf(Device.Reference.From(values.AsSpan(), [1, 3, 8, 8]));
        double[] gradient = Gradient.Compute(network.Forward(x)[0].Sum(), [x])[0].Value.ToArray<double>();
        double expected = (Sum(1e-6) - Sum(-1e-6)) / 2e-6;
        Assert.Equal(expected, gradient.Zip(direction, (a, b) => a * b).Sum(), 1e-6 * Math.Abs(expected));
    }

    [Fact]
    public void A_damaged_list_of_nodes_is_refused()
    {
        var g = new TinyOnnx(17, "batch", 3, 16, 16);
        g.Save(folder["n.onnx"], Make("EfficientNet", g));
        using var network = OnnxImport.Read(Device.Cpu, folder["n.onnx"]);
        var file = new SafeTensors();
        network.AddTo(file, "net");
        string json = file.Metadata["net"];
        void Refused(string part, string text)
        {
            file.Metadata["net"] = text;
            string message = Assert.Throws<InputException>(() => Network.Load(Device.Cpu, file, "net")).Message;
            Assert.Contains(part, message, StringComparison.Ordinal);
        }

        Refused("expected the nodes of a network, found", "");
        Refused("expected the nodes of a network, found", "null");
        Refused("expected the nodes of a network, found", json[..^3]);
        Refused("expected the nodes of a network, found", json.Replace("\"convolution\"", "\"ritual\"", StringComparison.Ordinal));
        Refused("expected the nodes of a network, found", json.Replace("\"inputs\":[\"image\"", "\"inputs\":[null",
            StringComparison.Ordinal));
        Refused("expected a kernel", json.Replace("\"kernel\":[3,3],\"strides\":[2,2]", "\"kernel\":[3,3],\"strides\":[0,2]",
            StringComparison.Ordinal));
        Refused("expected inputs from before it", json.Replace("\"inputs\":[\"image\"", "\"inputs\":[\"moon\"", StringComparison.Ordinal));
        Refused("expected weights for", json.Replace("\"groups\":32", "\"groups\":31", StringComparison.Ordinal));
        Refused("tensor \"net.", json.Replace("\"weights\":[\"", "\"weights\":[\"x", StringComparison.Ordinal));
        Failure.Contains<InputException>("found none", () => Network.Load(Device.Cpu, file, "other"));

        // Whatever byte is wrong: refused in words, or a network.
        for (int i = 0; i < json.Length; i += 7)
        {
            foreach (char c in "0-9\"{}[],x")
            {
                file.Metadata["net"] = json[..i] + c + json[(i + 1)..];
                try
                {
                    Network.Load(Device.Cpu, file, "net").Dispose();
                }
                catch (InputException)
                {
                }
            }
        }
    }
}
