namespace LisNative.Models;

/// <summary>
/// The sizes of an autoencoder. Two axes of width and a latent size; images are [channels, height, width], vectors [length].
/// </summary>
/// <param name="Sample">Shape of one sample.</param>
/// <param name="Width1">Channels of the outer convolutions, or units of the outer hidden layer.</param>
/// <param name="Width2">Channels of the inner convolutions, or units of the inner hidden layer.</param>
/// <param name="Latent">Size z of the latent layer: of all settings the one that decides most (paper, section 5.1).</param>
/// <param name="EncoderBias">Whether encoder and latent layer have biases.</param>
internal sealed record Architecture(Shape Sample, int Width1, int Width2, int Latent, bool EncoderBias = true)
{
    /// <summary>Length of the encoder's output: the inner width at a quarter of the image's height and width.</summary>
    public int Features => IsImage ? Width2 * (Sample[1] / 4) * (Sample[2] / 4) : Width2;

    /// <summary>Whether samples are images.</summary>
    public bool IsImage => Sample.Rank == 3;

    /// <summary>
    /// Numbers of all weights; those of the latent layer are counted twice, as a variational one or one before phase 2 is kept.
    /// </summary>
    internal long Weights => IsImage
        ? (16L * Width1 * (Sample[0] + (2L * Width2) + Width1)) + (9L * Width1 * Sample[0]) + (3 * Units[2] * Latent)
        : (2L * Width1 * ((long)Sample[0] + Width2)) + (3L * Width2 * Latent);

    /// <summary>Numbers that each layer makes of one sample, the sample itself first.</summary>
    internal long[] Units => IsImage
        ? [Sample.Count, (long)Width1 * (Sample[1] / 2) * (Sample[2] / 2), (long)Width2 * (Sample[1] / 4) * (Sample[2] / 4),
            (long)Width1 * (Sample[1] / 2) * (Sample[2] / 2), (long)Width1 * Sample[1] * Sample[2], Sample.Count]
        : [Sample.Count, Width1, Width2, Latent, Width2, Width1, Sample.Count];

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or an image's height or width is not a multiple of 4.</exception>
    public Architecture Checked()
    {
        if (Width1 < 1 || Width2 < 1 || Latent < 1)
        {
            throw new ArgumentException($"Architecture: widths {Width1}, {Width2} and latent size {Latent} must be positive");
        }

        if (Sample.Rank is not (1 or 3) || Sample.Count < 1)
        {
            throw new ArgumentException($"Architecture: samples must be [length] or [channels, height, width], found {Sample}");
        }

        if (IsImage && (Sample[1] % 4 != 0 || Sample[2] % 4 != 0))
        {
            throw new ArgumentException($"Architecture: image height and width must be multiples of 4, found {Sample[1]}×{Sample[2]}");
        }

        return this;
    }
}
