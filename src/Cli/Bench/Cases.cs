using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Models;

namespace LisNative.Cli.Bench;

/// <summary>The fixed list, under the names and with the shapes that the peers' harnesses use: the nets «mnist» and «cifar».</summary>
internal static class Cases
{
    internal const int DefaultBatch = 128;

    private const int Large = 1 << 24, ManyScores = 20;

    internal static readonly (string Name, Architecture Architecture)[] Nets =
        [("mnist", new([1, 28, 28], 32, 64, 64)), ("cifar", new([3, 32, 32], 64, 128, 256))];

    internal static IEnumerable<Case> All(Device device, int batch = DefaultBatch) =>
        [.. Matrices(device), .. ElementWise(device), .. Nets.SelectMany(n => Layers(device, n.Name, n.Architecture, batch)),
            .. Nets.SelectMany(n => Steps(new(device, n.Architecture, batch), n.Name, batch)), .. EngineSteps.Of(device),
            .. Pushes.Of(device)];

    private static IEnumerable<Case> Matrices(Device device)
    {
        // The largest takes a CPU a second.
        int[] sizes = [256, 1024, 2048, 4096];
        foreach (int n in device is { CanCapture: true, Backend.Info.UsesHostMemory: false } ? sizes : sizes[..3])
        {
            var (a, b) = (Operands.Lazily(device, [n, n]), Operands.Lazily(device, [n, n]));
            yield return new("kernels", $"sgemm_{n}", () => Tensor.MatMul(a.Value, b.Value).Dispose(), 2.0 * n * n * n,
                3 * Operands.BytesOf([n, n]));
        }
    }

    /// <summary>In place on a warm buffer: the kernel alone. The «new» case returns a new tensor.</summary>
    private static IEnumerable<Case> ElementWise(Device device)
    {
        var (x, y) = (new Lazy<Tensor>(() => Operands.Random(device, [Large], (r, i) => (r.Uniform(i) * 4) - 2)),
            new Lazy<Tensor>(() => device.Zeros([Large])));
        double bytes = 2 * Operands.BytesOf([Large]);
        yield return new("kernels", "copy_16Mi", () => device.Backend.Copy(x.Value, y.Value), 0, bytes);
        yield return new("kernels", "tanh_16Mi", () => device.Backend.Unary(default(Tanh), x.Value, x.Value), 0, bytes);
        yield return new("kernels", "sigmoid_16Mi", () => device.Backend.Unary(default(Sigmoid), x.Value, x.Value), 0, bytes);
        yield return new("kernels", "leaky_relu_16Mi", () => device.Backend.Unary(new LeakyRelu(0.2), x.Value, x.Value), 0, bytes);
        var (one, other) = (new Lazy<Tensor>(() => device.Zeros([4])), new Lazy<Tensor>(() => device.Zeros([4])));
        yield return new("kernels", "launch_1000", () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                device.Backend.Copy(one.Value, other.Value);
            }
        });
        yield return new("kernels", "tanh_16Mi_new", () => x.Value.Tanh().Dispose(), 0, bytes);
        const int Parameters = 2_000_000, Streams = 7;
        var adam = new Lazy<(Adam Optimiser, Var Gradient)>(() =>
            (new([new Parameter(Operands.Random(device, [Parameters]))]), Operands.Random(device, [Parameters])));
        yield return new("kernels", "adam_2M", () => adam.Value.Optimiser.Step([adam.Value.Gradient]), 0,
            Streams * Operands.BytesOf([Parameters]));
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

        IEnumerable<Case> Layer(string layer, int inputs, int outputs, int kernel, int stride, int side, bool transposed)
        {
            Shape image = transposed ? [batch, outputs, side * stride, side * stride] : [batch, inputs, side, side];
            Shape weight = transposed ? [inputs, outputs, kernel, kernel] : [outputs, inputs, kernel, kernel];
            return Convolutions.Of(device, "kernels", $"{net}.{layer}", image, weight, new(stride, 1), transposed);
        }
    }

    private static IEnumerable<Case> Steps(Networks net, string name, int batch)
    {
        yield return new("steps", $"{name}.phase1_step", net.Phase1());
        yield return new("steps", $"{name}.phase2_naive", net.Phase2Naive());
        yield return new("steps", $"{name}.phase2_cached", net.Phase2Cached());
        if (batch > 1)
        {
            yield return new("score", $"{name}.score_b{batch}", net.Score(batch));
        }

        var one = net.Score(1);
        yield return new("score", $"{name}.score_b1", () =>
        {
            for (int i = 0; i < ManyScores; i++)
            {
                one();
            }
        });
    }
}
