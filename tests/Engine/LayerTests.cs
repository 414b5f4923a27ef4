using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Tests.Engine;

/// <summary>Layers against their papers' formulas in double precision, their gradients against differences, and their modes.</summary>
public class LayerTests
{
    private static readonly Device Exact = Device.Reference;
    private static readonly double[] Numbers = [.. Enumerable.Range(0, 72).Select(i => Math.Sin(3.7 * i) * 2)];

    private static Tensor X(params int[] shape) => Exact.From(Numbers[..Shape.Create(shape).Count], Shape.Create(shape));

    private static void Near(IEnumerable<double> expected, Tensor found, double tolerance = 1e-12)
    {
        double[] values = found.ToArray<double>();
        Assert.Equal(expected.Count(), values.Length);
        Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, tolerance));
    }

    /// <summary>Of Σ f(x) · c, c fixed numbers, with respect to x and every parameter.</summary>
    private static void GradientsAreDifferences(Module layer, Tensor x, double step = 1e-6)
    {
        Var leaf = Var.Leaf(x), weights = Exact.From([.. Numbers.Reverse().Take(layer.Forward(x).Shape.Count)], layer.Forward(x).Shape);
        Var Loss() => (layer.Forward(leaf) * weights).Sum();
        Var[] all = [leaf, .. layer.Parameters.Select(p => p.Value)];
        foreach (var (gradient, of) in Gradient.Compute(Loss(), all).Zip(all))
        {
            double[] values = of.Value.ToArray<double>(), found = gradient.Value.ToArray<double>();
            for (int i = 0; i < values.Length; i++)
            {
                double At(double by)
                {
                    double[] moved = [.. values];
                    moved[i] += by;
                    of.Value.Write<double>(moved);
                    return Loss().Value.Item();
                }

                Assert.Equal((At(step) - At(-step)) / (2 * step), found[i], 1e-6);
                of.Value.Write<double>(values);
            }
        }
    }

    /// <summary>What torch.nn.BatchNorm1d(1) gives of 1, 2, 3, 4, and keeps.</summary>
    [Fact]
    public void Batch_normalisation_of_four_numbers()
    {
        using var scope = new Scope();
        var layer = new BatchNorm1d(Exact, 1);
        Var x = Exact.From([1.0, 2, 3, 4], [4, 1]);
        double deviation = Math.Sqrt(1.25 + 1e-5);
        Near([-1.5 / deviation, -0.5 / deviation, 0.5 / deviation, 1.5 / deviation], layer.Forward(x).Value);
        Assert.Equal(["running_mean", "running_var"], layer.Buffers.Select(b => b.Name));
        Near([0.25], layer.Buffers[0].Value);
        Near([0.9 + (0.1 * 5 / 3)], layer.Buffers[1].Value);
        layer.Forward(x);
        Near([0.475], layer.Buffers[0].Value);
        layer.Eval();
        double running = Math.Sqrt((0.81 + (0.19 * 5 / 3)) + 1e-5);
        Near([0.525 / running, 1.525 / running, 2.525 / running, 3.525 / running], layer.Forward(x).Value);
        Near([0.475], layer.Buffers[0].Value);
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(2, 4, 3)]
    [InlineData(2, 3, 2, 3)]
    public void Batch_normalisation_is_over_all_axes_but_the_channels(params int[] shape)
    {
        using var scope = new Scope();
        var (device, channels) = (Exact, shape[1]);
        BatchNorm layer = shape.Length == 4 ? new BatchNorm2d(device, channels, Activation.Relu)
            : new BatchNorm1d(device, channels, Activation.Relu);
        double[] weight = [1, -2, 3, 0.5], bias = [0.5, 6, -1, 8];
        layer.Parameters[0].Value.Value.Write<double>(weight.AsSpan(0, channels));
        layer.Parameters[1].Value.Value.Write<double>(bias.AsSpan(0, channels));
        var x = X(shape);
        int inner = x.Count / shape[0] / channels;
        int ChannelOf(int i) => i / inner % channels;
        double[] values = x.ToArray<double>();
        var byChannel = Enumerable.Range(0, values.Length).ToLookup(ChannelOf, i => values[i]);
        double Variance(int c) => byChannel[c].Average(v => Math.Pow(v - byChannel[c].Average(), 2));
        Near(values.Select((v, i) => Math.Max(0, bias[ChannelOf(i)]
            + (weight[ChannelOf(i)] * (v - byChannel[ChannelOf(i)].Average()) / Math.Sqrt(Variance(ChannelOf(i)) + 1e-5)))),
            layer.Forward(x).Value);
        double n = byChannel[0].Count();
        Near(Enumerable.Range(0, channels).Select(c => 0.9 + (0.1 * Variance(c) * n / (n - 1))), layer.Buffers[1].Value);
        GradientsAreDifferences(layer, x);
        layer.Eval();
        GradientsAreDifferences(layer, x);
    }

    [Fact]
    public void A_recording_of_batch_normalisation_moves_the_running_averages_with_each_replay()
    {
        using var scope = new Scope();
        BatchNorm recorded = new BatchNorm2d(Device.Cpu, 3), direct = new BatchNorm2d(Device.Cpu, 3);
        var x = Device.Cpu.Empty([2, 3, 4, 3]);
        float[] Values(BatchNorm layer) => [.. layer.Buffers.SelectMany(b => b.Value.ToArray())];
        Capture? capture = null;
        Var? y = null;
        for (int step = 0; step < 3; step++)
        {
            x.Write<float>([.. Numbers.Select(v => (float)v * (step + 1))]);
            if (capture is null)
            {
                capture = new Capture(Device.Cpu, () => y = recorded.Forward(x));
            }
            else
            {
                capture.Replay();
            }

            Assert.Equal(direct.Forward(x).Value.ToArray(), y!.Value.ToArray());
            Assert.Equal(Values(direct), Values(recorded));
        }

        capture!.Dispose();
    }

    [Fact]
    public void Batch_normalisation_refuses_what_it_cannot_normalise()
    {
        using var scope = new Scope();
        BatchNorm images = new BatchNorm2d(Device.Cpu, 3), vectors = new BatchNorm1d(Device.Cpu, 3);
        void Refuses(BatchNorm layer, Shape shape, string what)
        {
            string message = Assert.Throws<ArgumentException>(() => layer.Forward(Device.Cpu.Zeros(shape))).Message;
            Assert.Contains(what, message, StringComparison.Ordinal);
            Assert.Contains($"{shape}", message, StringComparison.Ordinal);
        }

        Refuses(images, [2, 3], "images");
        Refuses(images, [2, 4, 5, 5], "3 channels");
        Refuses(vectors, [2, 3, 5, 5], "vectors");
        Refuses(vectors, [1, 3], "at least two values");
        Refuses(images, [1, 3, 1, 1], "at least two values");
        Refuses(images, [0, 3, 4, 4], "at least two values");
        vectors.Eval();
        Assert.Equal([0, 0, 0], vectors.Forward(Device.Cpu.Zeros([1, 3])).Value.ToArray());
        Assert.Equal([0f, 0, 0], vectors.Buffers[0].Value.ToArray());
    }

    [Fact]
    public void Frozen_layers_and_buffers_stay_under_weight_decay()
    {
        using var scope = new Scope();
        var random = new Generator(1);
        var net = new Sequential(("in", new Linear(Device.Cpu, 3, 4, random)), ("norm", new BatchNorm1d(Device.Cpu, 4)),
            ("out", new Linear(Device.Cpu, 4, 1, random)));
        net["in"].SetTrainable(false);
        using var adam = Adam.AdamW([.. net.Parameters.Select(p => p.Value)], 0.1, 0.5);
        net.Eval();
        Dictionary<string, float[]> State() => net.Parameters.Select(p => (p.Name, p.Value.Value)).Concat(net.Buffers)
            .ToDictionary(p => p.Name, p => p.Value.ToArray());
        var before = State();
        adam.Minimise(net.Forward(Device.Cpu.Full([2, 3], 1)).Square().Mean());
        var moved = State().Where(s => !s.Value.AsSpan().SequenceEqual(before[s.Key])).Select(s => s.Key);
        Assert.Equal(["norm.weight", "norm.bias", "out.weight", "out.bias"], moved);
    }

    [Fact]
    public void Dropout_drops_its_share_and_keeps_the_mean_in_training_alone()
    {
        using var scope = new Scope();
        const double P = 0.25;
        Var x = Var.Leaf(Device.Cpu.Full([100, 100], 1));
        Dropout layer = new(Device.Cpu, P, new Generator(1)), again = new(Device.Cpu, P, new Generator(1));
        var first = layer.Forward(x);
        float[] values = first.Value.ToArray();
        Assert.All(values, v => Assert.True(v is 0 or (float)(1 / (1 - P))));
        Assert.InRange(values.Count(v => v == 0) / 1e4, P - 0.02, P + 0.02);    // 4.6 standard deviations
        Assert.Equal(values, Gradient.Compute(first.Sum(), [x])[0].Value.ToArray());
        Assert.Equal(values, again.Forward(x).Value.ToArray());
        Assert.NotEqual(values, layer.Forward(x).Value.ToArray());
        layer.Eval();
        Assert.Same(x, layer.Forward(x));
        Assert.Equal(x.Value.ToArray(), new Dropout(Device.Cpu, 0, new Generator(1)).Forward(x).Value.ToArray());
        foreach (double p in new[] { -0.1, 1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(Device.Cpu, p, new Generator(1)));
        }
    }

    [Fact]
    public void An_embedding_gives_rows_by_number()
    {
        using var scope = new Scope();
        var layer = new Embedding(Exact, 5, 2, new Generator(1));
        double[] table = layer.Weight.Value.ToArray<double>();
        int[] rows = [4, 0, 4, 1];
        Near(rows.SelectMany(r => table[(2 * r)..((2 * r) + 2)]), layer.Forward(rows).Value);
        var of = layer.Forward(Exact.From([4.0, 0, 4, 1], [2, 2]));
        Assert.Equal([2, 2, 2], of.Shape.Sizes.ToArray());
        Near(rows.SelectMany(r => table[(2 * r)..((2 * r) + 2)]), of.Value);
        Near([1, 1, 1, 1, 0, 0, 0, 0, 2, 2], Gradient.Compute(of.Sum(), [layer.Weight])[0].Value);
        Failure.Contains<ArgumentOutOfRangeException>("found 5 at place 1", () => layer.Forward([0, 5]));
        Failure.Contains<ArgumentOutOfRangeException>("found -1 at place 0", () => layer.Forward([-1]));
        foreach (double number in new[] { 0.5, double.NaN, 3e9 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(Exact.From([number], [1])));
        }
    }

    [Fact]
    public void Functions_as_layers()
    {
        using var scope = new Scope();
        Var x = X(1, 2, 6, 6);
        foreach (var (layer, expected) in new (Lambda, Var)[]
        {
            (Lambda.Relu(), x.LeakyRelu(0)), (Lambda.LeakyRelu(), x.LeakyRelu(0.01)), (Lambda.Gelu(), x.Gelu()),
            (Lambda.Silu(), x * x.Sigmoid()), (Lambda.Flatten(), x.Reshape(1, 72)), (Lambda.MaxPool2d(2), x.MaxPool2d(2, 2)),
            (Lambda.MaxPool2d(3, 2, 1, ceiling: true), x.MaxPool2d(3, 2, 1, 1, true)), (Lambda.AvgPool2d(3), x.AvgPool2d(3, 3)),
            (Lambda.AvgPool2d(3, 2, 1, countsPadding: false), x.AvgPool2d(3, 2, 1, false, false)),
        })
        {
            Assert.Equal(expected.Shape, layer.Forward(x).Shape);
            Near(expected.Value.ToArray<double>(), layer.Forward(x).Value);
        }
    }

    [Fact]
    public void One_seed_decides_a_network_and_gives_each_layer_numbers_of_its_own()
    {
        using var scope = new Scope();
        float[][] Weights(ulong seed)
        {
            var random = new Generator(seed);
            Module[] layers = [new Linear(Device.Cpu, 4, 4, random), new Linear(Device.Cpu, 4, 4, random),
                new Conv2d(Device.Cpu, 1, 1, 4, random), new ConvTranspose2d(Device.Cpu, 1, 1, 4, random, new(2, 1)),
                new Embedding(Device.Cpu, 4, 4, random)];
            return [.. layers.Select(l => l.Parameters[0].Value.Value.ToArray())];
        }

        Assert.Equal(Weights(1), Weights(1));
        float[][] all = [.. Weights(1), .. Weights(2)];
        Assert.Equal(all.Length, all.DistinctBy(w => w[0]).Count());
        Assert.All(Weights(1)[0], w => Assert.InRange(w, -0.5f, 0.5f));    // ±1/√4
    }

    [Fact]
    public void Layer_norm_has_the_names_and_the_epsilon_of_PyTorch()
    {
        using var scope = new Scope();
        var layer = new LayerNorm(Exact, 4, epsilon: 0.5);
        Assert.Equal(["weight", "bias"], layer.Parameters.Select(p => p.Name));
        Near([-1.5, -0.5, 0.5, 1.5], layer.Forward(Exact.From([1.0, 2, 3, 4], [1, 4])).Value * Math.Sqrt(1.75));
    }
}
