extern alias OwnTransformer;

using LisNative.Layers;
using LisNative.Onnx;
using Attention = OwnTransformer::Attention;
using Positions = OwnTransformer::Positions;
using Residual = OwnTransformer::Residual;

namespace LisNative.Tests.Export;

/// <summary>Whole networks go to a file and come back.</summary>
public sealed class RoundTripNetworkTests : InFolder
{
    private const int Length = 12, Numbers = 16, Width = 64, Heads = 4;

    private static readonly Dictionary<string, (Shape Sample, Func<Device, Generator, Module> Make)> Networks = new()
    {
        ["classifier"] = ([1, 28, 28], (device, random) => new Sequential(
            new Layers.Conv2d(device, 1, 8, 3, random), new BatchNorm2d(device, 8, Activation.Relu),
            new Layers.Conv2d(device, 8, 16, 3, random), new BatchNorm2d(device, 16, Activation.Relu), Lambda.MaxPool2d(2),
            new Dropout(device, 0.25, random), Lambda.Flatten(), new Linear(device, 16 * 12 * 12, 32, random, Activation.Relu),
            new Dropout(device, 0.5, random), new Linear(device, 32, 10, random))),
        ["transformer"] = ([Length], (device, random) => new Sequential(
            new Embedding(device, Numbers, Width, random), Placed(device), Block(device, random),
            Block(device, random), new LayerNorm(device, Width), new Linear(device, Width, Numbers, random))),
        ["gated recurrent unit"] = ([7, 5], (device, random) => new Gru(device, 5, 9, random)),
        ["long short-term memory"] = ([7, 5], (device, random) => new Lstm(device, 5, 9, random)),
        ["perceptron with batch norm"] = ([13], (device, random) => new Sequential(
            new Linear(device, 13, 32, random, bias: false), new BatchNorm1d(device, 32, Activation.Relu),
            new Linear(device, 32, 16, random), new BatchNorm1d(device, 16), Lambda.Silu(), new Linear(device, 16, 3, random))),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    /// <summary>Vectors of places that are no zeros.</summary>
    private static Positions Placed(Device device)
    {
        var positions = new Positions(device, Length, Width);
        positions.ParameterList[0].Value.CopyFrom(device.Full([Length, Width], 0.1));
        return positions;
    }

    /// <summary>Of the parts of samples/Transformer.</summary>
    private static Sequential Block(Device device, Generator random) => new(
        new Residual(new LayerNorm(device, Width), new Attention(device, Width, Heads, random)),
        new Residual(new LayerNorm(device, Width), new Linear(device, Width, 4 * Width, random, Activation.Gelu),
            new Linear(device, 4 * Width, Width, random)));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_comes_back(string name)
    {
        var (sample, make) = Networks[name];
        using var module = make(Device.Cpu, new Generator(3));
        Func<Shape, float[]> draw = shape => [.. Enumerable.Range(0, shape.Count).Select(i => name == "transformer" ? (i * 7) % Numbers
            : (float)Math.Sin((i * 0.7) + 0.3))];
        Shape shape = [8, .. sample.Sizes];
        module.Forward(Device.Cpu.From(draw(shape), shape));       // running statistics that are no zeros and ones
        RoundTripTests.AssertRoundTrip(module, folder["net.onnx"], sample, draw);
    }

    /// <summary>Words that are none are refused, and a recording reads new ones.</summary>
    [Fact]
    public void Words_go_in_as_numbers()
    {
        var (sample, make) = Networks["transformer"];
        using var module = make(Device.Cpu, new Generator(3));
        OnnxExport.Save(module, folder["net.onnx"], sample);
        using var network = OnnxImport.Read(Device.Cpu, folder["net.onnx"]);
        using var x = Device.Cpu.Full([2, Length], 3);
        Tensor? y = null;
        using var capture = new Capture(Device.Cpu, () => y = network.Forward(x)[0].Value);
        x.Write<float>([.. Enumerable.Range(0, 2 * Length).Select(i => (float)(i % Numbers))]);
        capture.Replay();
        Assert.Equal(y!.ToArray(), network.Forward(x)[0].Value.ToArray());
        x.Write<float>([.. Enumerable.Repeat(16f, 2 * Length)]);
        Failure.Contains<ArgumentOutOfRangeException>("index 16 (number 0) is no position of axis 1 of [1, 16, 64]",
            () => network.Forward(x));
        Failure.Contains<ArgumentException>("expected samples [N, 12], found [2, 1, 12]", () => network.Forward(x.Reshape(2, 1, 12)));
        Failure.Contains<ArgumentException>("it does not take [6]", () => network.Forward(x.Reshape(4, 6)));
        Failure.Contains<ArgumentException>("it takes no images", () => network.OutputShapes(3, 3));
    }

    /// <summary>All states of a sequence [batch, length, inputs] (Hochreiter, Schmidhuber 1997), from zeros on.</summary>
    private sealed class Lstm : Module
    {
        private readonly Linear x, h;
        private readonly int width;

        public Lstm(Device device, int inputs, int width, Generator random) => (this.width, x, h) = (width,
            Add("x", new Linear(device, inputs, 4 * width, random)), Add("h", new Linear(device, width, 4 * width, random, bias: false)));

        public override Var Forward(Var input)
        {
            Var inputs = x.Forward(input), hidden = input.Value.Device.Zeros([input.Shape[0], width]), cell = hidden;
            var states = new List<Var>();
            for (int t = 0; t < input.Shape[1]; t++)
            {
                var all = (inputs[.., t] + h.Forward(hidden)).Reshape(-1, 4, width);
                cell = (all[.., 0].Sigmoid() * cell) + (all[.., 1].Sigmoid() * all[.., 2].Tanh());
                hidden = all[.., 3].Sigmoid() * cell.Tanh();
                states.Add(hidden);
            }

            return Var.Stack(1, states);
        }
    }

    /// <summary>h ← (1 − z)·n + z·h (Cho et al. 2014) over a sequence [batch, length, inputs], from zeros on.</summary>
    private sealed class Gru : Module
    {
        private readonly Linear gates, candidate;
        private readonly int width;

        public Gru(Device device, int inputs, int width, Generator random) => (this.width, gates, candidate) = (width,
            Add("gates", new Linear(device, inputs + width, 2 * width, random, Activation.Sigmoid)),
            Add("candidate", new Linear(device, inputs + width, width, random, Activation.Tanh)));

        public override Var Forward(Var x)
        {
            Var h = x.Value.Device.Zeros([x.Shape[0], width]);
            for (int t = 0; t < x.Shape[1]; t++)
            {
                var both = gates.Forward(Var.Concat(1, x[.., t], h));
                Var z = both[.., ..width], r = both[.., width..];
                h += z * (candidate.Forward(Var.Concat(1, x[.., t], r * h)) - h);
            }

            return h;
        }
    }
}
