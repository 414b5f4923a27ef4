using LisNative.Data;

namespace LisNative.Cli.Inspecting;

/// <summary>A picture small enough for a page that holds a score of them.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Png">A whole file.</param>
internal sealed record Thumbnail(int Height, int Width, byte[] Png)
{
    /// <summary>Twenty of that size, as text, are below three megabytes.</summary>
    private const int MostBytes = 100_000;

    /// <summary>Of a map: as many as are told apart; fewer pack better.</summary>
    private const int Tones = 64;

    /// <summary>The longer side, the largest first, until the file is small enough; noise in colours hardly packs.</summary>
    private static readonly int[] Sides = [256, 192, 128];

    /// <summary>Whether samples of a shape are pictures, grey or in colours.</summary>
    internal static bool CanShow(Shape sample) => sample.Rank == 3 && sample[0] is 1 or 3;

    /// <summary>A picture in its own colours and proportions, no larger than it is.</summary>
    internal static Thumbnail OfFile(string path, ReadOptions how)
    {
        var picture = Picture.Read(FileReader.ReadAll(path), path, how with { Size = null, Colour = null });
        Thumbnail? found = null;
        foreach (int side in Sides)
        {
            double scale = Math.Min(1, side / (double)Math.Max(picture.Height, picture.Width));
            int Scaled(int length) => Math.Max(1, (int)Math.Round(length * scale));
            var small = picture.Resize(Scaled(picture.Height), Scaled(picture.Width));
            var values = new float[small.Shape.Count];
            small.CopyTo(values, how.Range, path);
            found = Of(values, small.Shape);
            if (found.Png.Length <= MostBytes)
            {
                break;
            }
        }

        return found!;
    }

    /// <summary>The first sample of a set as it is; values outside of 0 to 1 are cut.</summary>
    internal static Thumbnail Of(Dataset sample)
    {
        var values = new float[sample.SampleShape.Count];
        sample.Read([0], values);
        return Of(values, sample.SampleShape);
    }

    private static Thumbnail Of(float[] values, Shape shape)
    {
        var (channels, pixels) = (shape[0], shape[1] * shape[2]);
        var bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Math.Clamp(MathF.Round(255 * values[(i % channels * pixels) + (i / channels)]), 0, 255);
        }

        return new(shape[1], shape[2], PngWriter.Encode(bytes, shape[2], channels));
    }

    /// <summary>
    /// A map of scores to lie over a picture: what is lowest is transparent, then red, and yellow what is highest.
    /// </summary>
    internal static Thumbnail OfMap(float[] map, int height, int width, float low, float high)
    {
        var bytes = new byte[4 * map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            float share = MathF.Round(Math.Clamp((map[i] - low) / Math.Max(high - low, float.Epsilon), 0, 1) * Tones) / Tones;
            (bytes[4 * i], bytes[(4 * i) + 1]) = (255, (byte)(255 * Math.Clamp((2 * share) - 1, 0, 1)));
            bytes[(4 * i) + 3] = (byte)(220 * Math.Min(1, 1.5f * share));
        }

        return new(height, width, PngWriter.Encode(bytes, width, channels: 4));
    }
}
