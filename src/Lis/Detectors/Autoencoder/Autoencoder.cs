using LisNative.Layers;
using LisNative.Random;

namespace LisNative.Models;

/// <summary>
/// The autoencoder of the paper's section 5.1: x̂ = 𝓓(b(𝓛(𝓔(x)))) with an encoder 𝓔 of convolutions, two for 28×28, one linear latent
/// layer 𝓛, a bottleneck b, here tanh, and a decoder 𝓓 of a linear layer, as many transposed convolutions and a convolution with sigmoid;
/// LeakyReLU between. For plain vectors the convolutions become linear layers and the output has no sigmoid. An image that cannot be
/// halved so often is continued by its last row and column; of the reconstruction its own pixels stay.
/// </summary>
internal sealed class Autoencoder : Module
{
    /// <summary>The slope of LeakyReLU below zero (the paper's section 5.1).</summary>
    public const double Slope = 0.2;

    private static readonly Activation Leaky = Activation.LeakyRelu(Slope);
    private static readonly ConvGeometry Halving = new(2, 1), Same = new(1, 1);

    private Autoencoder(Architecture architecture, Sequential encoder, Linear latent, Bottleneck bottleneck, Sequential decoder)
    {
        (Architecture, Encoder, Latent, Bottleneck, Decoder) = (architecture, encoder, latent, bottleneck, decoder);
        LatentParameters = new Sequential((nameof(latent), latent)).Parameters;
        (string, Module)[] inside = [(nameof(latent), latent), (nameof(bottleneck), bottleneck)];
        foreach (var (name, module) in encoder.Children.Concat(inside).Concat(decoder.Children))
        {
            Add(name, module);
        }
    }

    /// <summary>The sizes.</summary>
    public Architecture Architecture { get; }

    /// <summary>𝓔: a batch of samples to features [batch, features].</summary>
    public Sequential Encoder { get; }

    /// <summary>𝓛: features to the latent code before the bottleneck, the one layer that phase 2 trains.</summary>
    public Linear Latent { get; }

    /// <summary>b: what the decoder sees of the latent code.</summary>
    public Bottleneck Bottleneck { get; }

    /// <summary>𝓓: codes to reconstructions.</summary>
    public Sequential Decoder { get; }

    /// <summary>Those of 𝓛, by their names in the whole.</summary>
    internal IReadOnlyList<(string Name, Parameter Value)> LatentParameters { get; }

    /// <summary>Those of 𝓔 and 𝓛: all that stands before the bottleneck.</summary>
    internal IReadOnlyList<(string Name, Parameter Value)> CodingParameters => [.. Encoder.Parameters, .. LatentParameters];

    /// <summary>
    /// A new network, of tanh by default. Without random numbers its weights will be loaded, and until then are whatever their memory held.
    /// </summary>
    public static Autoencoder Create(Device device, Architecture architecture, Philox? random, Bottleneck? bottleneck = null)
    {
        bottleneck ??= new TanhBottleneck();
        return new(
            architecture.Checked(),
            CreateEncoder(device, architecture, random),
            new Linear(
                device, architecture.Features, architecture.Latent * bottleneck.Inputs, Initialisers.Glorot,
                random?.FoldIn(LayerStreams.Latent), bias: architecture.EncoderBias),
            bottleneck,
            CreateDecoder(device, architecture, random));
    }

    /// <summary>𝓔 alone, for networks that do not reconstruct.</summary>
    public static Sequential CreateEncoder(Device device, Architecture architecture, Philox? random)
    {
        var (a, he, bias) = (architecture, Initialisers.He(Slope), architecture.EncoderBias);
        if (!a.IsImage)
        {
            return new(
                ("hidden1", new Linear(device, a.Sample[0], a.Width1, he, random?.FoldIn(LayerStreams.Encoder1), Leaky, bias)),
                ("hidden2", new Linear(device, a.Width1, a.Width2, he, random?.FoldIn(LayerStreams.Encoder2), Leaky, bias)));
        }

        int[] widths = a.Narrowing;
        var (height, width) = a.Padded;
        return new(
        [
            .. a.IsPadded ? [("pad", new Lambda(x => Continued(Continued(x, 2, height), 3, width)))] : Array.Empty<(string, Module)>(),
            .. Enumerable.Range(1, a.Halvings).Select(i => ($"conv{i}", (Module)new Conv2d(
                device, widths[i - 1], widths[i], 4, Halving, he, random?.FoldIn(LayerStreams.Encoder(i)), Leaky, bias))),
            ("flatten", new Lambda(x => x.Flatten())),
        ]);
    }

    /// <summary>𝓓 alone: the generator of an adversarial network.</summary>
    public static Sequential CreateDecoder(Device device, Architecture architecture, Philox? random)
    {
        var (a, he, glorot) = (architecture, Initialisers.He(Slope), Initialisers.Glorot);
        if (!a.IsImage)
        {
            return new(
                ("hidden3", new Linear(device, a.Latent, a.Width2, he, random?.FoldIn(LayerStreams.Decoder1), Leaky)),
                ("hidden4", new Linear(device, a.Width2, a.Width1, he, random?.FoldIn(LayerStreams.Decoder2), Leaky)),
                ("output", new Linear(device, a.Width1, a.Sample[0], glorot, random?.FoldIn(LayerStreams.Decoder3))));
        }

        int[] widths = a.Widening;
        var (height, width) = a.Inside;
        return new(
        [
            ("expand", new Linear(device, a.Latent, a.Features, he, random?.FoldIn(LayerStreams.Decoder1), Leaky)),
            ("unflatten", new Lambda(x => x.Reshape(-1, a.Width2, height, width))),
            .. Enumerable.Range(1, a.Halvings).Select(i => ($"deconv{i}", (Module)new ConvTranspose2d(
                device, widths[i - 1], widths[i], 4, Halving, he, random?.FoldIn(LayerStreams.Decoder(i, a.Halvings)), Leaky))),
            (OutputOf(a), new Conv2d(
                device, a.Width1, a.Sample[0], 3, Same, glorot, random?.FoldIn(LayerStreams.Decoder4), Activation.Sigmoid)),
            .. a.IsPadded ? [("crop", new Lambda(x => x.Slice(2, 0, a.Sample[1]).Slice(3, 0, a.Sample[2])))]
                : Array.Empty<(string, Module)>(),
        ]);
    }

    private static string OutputOf(Architecture a) => $"conv{a.Halvings + 1}";

    /// <summary>Images [N, C, H, W] up to a length of one of their sides, its last row or column again and again.</summary>
    private static Var Continued(Var x, int axis, int length)
    {
        int own = x.Shape[axis];
        int[] more = x.Shape.Sizes.ToArray();
        more[axis] = length - own;
        return own == length ? x : Var.Concat(axis, x, x.Slice(axis, own - 1, 1).Expand(Shape.Create(more)));
    }

    /// <inheritdoc/>
    public override Var Forward(Var x) => FromFeatures(Encoder.Forward(x));

    /// <summary>The reconstruction from stored features: what phase 2 repeats.</summary>
    public Var FromFeatures(Var features) => Decoder.Forward(Bottleneck.Forward(Latent.Forward(features)));

    /// <summary>What the decoder sees, [batch, z].</summary>
    public Var Encode(Var x) => Bottleneck.Forward(Latent.Forward(Encoder.Forward(x)));

    /// <summary>
    /// Freezes all but 𝓛, for phase 2. The parameters that a phase is given decide what moves. What is not trainable saves work: a frozen
    /// weight has no gradient, and the sweep does not visit a layer of which neither the weight nor the input has one.
    /// </summary>
    internal void FreezeAllButLatent()
    {
        SetTrainable(false);
        Latent.SetTrainable(true);
    }

    /// <summary>Starts the output at the mean element of the normal data: training begins with shapes rather than brightness.</summary>
    public void SetOutputMean(double mean)
    {
        if (Architecture.IsImage)
        {
            double p = Math.Clamp(mean, 1e-3, 1 - 1e-3);
            var bias = ((WeightedLayer)Decoder[OutputOf(Architecture)]).Bias!.Value;
            bias.Device.Backend.Fill(bias, Math.Log(p / (1 - p)));
        }
    }
}
