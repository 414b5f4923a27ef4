using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Cli.Bench;

/// <summary>All cases, under the names and with the shapes that the peers' harnesses use: the nets «mnist» and «cifar».</summary>
internal static class Cases
{
    internal const int DefaultBatch = 128;

    private const int Large = 1 << 24;

    internal static readonly (string Name, Architecture Architecture)[] Nets =
        [("mnist", new([1, 28, 28], 32, 64, 64)), ("cifar", new([3, 32, 32], 64, 128, 256))];

    internal static IEnumerable<Case> All(Device device, int batch = DefaultBatch) =>
        [.. Matrices(device), .. ElementWise(device), .. Nets.SelectMany(n => Layers(device, n.Name, n.Architecture, batch)),
            .. Nets.SelectMany(n => Steps(device, n.Name, n.Architecture, batch))];

    private static Tensor Random(Device device, Shape shape, Func<Philox, ulong, float>? value = null)
    {
        var random = new Philox(1, (ulong)shape.Count);
        var values = new float[shape.Count];
        random.Normals(values);
        for (int i = 0; value is not null && i < values.Length; i++)
        {
            values[i] = value(random, (ulong)i);
        }

        return device.From(values, shape);
    }

    private static IEnumerable<Case> Matrices(Device device)
    {
        // The largest takes a CPU a second.
        int[] sizes = [256, 1024, 2048, 4096];
        foreach (int n in device is { CanCapture: true, Backend.Info.UsesHostMemory: false } ? sizes : sizes[..3])
        {
            var (a, b) = (new Lazy<Tensor>(() => Random(device, [n, n])), new Lazy<Tensor>(() => Random(device, [n, n])));
            yield return new("kernels", $"sgemm_{n}", () => Tensor.MatMul(a.Value, b.Value).Dispose(), 2.0 * n * n * n);
        }
    }

    /// <summary>In place on a warm buffer: the kernel alone. The «new» case returns a new tensor.</summary>
    private static IEnumerable<Case> ElementWise(Device device)
    {
        var (x, y) = (new Lazy<Tensor>(() => Random(device, [Large], (r, i) => (r.Uniform(i) * 4) - 2)),
            new Lazy<Tensor>(() => device.Zeros([Large])));
        const double Bytes = 2.0 * sizeof(float) * Large;
        yield return new("kernels", "copy_16Mi", () => device.Backend.Copy(x.Value, y.Value), 0, Bytes);
        yield return new("kernels", "tanh_16Mi", () => device.Backend.Unary(default(Tanh), x.Value, x.Value), 0, Bytes);
        yield return new("kernels", "sigmoid_16Mi", () => device.Backend.Unary(default(Sigmoid), x.Value, x.Value), 0, Bytes);
        yield return new("kernels", "leaky_relu_16Mi", () => device.Backend.Unary(new LeakyRelu(0.2), x.Value, x.Value), 0, Bytes);
        var (one, other) = (new Lazy<Tensor>(() => device.Zeros([4])), new Lazy<Tensor>(() => device.Zeros([4])));
        yield return new("kernels", "launch_1000", () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                device.Backend.Copy(one.Value, other.Value);
            }
        });
        yield return new("kernels", "tanh_16Mi_new", () => x.Value.Tanh().Dispose(), 0, Bytes);
        var adam = new Lazy<(Adam Optimiser, Var Gradient)>(
            () => (new([new Parameter(Random(device, [2_000_000]))]), Random(device, [2_000_000])));
        yield return new("kernels", "adam_2M", () => adam.Value.Optimiser.Step([adam.Value.Gradient]));
    }

    private static IEnumerable<Case> Layers(Device device, string net, Architecture a, int batch)
    {
        int size = a.Sample[1], channels = a.Sample[0];
        return
        [
            .. Layer("conv1", channels, a.Width1, 4, 2, size, false), .. Layer("conv2", a.Width1, a.Width2, 4, 2, size / 2, false),
            .. Layer("deconv1", a.Width2, a.Width1, 4, 2, size / 4, true), .. Layer("deconv2", a.Width1, a.Width1, 4, 2, size / 2, true),
            .. Layer("conv3", a.Width1, channels, 3, 1, size, false),
        ];

        // A transposed convolution is the convolution with its input and output exchanged.
        IEnumerable<Case> Layer(string layer, int inputs, int outputs, int kernel, int stride, int side, bool transposed)
        {
            var g = new ConvGeometry(stride, 1);
            Shape input = [batch, inputs, side, side], w = transposed ? [inputs, outputs, kernel, kernel]
                : [outputs, inputs, kernel, kernel];
            int outSide = transposed ? side * stride : g.Output(side, kernel);
            Shape output = [batch, outputs, outSide, outSide], image = transposed ? output : input;
            var (weight, x, y) = (new Lazy<Tensor>(() => Random(device, w)), Lazily(input), Lazily(output));
            double flop = 2.0 * batch * inputs * outputs * kernel * kernel * (transposed ? side * side : outSide * outSide);
            void Down() => Tensor.Conv2d((transposed ? y : x).Value, weight.Value, g).Dispose();
            void Up() => Tensor.ConvTranspose2d((transposed ? x : y).Value, weight.Value, image, g).Dispose();
            yield return new("kernels", $"{net}.{layer}.forward", transposed ? Up : Down, flop);
            yield return new("kernels", $"{net}.{layer}.grad_input", transposed ? Down : Up, flop);
            yield return new("kernels", $"{net}.{layer}.grad_weight",
                () => Tensor.Conv2dWeight((transposed ? y : x).Value, (transposed ? x : y).Value, w, g).Dispose(), flop);
        }

        // In the layout that the engine's own convolutions return, as inside a network.
        Lazy<Tensor> Lazily(Shape shape) =>
            new(() => shape[1] <= 3 ? Random(device, shape) : Random(device, [shape[0], shape[2], shape[3], shape[1]]).Permute(0, 3, 1, 2));
    }

    private static IEnumerable<Case> Steps(Device device, string name, Architecture a, int batch)
    {
        var x = new Lazy<Tensor>(() => Random(device, [batch, .. a.Sample.Sizes], (r, i) => r.Uniform(i)));
        var both = new Lazy<Tensor>(() => Random(device, [2 * batch, .. a.Sample.Sizes], (r, i) => r.Uniform(i)));
        var net = new Lazy<Autoencoder>(() => Autoencoder.Create(device, a, new Philox(1)));
        var parameters = new Lazy<Parameter[]>(() => [.. net.Value.Parameters.Select(p => p.Value)]);
        var adam = new Lazy<Adam>(() => new Adam(parameters.Value));
        yield return new("steps", $"{name}.phase1_step",
            Step(device, adam, () => (net.Value, x.Value), () => LisLosses.Error(net.Value.Forward(x.Value), x.Value).Mean()));

        var shaped = new Lazy<Autoencoder>(() =>
        {
            var frozen = Autoencoder.Create(device, a, new Philox(1));
            frozen.FreezeAllButLatent();
            return frozen;
        });
        var latent = new Lazy<Adam>(() => new Adam([.. shaped.Value.Latent.Parameters.Select(p => p.Value)]));
        var features = new Lazy<Tensor>(() =>
        {
            using var noGrad = new NoGrad();
            return shaped.Value.Encoder.Forward(both.Value).Value;
        });
        Action Phase2(Func<object> inputs, Func<Var> reconstruct) =>
            Step(device, latent, () => (inputs(), both.Value), () => LisLosses.LatentShaping(reconstruct(), both.Value, batch, 1, 20));
        yield return new("steps", $"{name}.phase2_naive", Phase2(() => shaped.Value, () => shaped.Value.Forward(both.Value)));
        yield return new("steps", $"{name}.phase2_cached", Phase2(() => features.Value, () => shaped.Value.FromFeatures(features.Value)));

        var one = new Lazy<Tensor>(() => x.Value.Slice(0, 0, 1));
        var (scoreAll, scoreOne) = (Score(device, net, x), Score(device, net, one));
        if (batch > 1)
        {
            yield return new("score", $"{name}.score_b{batch}", scoreAll);
        }

        yield return new("score", $"{name}.score_b1", () =>
        {
            for (int i = 0; i < 20; i++)
            {
                scoreOne();
            }
        });
    }

    /// <summary>A score as a detector computes it: recorded once, then replayed.</summary>
    private static Action Score(Device device, Lazy<Autoencoder> net, Lazy<Tensor> samples)
    {
        Tensor? scores = null;
        var capture = new Lazy<Capture>(() =>
        {
            var (network, x) = (net.Value, samples.Value);
            using var scope = new Scope();
            using var noGrad = new NoGrad();
            var recorded = new Capture(device, () => scores = LisLosses.Error(network.Forward(x), x).Value);
            scope.Keep(scores!);
            return recorded;
        });
        return () => capture.Value.Replay();
    }

    /// <summary>A training step as the trainer runs it: recorded once, then replayed.</summary>
    private static Action Step(Device device, Lazy<Adam> optimiser, Func<object> inputs, Func<Var> loss)
    {
        Var[] gradients = [];
        var capture = new Lazy<Capture>(() =>
        {
            _ = (inputs(), optimiser.Value);
            return new(device, () => gradients = Gradient.Compute(loss(), optimiser.Value.Parameters, release: true));
        });
        return () =>
        {
            capture.Value.Replay();
            optimiser.Value.Step(gradients);
        };
    }
}
