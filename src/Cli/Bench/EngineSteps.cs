using LisNative.Layers;
using LisNative.Random;

namespace LisNative.Cli.Bench;

/// <summary>
/// Steps of networks that are no detector's, recorded once and replayed: a convolutional classifier with its optimiser, and forward and
/// backward of a transformer's encoder block.
/// </summary>
internal sealed class EngineSteps(Device device)
{
    private const int Classes = 10, Samples = 64, Side = 28, Narrow = 32, Wide = 64;
    private const int Sequences = 32, Length = 128, Model = 256, Heads = 8, Hidden = 4 * Model;

    private readonly List<Parameter> parameters = [];

    internal static IEnumerable<Case> Of(Device device) =>
    [
        new("steps", "classifier.step", new EngineSteps(device).Classifier()),
        new("steps", "encoder.step", new EngineSteps(device).Encoder()),
    ];

    /// <summary>Two blocks of convolution, batch norm, ReLU and pooling, dropout and a linear layer; cross-entropy and Adam.</summary>
    private Action Classifier()
    {
        Adam? adam = null;
        var forward = new Lazy<Func<Var>>(() =>
        {
            const int Features = Wide * (Side / 4) * (Side / 4);
            var (first, second) = (ConvolutionBlock(1, Narrow), ConvolutionBlock(Narrow, Wide));
            var last = Kept(new Linear(device, Features, Classes, Initialisers.Uniform, Next()));
            var numbers = new RandomStream(device, Next());
            var x = Operands.Random(device, [Samples, 1, Side, Side]);
            var targets = device.From(
                [.. Enumerable.Range(0, Samples * Classes).Select(i => i % Classes == i / Classes % Classes ? 1f : 0)], [Samples, Classes]);
            adam = new Adam(parameters);
            return () => -(last.Forward(second(first(x)).Flatten().Dropout(0.25, numbers)).LogSoftmax(1) * targets).Sum() / Samples;
        });
        return Replayed(forward, gradients => adam!.Step(gradients));
    }

    private Func<Var, Var> ConvolutionBlock(int inputs, int outputs)
    {
        var convolution = Kept(new Conv2d(device, inputs, outputs, 3, new(1, 1), Initialisers.Uniform, Next()));
        var (scale, shift) = (Kept(new Parameter(device.Full([outputs], 1))), Kept(new Parameter(device.Zeros([outputs]))));
        return x => convolution.Forward(x).BatchNorm(scale, shift, 1e-5, out _, out _, Activation.Relu).MaxPool2d(2, 2);
    }

    /// <summary>Attention and a hidden layer with GELU, each normalised first and added to its input.</summary>
    private Action Encoder() => Replayed(new(() =>
    {
        LayerNorm first = Kept(new LayerNorm(device, Model)), second = Kept(new LayerNorm(device, Model));
        Linear Projection(int _) => Kept(new Linear(device, Model, Model, Initialisers.Uniform, Next()));
        Linear[] projections = [.. Enumerable.Range(0, 4).Select(Projection)];
        Linear widen = Kept(new Linear(device, Model, Hidden, Initialisers.Uniform, Next(), Activation.Gelu)),
            narrow = Kept(new Linear(device, Hidden, Model, Initialisers.Uniform, Next()));
        var x = Operands.Random(device, [Sequences, Length, Model]);
        return () =>
        {
            var h = x + Attention(first.Forward(x), projections);
            return (h + narrow.Forward(widen.Forward(second.Forward(h)))).Square().Mean();
        };
    }), _ => { });

    private static Var Attention(Var x, Linear[] projections)
    {
        Var Split(int i) => projections[i].Forward(x).Reshape(Sequences, Length, Heads, Model / Heads).Permute(0, 2, 1, 3);
        var scores = Var.MatMul(Split(0) / Math.Sqrt(Model / (double)Heads), Split(1).Transpose());
        var mixed = Var.MatMul(scores.Softmax(-1), Split(2)).Permute(0, 2, 1, 3);
        return projections[3].Forward(mixed.Reshape(Sequences, Length, Model));
    }

    private Action Replayed(Lazy<Func<Var>> forward, Action<Var[]> optimise)
    {
        Var[] gradients = [];
        var capture = new Lazy<Capture>(() =>
        {
            var loss = forward.Value;
            return new Capture(device, () => gradients = Gradient.Compute(loss(), parameters, release: true));
        });
        return () =>
        {
            capture.Value.Replay();
            optimise(gradients);
        };
    }

    private Philox Next() => new(1, (ulong)parameters.Count);

    private T Kept<T>(T layer) where T : Module
    {
        parameters.AddRange(layer.Parameters.Select(p => p.Value));
        return layer;
    }

    private Parameter Kept(Parameter parameter)
    {
        parameters.Add(parameter);
        return parameter;
    }
}
