using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>
/// Images that are nearly normal: made of normal ones [channels, height, width] so that parts, grey values and scales stay those of the
/// domain while the whole does not.
/// </summary>
internal static class Distortions
{
    private const double SmallestPatch = 0.3, LargestPatch = 0.7, Bend = 0.08, FinestCut = 0.04, CoarsestCut = 0.12;
    private const int BendGrid = 4;

    /// <summary>Along each side of the finer grid that images are cut into.</summary>
    internal const int MostCells = 4;

    /// <summary>The smallest and the largest deviation of noise, in those of the columns.</summary>
    private const double LeastNoise = 0.05, MostNoise = 3;

    private const ulong NoiseStream = 1, CellsStream = 1, DownStream = 0, RightStream = 1;

    /// <summary>The cells of a grid of 2×2 or 4×4 change places; none stays.</summary>
    internal static float[] Shuffle(float[] image, float[] other, Shape sample, Philox random)
    {
        int cells = random.Uniform(0) < 0.5f ? 2 : MostCells, height = sample[1] / cells, width = sample[2] / cells;
        int[] cycle = random.FoldIn(CellsStream).Permutation(cells * cells), source = new int[cycle.Length];
        for (int i = 0; i < cycle.Length; i++)
        {
            source[cycle[i]] = cycle[(i + 1) % cycle.Length];
        }

        return Map(sample, (c, y, x) =>
        {
            int row = y / height, column = x / width;
            if (row >= cells || column >= cells)
            {
                return image[At(sample, c, y, x)];
            }

            int from = source[(row * cells) + column];
            return image[At(sample, c, ((from / cells) * height) + (y % height), ((from % cells) * width) + (x % width))];
        });
    }

    /// <summary>
    /// A rectangle of another normal image, from another place (cut and paste: Li, Sohn, Yoon, Pfister 2021, with two images).
    /// </summary>
    internal static float[] Paste(float[] image, float[] other, Shape sample, Philox random)
    {
        int height = Math.Max(1, (int)(sample[1] * Between(SmallestPatch, LargestPatch, random.Uniform(0)))),
            width = Math.Max(1, (int)(sample[2] * Between(SmallestPatch, LargestPatch, random.Uniform(1))));
        int top = random.Below(sample[1] - height + 1, 2), left = random.Below(sample[2] - width + 1, 3);
        int fromTop = random.Below(sample[1] - height + 1, 4), fromLeft = random.Below(sample[2] - width + 1, 5);
        return Map(sample, (c, y, x) => y >= top && y < top + height && x >= left && x < left + width
            ? other[At(sample, c, fromTop + y - top, fromLeft + x - left)]
            : image[At(sample, c, y, x)]);
    }

    /// <summary>
    /// Bent by a smooth random field of displacements (elastic distortion: Simard, Steinkraus, Platt 2003), farther than handwriting goes.
    /// </summary>
    internal static float[] Bent(float[] image, float[] other, Shape sample, Philox random)
    {
        int size = BendGrid * BendGrid;
        float[] down = new float[size], right = new float[size];
        random.FoldIn(DownStream).Normals(down);
        random.FoldIn(RightStream).Normals(right);
        return Map(sample, (c, y, x) =>
        {
            double v = (double)y / (sample[1] - 1) * (BendGrid - 1), h = (double)x / (sample[2] - 1) * (BendGrid - 1);
            double Field(float[] values) => Bilinear.Between(BendGrid, BendGrid, v, h, (i, j) => values[(i * BendGrid) + j]);
            return (float)Bilinear.Between(
                sample[1], sample[2], y + (Bend * sample[1] * (float)Field(down)), x + (Bend * sample[2] * (float)Field(right)), (i, j) =>
                image[At(sample, c, i, j)]);
        });
    }

    /// <summary>
    /// The coarse structure of one normal image and the fine structure of another (hybrid images: Oliva, Torralba, Schyns 2006).
    /// </summary>
    internal static float[] Hybrid(float[] image, float[] other, Shape sample, Philox random)
    {
        double deviation = Between(FinestCut, CoarsestCut, random.Uniform(0)) * Math.Min(sample[1], sample[2]);
        float[] coarse = Blur([.. image.Zip(other, (a, b) => a - b)], sample, deviation);
        return [.. other.Zip(coarse, (b, difference) => Math.Clamp(b + difference, 0, 1))];
    }

    /// <summary>A weighted mean of two normal samples; of vectors as well.</summary>
    internal static float[] Mixture(float[] sample, float[] other, Shape shape, Philox random)
    {
        float weight = (float)Between(0.3, 0.7, random.Uniform(0));
        return [.. sample.Zip(other, (a, b) => (weight * a) + ((1 - weight) * b))];
    }

    /// <summary>Each element of one of two vectors: values stay normal, their dependence is broken.</summary>
    internal static float[] Crossed(float[] sample, float[] other, Shape shape, Philox random) =>
        [.. sample.Zip(other, (a, b) => (a, b)).Select((pair, i) => random.Uniform((ulong)i) < 0.5f ? pair.a : pair.b)];

    /// <summary>
    /// Each element with normal noise, of one size for the vector: small and large ones are as likely by their ratio, in deviations.
    /// </summary>
    internal static float[] Noisy(float[] sample, float[] deviations, Philox random)
    {
        float[] noise = new float[sample.Length];
        random.FoldIn(NoiseStream).Normals(noise);
        float size = (float)(LeastNoise * Math.Pow(MostNoise / LeastNoise, random.Uniform(0)));
        return [.. sample.Select((x, j) => x + (size * deviations[j] * noise[j]))];
    }

    private static float[] Map(Shape sample, Func<int, int, int, float> value)
    {
        var result = new float[sample.Count];
        for (int i = 0, size = sample[1] * sample[2]; i < result.Length; i++)
        {
            result[i] = value(i / size, i % size / sample[2], i % sample[2]);
        }

        return result;
    }

    /// <summary>A Gaussian along the rows, then along the columns; the border repeats.</summary>
    private static float[] Blur(float[] image, Shape sample, double deviation)
    {
        int reach = (int)Math.Ceiling(3 * deviation);
        double[] kernel = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(i => Math.Exp(-i * i / (2 * deviation * deviation)))];
        double total = kernel.Sum();
        float[] Pass(float[] from, int down, int right) => Map(sample, (c, y, x) =>
        {
            double sum = 0;
            for (int i = -reach; i <= reach; i++)
            {
                sum += kernel[i + reach] * from[At(
                    sample, c, Math.Clamp(y + (i * down), 0, sample[1] - 1), Math.Clamp(x + (i * right), 0, sample[2] - 1))];
            }

            return (float)(sum / total);
        });
        return Pass(Pass(image, 0, 1), 1, 0);
    }

    private static double Between(double low, double high, double share) => low + ((high - low) * share);

    private static int At(Shape sample, int c, int y, int x) => (((c * sample[1]) + y) * sample[2]) + x;
}
