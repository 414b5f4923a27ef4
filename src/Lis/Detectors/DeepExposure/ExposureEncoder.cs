using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Models;

/// <summary>
/// The encoder of <see cref="DeepExposureOptions"/>: of pictures 3×3 convolutions with a LeakyReLU after each, and a mean over places at
/// the end; of vectors the autoencoder's encoder and latent layer, with tanh, so that far from all data features stay in bounds.
/// </summary>
internal static class ExposureEncoder
{
    private const double Slope = 0.1;
    private const int Kernel = 3;

    private static readonly Activation Leaky = Activation.LeakyRelu(Slope);
    private static readonly Initialiser Initial = Initialisers.He(Slope);

    /// <summary>One to train, whose convolutions have standardised weights.</summary>
    internal static Sequential Create(Device device, Architecture a, Philox random) => !a.IsImage ? OfVectors(device, a, random)
        : OfPictures(a, (i, c) => new StandardisedConv2d(device, c.Inputs, c.Outputs, Kernel, new(c.Stride, 1), Initial,
            random.FoldIn(LayerStreams.Encoder(i)), Leaky));

    /// <summary>One whose weights will be copied or loaded.</summary>
    internal static Sequential Create(Device device, Architecture a) => !a.IsImage ? OfVectors(device, a, null)
        : OfPictures(a, (_, c) => new Conv2d(device, c.Inputs, c.Outputs, Kernel, new(c.Stride, 1), Initial, null, Leaky));

    /// <summary>Gives a network with such an encoder the weights of one that was trained, standardised.</summary>
    internal static void Copy(Sequential trained, Sequential network)
    {
        using var noGrad = new NoGrad();
        using var scope = new Scope();
        var values = trained.Parameters.ToDictionary(p => p.Name, p => p.Value.Value);
        foreach (var (name, layer) in trained["encoder"].Children)
        {
            if (layer is StandardisedConv2d convolution)
            {
                values[$"encoder.{name}.weight"] = convolution.Standardised.Value;
            }
        }

        foreach (var (name, parameter) in network.Parameters)
        {
            parameter.Value.CopyFrom(values[name]);
        }
    }

    /// <summary>Numbers of all weights but those of the read-out, which are few; of pictures.</summary>
    internal static long Weights(Architecture a) => Convolutions(a).Sum(c => (long)Kernel * Kernel * c.Inputs * c.Outputs);

    /// <summary>Numbers that each layer makes of one picture, the picture itself first.</summary>
    internal static long[] Units(Architecture a)
    {
        var (height, width) = (a.Sample[1], a.Sample[2]);
        return [a.Sample.Count, .. Convolutions(a).Select(c =>
        {
            (height, width) = ((height + c.Stride - 1) / c.Stride, (width + c.Stride - 1) / c.Stride);
            return (long)c.Outputs * height * width;
        })];
    }

    private static Sequential OfPictures(Architecture a, Func<int, (int Inputs, int Outputs, int Stride), Module> layer) => new(
        [.. Convolutions(a).Select((c, i) => ($"conv{i + 1}", layer(i + 1, c))), ("mean", new Lambda(x => x.Mean([2, 3])))]);

    private static Sequential OfVectors(Device device, Architecture a, Philox? random) => new(
        ("hidden", Autoencoder.CreateEncoder(device, a, random)),
        ("latent", new Linear(device, a.Features, a.Latent, Initialisers.Glorot, random?.FoldIn(LayerStreams.Latent), Activation.Tanh)));

    /// <summary>A halving and a convolution as often as an autoencoder halves, and a halving at the end.</summary>
    private static IEnumerable<(int Inputs, int Outputs, int Stride)> Convolutions(Architecture a)
    {
        int[] channels = [a.Sample[0], a.Width1, 2 * a.Width1, .. Enumerable.Repeat(a.Width2, 2 * (a.Halvings - 1)), a.Latent];
        return channels.Zip(channels.Skip(1)).Select((c, i) => (c.First, c.Second, 2 - (i % 2)));
    }
}
