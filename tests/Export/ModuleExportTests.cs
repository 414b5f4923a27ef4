using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace LisNative.Tests.Export;

/// <summary>Modules of one's own as ONNX Runtime computes what was written of them, and as they come back.</summary>
public sealed class ModuleExportTests : InFolder
{
    private static readonly Dictionary<string, (Shape Sample, Func<Device, Generator, Module> Make)> Networks = new()
    {
        ["classifier"] = ([1, 12, 12], Classifier),
        ["autoencoder"] = ([3, 8, 6], (device, random) => new Sequential(
            new Layers.Conv2d(device, 3, 6, 4, random, new(2, 1), Activation.LeakyRelu(0.2)),
            new Layers.ConvTranspose2d(device, 6, 3, 4, new(2, 1), Initialisers.Uniform, random.Next(), Activation.Sigmoid))),
        ["vectors"] = ([7], (device, random) => new Sequential(
            new Linear(device, 7, 9, random, Activation.Tanh), new BatchNorm1d(device, 9), Lambda.Gelu(), Lambda.Silu(),
            new Linear(device, 9, 4, random), new Lambda(x => x.Softmax(-1)))),
        ["transformer block"] = ([5, 12], (device, random) => new Block(device, 12, 3, random)),
        ["comparison"] = ([6], (_, _) => new Lambda(x => Tensor.Map(default(GreaterThan), x.Value, x.Value.Abs() * 0.5))),
        ["result with axes in another order"] = ([4, 6], (device, random) => new Sequential(
            new Linear(device, 6, 8, random), new Lambda(x => x.Reshape(-1, 8)), new Lambda(x => x.Reshape(-1, 4, 8).Permute(2, 0, 1)))),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    private static Sequential Classifier(Device device, Generator random) => new Sequential(
        ("conv1", new Layers.Conv2d(device, 1, 4, 3, random)), ("bn1", new BatchNorm2d(device, 4)), ("relu", Lambda.Relu()),
        ("pool", Lambda.MaxPool2d(2)), ("conv2", new Layers.Conv2d(device, 4, 6, 3, random, new(1, 1), Activation.Tanh)),
        ("mean", Lambda.AvgPool2d(2, padding: 1)), ("drop", new Dropout(device, 0.4, random)), ("flat", Lambda.Flatten()),
        ("last", new Linear(device, 6 * 3 * 3, 10, random)));

    private static float[] Values(Shape shape, double step) =>
        [.. Enumerable.Range(0, shape.Count).Select(i => (float)Math.Sin((i * step) + 0.3))];

    /// <summary>Normalisations whose running statistics are no zeros and ones.</summary>
    private static Module Make(string name)
    {
        var (sample, make) = Networks[name];
        var module = make(Device.Cpu, new Generator(3));
        using var noGrad = new NoGrad();
        using var x = Device.Cpu.From(Values([8, .. sample.Sizes], 1.3), [8, .. sample.Sizes]);
        module.Forward(x);
        return module;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_runtime_computes_the_same_for_any_batch(string name)
    {
        using var module = Make(name);
        var sample = Networks[name].Sample;
        OnnxExport.Save(module, folder["net.onnx"], sample, "x", "y");
        Assert.True(module.IsTraining);
        module.Eval();
        using var session = new InferenceSession(folder["net.onnx"]);
        Assert.Equal([-1, .. sample.Sizes], session.InputMetadata["x"].Dimensions);
        foreach (int batch in (int[])[1, 4, 11])
        {
            Shape shape = [batch, .. sample.Sizes];
            float[] values = Values(shape, 0.7);
            using var input = OrtValue.CreateTensorValueFromMemory(values, [.. shape.Sizes.ToArray().Select(s => (long)s)]);
            using var found = session.Run(new RunOptions(), ["x"], [input], ["y"]);
            var expected = module.Forward(Device.Cpu.From(values, shape));
            Assert.Equal(expected.Shape.Sizes.ToArray().Select(s => (long)s), found[0].GetTensorTypeAndShape().Shape);
            Assert.All(expected.Value.ToArray().Zip(found[0].GetTensorDataAsSpan<float>().ToArray()),
                p => Assert.Equal(p.First, p.Second, 1e-5f));
        }
    }

    [Fact]
    public void A_network_of_ones_own_comes_back()
    {
        using var module = Make("classifier");
        OnnxExport.Save(module, folder["net.onnx"], [1, 12, 12]);
        using var network = OnnxImport.Read(Device.Cpu, folder["net.onnx"]);
        module.Eval();
        using var x = Device.Cpu.From(Values([5, 1, 12, 12], 0.7), [5, 1, 12, 12]);
        Assert.Equal(["output"], network.Outputs);
        Assert.All(module.Forward(x).Value.ToArray().Zip(network.Forward(x)[0].Value.ToArray()),
            p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    [Fact]
    public void Each_part_has_its_mode_and_its_values_afterwards()
    {
        using var module = (Sequential)Make("classifier");
        module["bn1"].Eval();
        float[][] before = [.. module.Parameters.Select(p => p.Value.Value.ToArray()), .. module.Buffers.Select(b => b.Value.ToArray())];
        OnnxExport.Save(module, folder["net.onnx"], [1, 12, 12]);
        Assert.Equal(["bn1"], module.Children.Where(c => !c.Module.IsTraining).Select(c => c.Name));
        Assert.All(module.Parameters, p => Assert.Same(Device.Cpu, p.Value.Value.Device));
        Assert.Equal(before, [.. module.Parameters.Select(p => p.Value.Value.ToArray()), .. module.Buffers.Select(b => b.Value.ToArray())]);
    }

    [Fact]
    public void What_no_graph_can_say_is_refused_and_nothing_written()
    {
        using var other = Device.Cpu.Full([4], 1);
        Refused("read on the way", x => x * x.Mean().Value.Item());
        Refused("a tensor [4] is on cpu", x => x + other);
        Refused("whose operations depend on how many", x => x * (1.0 / x.Shape[0]));
        Refused("depends on the input, found a constant", x => x.Value.Device.Zeros([3]));
        Refused("no operator is known for Sine", x => x.Value.Map(default(Sine)));
        Refused("takes samples [4]", x => x.Reshape(7, -1));
        using var linear = new Linear(Device.Cpu, 4, 2, new Generator(1));
        Assert.Throws<InputException>(() => OnnxExport.Save(linear, folder["none/\0/x"], [4]));
        Assert.Empty(Directory.GetFiles(folder.Path));

        void Refused(string why, Func<Var, Var> forward)
        {
            using var module = new Lambda(forward);
            var e = Assert.Throws<InputException>(() => OnnxExport.Save(module, folder["net.onnx"], [4]));
            Assert.Contains(why, e.Message, StringComparison.Ordinal);
        }
    }

    private readonly struct Sine : IUnary
    {
        public T Invoke<T>(T x) where T : struct, Lanes.ILane<T> => x;

        public double Exact(double x) => x;
    }

    /// <summary>Attention of several heads and what follows it, each behind a normalisation.</summary>
    private sealed class Block : Module
    {
        private readonly int heads;
        private readonly LayerNorm first, second;
        private readonly Linear mixed, joined, wide, narrow;

        internal Block(Device device, int width, int heads, Generator random)
        {
            this.heads = heads;
            (first, second) = (Add("norm1", new LayerNorm(device, width)), Add("norm2", new LayerNorm(device, width)));
            mixed = Add("qkv", new Linear(device, width, 3 * width, random));
            joined = Add("out", new Linear(device, width, width, random));
            wide = Add("up", new Linear(device, width, 2 * width, random));
            narrow = Add("down", new Linear(device, 2 * width, width, random));
        }

        public override Var Forward(Var x)
        {
            x += Attention(first.Forward(x));
            return x + narrow.Forward(wide.Forward(second.Forward(x)).Gelu());
        }

        private Var Attention(Var x)
        {
            int n = x.Shape[0], length = x.Shape[1], width = x.Shape[2], size = width / heads;
            var all = mixed.Forward(x);
            Var Part(int i) => all.Slice(2, i * width, width).Reshape(n, length, heads, size).Permute(0, 2, 1, 3);
            var weights = (Var.MatMul(Part(0), Part(1).Permute(0, 1, 3, 2)) * (1 / Math.Sqrt(size))).Softmax(-1);
            return joined.Forward(Var.MatMul(weights, Part(2)).Permute(0, 2, 1, 3).Reshape(n, length, width));
        }
    }
}
