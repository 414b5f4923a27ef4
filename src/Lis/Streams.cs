namespace LisNative;

/// <summary>
/// What the random numbers of a fit are for, by name. Several names may share a number where no method uses both. The numbers stay as they
/// are: with others a seed would give another model.
/// </summary>
internal static class Streams
{
    /// <summary>Which normal samples are held out.</summary>
    internal const ulong HoldOut = 1;

    /// <summary>
    /// How negatives are augmented; which samples a kernel density keeps; among which samples a coreset is chosen; random Fourier features.
    /// </summary>
    internal const ulong Negatives = 2, KeptSamples = 2, Candidates = 2, RandomFeatures = 2;

    /// <summary>
    /// A network's weights at the start, within it <see cref="LayerStreams"/>; vectors from which principal components are sought; the
    /// projection in which a coreset is chosen.
    /// </summary>
    internal const ulong Weights = 3, Components = 3, Projection = 3;

    /// <summary>
    /// The first phase of training, within it <see cref="PhaseStreams"/>; a critic's weights; vectors from which principal component
    /// pursuit starts; the first sample of a coreset.
    /// </summary>
    internal const ulong Phase1 = 4, CriticWeights = 4, Pursuit = 4, FirstKept = 4;

    /// <summary>The second phase of training; the contest of generator and critic, within it <see cref="PhaseStreams"/>.</summary>
    internal const ulong Phase2 = 5, Contest = 5;

    /// <summary>Samples mixed to see whether a hyper-sphere has collapsed; the batches of an AnoGAN's encoder.</summary>
    internal const ulong Mixing = 6, Encoder = 6;

    /// <summary>Which places of normal pictures, and of negative ones, a method learns from.</summary>
    internal const ulong Places = 7, NegativePlaces = 8;

    /// <summary>Faults drawn to choose how the scores of places become a picture's.</summary>
    internal const ulong Aggregate = 9;

    /// <summary>Which normal samples, and which negatives, show when training gains no more.</summary>
    internal const ulong Validation = 10, ValidationNegatives = 11;

    /// <summary>The first tree of a forest; the others follow.</summary>
    internal const ulong FirstTree = 10;

    /// <summary>Normal samples that negatives are compared with.</summary>
    internal const ulong Compared = 12;

    /// <summary>Negatives where none are given, and the first of several methods whose scores are joined; the others follow.</summary>
    internal const ulong MadeNegatives = 13, FirstMember = 32;
}

/// <summary>What the random numbers of a phase are for.</summary>
internal static class PhaseStreams
{
    /// <summary>The order of the normal samples.</summary>
    internal const ulong Batches = 1;

    /// <summary>
    /// The order of the negatives where the latent layer is shaped; the weights of a read-out that only training uses; noise that becomes
    /// images for the generator's step.
    /// </summary>
    internal const ulong ShapingNegatives = 2, ReadOut = 2, GeneratorNoise = 2;

    /// <summary>The order of the negatives where a classifier learns; noise that becomes images for the critic's step.</summary>
    internal const ulong NegativeBatches = 3, CriticNoise = 3;

    /// <summary>Where between an image and a generated one the critic's slope is taken.</summary>
    internal const ulong Between = 4;

    /// <summary>Noise that is to be taken away, and how large each sample's is.</summary>
    internal const ulong Noise = 5, NoiseSize = 6;

    /// <summary>The order of the normal samples that others are compared with.</summary>
    internal const ulong Partners = 7;
}

/// <summary>Whose weights of a network the random numbers are.</summary>
internal static class LayerStreams
{
    /// <summary>The layers of the encoder, for images and for vectors alike.</summary>
    internal const ulong Encoder1 = 1, Encoder2 = 2;

    /// <summary>The latent layer.</summary>
    internal const ulong Latent = 3;

    /// <summary>The layers of the decoder.</summary>
    internal const ulong Decoder1 = 4, Decoder2 = 5, Decoder3 = 6, Decoder4 = 7;

    /// <summary>
    /// The linear output of a network without a decoder: a classifier's, and a critic's, which has no latent layer either.
    /// </summary>
    internal const ulong ReadOut = 4, CriticOutput = 3;

    /// <summary>The bottleneck.</summary>
    internal const ulong Bottleneck = 8;

    /// <summary>The further convolutions of an encoder and of a decoder that have more than two, less their number.</summary>
    private const ulong DeepEncoder = 16, DeepDecoder = 64;

    /// <summary>An encoder's convolution, counted from the image, from 1.</summary>
    internal static ulong Encoder(int layer) => layer switch { 1 => Encoder1, 2 => Encoder2, _ => DeepEncoder + (ulong)layer };

    /// <summary>A decoder's transposed convolution, counted from the code, from 1; the last two have those of a decoder of two.</summary>
    internal static ulong Decoder(int layer, int layers) => (layers - layer) switch
    {
        0 => Decoder3,
        1 => Decoder2,
        var before => DeepDecoder + (ulong)before,
    };
}
