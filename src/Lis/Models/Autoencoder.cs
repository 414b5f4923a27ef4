using LisNative.Layers;
using LisNative.Random;

namespace LisNative.Models;

/// <summary>
/// The autoencoder of the paper's section 5.1: x̂ = 𝓓(𝓛(𝓔(x))) with an encoder 𝓔 of two convolutions, one linear latent layer 𝓛, and
/// a decoder 𝓓 of tanh, a linear layer, two transposed convolutions and a convolution with sigmoid; LeakyReLU between. For
/// plain vectors the convolutions become linear layers and the output has no sigmoid.
/// </summary>
public sealed class Autoencoder : Module
{
    private static readonly ConvGeometry Halving = new(2, 1), Same = new(1, 1);

    private Autoencoder(Architecture architecture, Sequential encoder, Linear latent, Sequential decoder)
    {
        Architecture = architecture;
        Encoder = encoder;
        Latent = latent;
        Decoder = decoder;
        Parameters = [.. encoder.Parameters, .. latent.Parameters.Select(p => ($"latent.{p.Name}", p.Value)), .. decoder.Parameters];
    }

    /// <summary>The sizes.</summary>
    public Architecture Architecture { get; }

    /// <summary>𝓔: a batch of samples to features [batch, features].</summary>
    public Sequential Encoder { get; }

    /// <summary>𝓛: features to the latent code before its tanh, the one layer that phase 2 trains.</summary>
    public Linear Latent { get; }

    /// <summary>𝓓: codes, through tanh, to reconstructions.</summary>
    public Sequential Decoder { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>A new network; the seed decides its weights.</summary>
    public static Autoencoder Create(Device device, Architecture architecture, Philox random) =>
        architecture.Checked().IsImage ? ForImages(device, architecture, random) : ForVectors(device, architecture, random);

    /// <inheritdoc/>
    public override Var Forward(Var x) => FromFeatures(Encoder.Forward(x));

    /// <summary>The reconstruction from stored features: what phase 2 repeats.</summary>
    public Var FromFeatures(Var features) => Decoder.Forward(Latent.Forward(features));

    /// <summary>Starts the output at the mean sample, so that training begins with shapes rather than brightness.</summary>
    /// <param name="mean">The mean over all elements of the normal data; in (0, 1) for images.</param>
    public void SetOutputMean(double mean)
    {
        if (Architecture.IsImage)
        {
            double p = Math.Clamp(mean, 1e-3, 1 - 1e-3);
            var bias = ((WeightedLayer)Decoder["conv3"]).Bias!.Value;
            bias.Device.Backend.Fill(bias, Math.Log(p / (1 - p)));
        }
    }

    private static Autoencoder ForImages(Device device, Architecture a, Philox random)
    {
        int channels = a.Sample[0], h = a.Sample[1] / 4, w = a.Sample[2] / 4, features = a.Width2 * h * w;
        Initialiser he = Initialisers.He, glorot = Initialisers.Glorot;
        const Activation Leaky = Activation.LeakyRelu;
        return new(a,
            new Sequential(
                ("conv1", new Conv2d(device, channels, a.Width1, 4, Halving, he, random.Split(1), Leaky)),
                ("conv2", new Conv2d(device, a.Width1, a.Width2, 4, Halving, he, random.Split(2), Leaky)),
                ("flatten", new Lambda(x => x.Flatten()))),
            new Linear(device, features, a.Latent, glorot, random.Split(3)),
            new Sequential(
                ("tanh", Lambda.Tanh()),
                ("expand", new Linear(device, a.Latent, features, he, random.Split(4), Leaky)),
                ("unflatten", new Lambda(x => x.Reshape(-1, a.Width2, h, w))),
                ("deconv1", new ConvTranspose2d(device, a.Width2, a.Width1, 4, Halving, he, random.Split(5), Leaky)),
                ("deconv2", new ConvTranspose2d(device, a.Width1, a.Width1, 4, Halving, he, random.Split(6), Leaky)),
                ("conv3", new Conv2d(device, a.Width1, channels, 3, Same, glorot, random.Split(7), Activation.Sigmoid))));
    }

    private static Autoencoder ForVectors(Device device, Architecture a, Philox random)
    {
        int length = a.Sample[0];
        Initialiser he = Initialisers.He, glorot = Initialisers.Glorot;
        const Activation Leaky = Activation.LeakyRelu;
        return new(a,
            new Sequential(
                ("hidden1", new Linear(device, length, a.Width1, he, random.Split(1), Leaky)),
                ("hidden2", new Linear(device, a.Width1, a.Width2, he, random.Split(2), Leaky))),
            new Linear(device, a.Width2, a.Latent, glorot, random.Split(3)),
            new Sequential(
                ("tanh", Lambda.Tanh()),
                ("hidden3", new Linear(device, a.Latent, a.Width2, he, random.Split(4), Leaky)),
                ("hidden4", new Linear(device, a.Width2, a.Width1, he, random.Split(5), Leaky)),
                ("output", new Linear(device, a.Width1, length, glorot, random.Split(6)))));
    }
}
