using System.Numerics;

namespace LisNative.Models;

/// <summary>
/// The sizes of an autoencoder. Two axes of width and a latent size; images are [channels, height, width], vectors [length].
/// </summary>
/// <param name="Sample">Shape of one sample.</param>
/// <param name="Width1">Channels of the outer convolutions, or units of the outer hidden layer.</param>
/// <param name="Width2">Channels of the inner convolutions, or units of the inner hidden layer.</param>
/// <param name="Latent">Size z of the latent layer: of all settings the one that decides most (paper, section 5.1).</param>
/// <param name="EncoderBias">Whether encoder and latent layer have biases.</param>
/// <param name="Depth">How often an image is halved; null for as often as its size asks for.</param>
internal sealed record Architecture(Shape Sample, int Width1, int Width2, int Latent, bool EncoderBias = true, int? Depth = null)
{
    /// <summary>The longer side of the innermost map at most, and its pixels where an image is too narrow for that.</summary>
    private const int LongestInside = 8, MostInside = LongestInside * LongestInside;

    /// <summary>As in the paper: an image of 28×28 or 32×32 is halved so often, and a smaller one as well.</summary>
    private const int FewestHalvings = 2;

    /// <summary>Whether samples are images.</summary>
    public bool IsImage => Sample.Rank == 3;

    /// <summary>
    /// Convolutions that halve: until the longer side is 8 at most; of a narrow image until its shorter side is 1 and 64 pixels are left.
    /// So the latent layer has at most 64 · <see cref="Width2"/> inputs, whatever the image.
    /// </summary>
    public int Halvings
    {
        get
        {
            int n = Depth ?? FewestHalvings;
            for (; Depth is null; n++)
            {
                var (height, width) = (Halved(Sample[1], n), Halved(Sample[2], n));
                if ((long)height * width <= MostInside && (Math.Max(height, width) <= LongestInside || Math.Min(height, width) == 1))
                {
                    break;
                }
            }

            return n;
        }
    }

    /// <summary>Height and width of the innermost map.</summary>
    public (int Height, int Width) Inside => (Halved(Sample[1], Halvings), Halved(Sample[2], Halvings));

    /// <summary>Height and width that can be halved so often: what an image is padded to, and its reconstruction cropped from.</summary>
    public (int Height, int Width) Padded => (Inside.Height << Halvings, Inside.Width << Halvings);

    /// <summary>Length of the encoder's output.</summary>
    public int Features => IsImage ? Width2 * Inside.Height * Inside.Width : Width2;

    /// <summary>Channels after each halving, the image's first.</summary>
    internal int[] Narrowing =>
        [Sample[0], .. Enumerable.Range(1, Halvings).Select(i => i == 1 && Halvings > 1 ? Width1 : Width2)];

    /// <summary>Channels before and after each doubling.</summary>
    internal int[] Widening => [Width2, .. Enumerable.Range(1, Halvings).Select(i => i >= Halvings - 1 ? Width1 : Width2)];

    /// <summary>
    /// Numbers of all weights; those of the latent layer are counted twice, as a variational one or one before phase 2 is kept.
    /// </summary>
    internal long Weights => IsImage
        ? (16 * (Pairs(Narrowing) + Pairs(Widening))) + (9L * Width1 * Sample[0]) + (3L * Features * Latent)
        : (2L * Width1 * ((long)Sample[0] + Width2)) + (3L * Width2 * Latent);

    /// <summary>Numbers that each layer makes of one sample, the sample itself first.</summary>
    internal long[] Units
    {
        get
        {
            if (!IsImage)
            {
                return [Sample.Count, Width1, Width2, Latent, Width2, Width1, Sample.Count];
            }

            long Map(int channels, int halvings) => (long)channels * (Padded.Height >> halvings) * (Padded.Width >> halvings);
            return
            [
                Sample.Count, .. IsPadded ? [Map(Sample[0], 0)] : Array.Empty<long>(),
                .. Narrowing.Select(Map).Skip(1), .. Widening.Select((channels, i) => Map(channels, Halvings - i)).Skip(1),
                Map(Sample[0], 0),
            ];
        }
    }

    /// <summary>Whether its height and width can be halved as they are.</summary>
    internal bool IsPadded => Padded != (Sample[1], Sample[2]);

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or an image is halved until nothing is left.</exception>
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

        int most = IsImage ? Math.Max(FewestHalvings, BitOperations.Log2((uint)((2L * Math.Max(Sample[1], Sample[2])) - 1))) : 0;
        return !IsImage || Halvings <= most ? this
            : throw new ArgumentException($"Architecture: expected a depth of 1 to {most} for images {Sample}, found {Depth}");
    }

    private static int Halved(int side, int times) => (int)((side + (1L << times) - 1) >> times);

    private static long Pairs(int[] channels) => channels.Zip(channels.Skip(1), (a, b) => (long)a * b).Sum();
}
