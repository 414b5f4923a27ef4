using LisNative.Data;
using StbImageWriteSharp;

namespace LisNative.Cli.Inspecting;

/// <summary>A picture small enough for a page that holds a score of them.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Png">A whole file.</param>
internal sealed record Thumbnail(int Height, int Width, byte[] Png)
{
    /// <summary>Twenty of that size, as text, are below three megabytes.</summary>
    private const int MostBytes = 100_000;

    /// <summary>The longer side, the largest first, until the file is small enough; noise in colours hardly packs.</summary>
    private static readonly int[] Sides = [256, 192, 128];

    /// <summary>Whether samples of a shape are pictures, grey or in colours.</summary>
    internal static bool CanShow(Shape sample) => sample.Rank == 3 && sample[0] is 1 or 3;

    /// <summary>A picture in its own proportions, no larger than it is.</summary>
    internal static Thumbnail OfFile(string path, ReadOptions how)
    {
        var (height, width) = TestSet.SizeOf(path);
        Thumbnail? found = null;
        foreach (int side in Sides)
        {
            double scale = Math.Min(1, side / (double)Math.Max(height, width));
            var size = (Math.Max(1, (int)Math.Round(height * scale)), Math.Max(1, (int)Math.Round(width * scale)));
            found = Of(ImageFiles.ReadFile(path, how with { Sample = null, Size = size }));
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
        var (channels, height, width) = (sample.SampleShape[0], sample.SampleShape[1], sample.SampleShape[2]);
        var values = new float[sample.SampleShape.Count];
        sample.Read([0], values);
        var bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            int channel = i % channels, pixel = i / channels;
            bytes[i] = (byte)Math.Clamp(MathF.Round(255 * values[(channel * height * width) + pixel]), 0, 255);
        }

        return new(height, width, Encode(bytes, width, height, channels == 3 ? ColorComponents.RedGreenBlue : ColorComponents.Grey));
    }

    /// <summary>
    /// A map of scores to lie over a picture: what is lowest is transparent, then red, and yellow what is highest.
    /// </summary>
    internal static Thumbnail OfMap(float[] map, int height, int width, float low, float high)
    {
        var bytes = new byte[4 * map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            float share = Math.Clamp((map[i] - low) / Math.Max(high - low, float.Epsilon), 0, 1);
            (bytes[4 * i], bytes[(4 * i) + 1]) = (255, (byte)(255 * Math.Clamp((2 * share) - 1, 0, 1)));
            bytes[(4 * i) + 3] = (byte)(220 * Math.Min(1, 1.5f * share));
        }

        return new(height, width, Encode(bytes, width, height, ColorComponents.RedGreenBlueAlpha));
    }

    private static byte[] Encode(byte[] bytes, int width, int height, ColorComponents components)
    {
        using var memory = new MemoryStream();
        new ImageWriter().WritePng(bytes, width, height, components, memory);
        return memory.ToArray();
    }
}
