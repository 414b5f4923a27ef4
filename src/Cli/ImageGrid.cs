using BigGustave;
using LisNative.Data;
using LisNative.Layers;

namespace LisNative.Cli;

/// <summary>Rows of small images as one PNG; the frame of a column says what its sample is.</summary>
internal static class ImageGrid
{
    private const int Zoom = 3, Frame = 2;

    private static readonly Pixel Normal = new(46, 160, 67), Anomalous = new(218, 54, 51);

    /// <summary>Writes a grid.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="sample">[channels, height, width] of every image.</param>
    /// <param name="rows">Each row's images one after another, values in [0, 1].</param>
    /// <param name="normal">How many columns, from the left, are normal (green); the others are anomalies (red).</param>
    internal static void Write(string path, Shape sample, IReadOnlyList<float[]> rows, int normal)
    {
        int columns = rows[0].Length / sample.Count, height = (sample[1] * Zoom) + (2 * Frame), width = (sample[2] * Zoom) + (2 * Frame);
        var png = PngBuilder.Create(columns * width, rows.Count * height, hasAlphaChannel: false);
        for (int r = 0; r < rows.Count; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                for (int y = 0; y < height; y++)
                {
                    for (int x = 0; x < width; x++)
                    {
                        bool frame = y < Frame || x < Frame || y >= height - Frame || x >= width - Frame;
                        var pixel = frame ? (c < normal ? Normal : Anomalous) : At(rows[r], c, sample, (y - Frame) / Zoom, (x - Frame) / Zoom);
                        png.SetPixel(pixel, (c * width) + x, (r * height) + y);
                    }
                }
            }
        }

        AtomicFile.Write(path, stream => png.Save(stream));
    }

    private static Pixel At(float[] images, int image, Shape sample, int y, int x)
    {
        byte Channel(int c) => (byte)Math.Clamp(255 * images[(((((image * sample[0]) + c) * sample[1]) + y) * sample[2]) + x], 0, 255);
        byte red = Channel(0);
        return sample[0] == 3 ? new(red, Channel(1), Channel(2)) : new(red, red, red);
    }

    /// <summary>The first samples as floats in [0, 1].</summary>
    internal static float[] Floats(Dataset set)
    {
        var values = new float[set.Count * set.Sample.Count];
        set.Read([.. Enumerable.Range(0, set.Count)], values);
        return values;
    }
}
