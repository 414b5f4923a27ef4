using LisNative.Random;

namespace LisNative.Data;

/// <summary>
/// Variants of negative examples (paper, section 5.1: Gaussian blurring, random cropping, horizontal and vertical flipping). Each is
/// applied with probability one half, cropping with one that can be chosen; which, is decided by the generator alone.
/// </summary>
internal static class Augmentation
{
    private const ulong OrderStream = 0, FirstVariantStream = 1;

    /// <summary>What is cropped, and how far, when nothing else is asked for.</summary>
    internal const double CropShare = 0.5, SmallestCrop = 0.6;

    private const double BlurDeviation = 0.8;

    /// <summary>Numbers in all that are made from what is given: 32,768 colour images of 32×32 and a third more.</summary>
    internal const long MostMade = 1L << 27;

    /// <summary>
    /// A fixed set of at most <paramref name="most"/> negatives, at least a batch of them: images augmented where asked for, anything else
    /// as it is.
    /// </summary>
    internal static Dataset Pool(Dataset negatives, bool augment, int most, int batch, Philox random, double cropShare = CropShare,
        double smallestCrop = SmallestCrop, long held = MostMade)
    {
        int count = PoolCount(negatives, augment, most, batch);
        if (augment && negatives.IsBytes)
        {
            return Enlarge(negatives, count, random, cropShare, smallestCrop, held);
        }

        int[] order = random.Permutation(negatives.Count);
        var chosen = negatives.Select(negatives.Name,
            [.. Enumerable.Range(0, Math.Min(most, Math.Max(batch, negatives.Count))).Select(i => order[i % order.Length])]);
        return (long)count * negatives.SampleShape.Count <= held ? chosen.Held() : chosen;
    }

    /// <summary>How many images are made of such negatives; none where they are held already, and taken as they are.</summary>
    internal static int PoolCount(Dataset? negatives, bool augment, int most, int batch) =>
        negatives is null ? 0
        : negatives.IsBytes && augment ? Affordable(negatives.SampleShape, most, Math.Max(batch, negatives.Count))
        : negatives.IsMade ? Math.Min(most, Math.Max(batch, negatives.Count)) : 0;

    /// <summary>
    /// How many samples to make where at most so many are wanted: fewer of large ones, so that memory follows the data, but as many as are
    /// given.
    /// </summary>
    /// <remarks>It depends on nothing but the data, so that results do not depend on the machine.</remarks>
    internal static int Affordable(Shape sample, int most, int given) =>
        Math.Min(most, Math.Max(given, Dataset.RowsWithin(MostMade, sample.Count)));

    /// <summary>
    /// <paramref name="count"/> images drawn from a set in a fixed random order: first every original, then augmented ones. Each has random
    /// numbers of its own, so that what is not held is made whenever it is looked at, the same bytes again.
    /// </summary>
    public static Dataset Enlarge(Dataset set, int count, Philox random, double cropShare = CropShare, double smallestCrop = SmallestCrop,
        long held = MostMade)
    {
        int[] order = random.FoldIn(OrderStream).Permutation(set.Count);
        return Dataset.Made(
            $"{set.Name} (augmented)", set.SampleShape, [.. Enumerable.Range(0, count).Select(i => set.Labels[order[i % set.Count]])], i =>
            {
                byte[] image = set.Pixels(order[i % set.Count]).ToArray();
                return i < set.Count ? image
                    : Variant(image, set.SampleShape, random.FoldIn(FirstVariantStream + (ulong)i), cropShare, smallestCrop);
            }, held);
    }

    /// <summary>One random variant of an image [channels, height, width]; a crop has at least this share of the image's sides.</summary>
    public static byte[] Variant(byte[] image, Shape sample, Philox random, double cropShare = CropShare,
        double smallestCrop = SmallestCrop)
    {
        var picture = new Picture<byte>(sample[0], sample[1], sample[2], image);
        picture = random.Uniform(0) < 0.5f ? Map(picture, (c, y, x) => picture.At(c, y, picture.Width - 1 - x)) : picture;
        var flipped = picture;
        picture = random.Uniform(1) < 0.5f ? Map(flipped, (c, y, x) => flipped.At(c, flipped.Height - 1 - y, x)) : flipped;
        picture = random.Uniform(2) < cropShare ? Crop(picture, random, smallestCrop) : picture;
        return (random.Uniform(3) < 0.5f ? Blur(picture) : picture).Pixels;
    }

    /// <summary>A random window of the smallest to 100 % of each side, scaled back by bilinear interpolation.</summary>
    private static Picture<byte> Crop(Picture<byte> p, Philox random, double smallest)
    {
        double scale = smallest + ((1 - smallest) * random.Uniform(4));
        double top = (1 - scale) * (p.Height - 1) * random.Uniform(5), left = (1 - scale) * (p.Width - 1) * random.Uniform(6);
        return Map(p, (c, y, x) => Bilinear.Between(p.Height, p.Width, top + (y * scale), left + (x * scale), (v, h) => p.At(c, v, h)));
    }

    /// <summary>A Gaussian of 3×3 pixels; the border repeats.</summary>
    private static Picture<byte> Blur(Picture<byte> p)
    {
        double side = Math.Exp(-1 / (2 * BlurDeviation * BlurDeviation)), total = 1 + (2 * side);
        double[] kernel = [side / total, 1 / total, side / total];
        return Map(p, (c, y, x) =>
        {
            double sum = 0;
            for (int i = -1; i <= 1; i++)
            {
                for (int j = -1; j <= 1; j++)
                {
                    sum += kernel[i + 1] * kernel[j + 1] * p.At(c, Math.Clamp(y + i, 0, p.Height - 1), Math.Clamp(x + j, 0, p.Width - 1));
                }
            }

            return sum;
        });
    }

    private static byte At(this Picture<byte> p, int c, int y, int x) => p.Pixels[(((c * p.Height) + y) * p.Width) + x];

    private static Picture<byte> Map(Picture<byte> p, Func<int, int, int, double> value)
    {
        var result = new byte[p.Pixels.Length];
        for (int c = 0, at = 0; c < p.Channels; c++)
        {
            for (int y = 0; y < p.Height; y++)
            {
                for (int x = 0; x < p.Width; x++)
                {
                    result[at++] = (byte)Math.Round(value(c, y, x));
                }
            }
        }

        return p with { Pixels = result };
    }
}
