namespace LisNative.Cli;

/// <summary>Rows of small images as one PNG; its frame says what each is.</summary>
internal static class ImageGrid
{
    private const int Zoom = 3, MostFrame = 2;

    /// <summary>A larger picture is zoomed less, and then shows every second pixel, third, and so on.</summary>
    private const long MostBytes = 1L << 27;

    private static readonly (byte, byte, byte) Normal = (46, 160, 67), Anomalous = (218, 54, 51);

    /// <summary>Writes what <see cref="Encode"/> makes.</summary>
    internal static void Write(string path, Shape sample, IReadOnlyList<float[]> rows, Func<int, int, bool> isNormal, int zoom = Zoom)
    {
        byte[] png = Encode(sample, rows, isNormal, zoom);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>A grid as a PNG.</summary>
    /// <param name="sample">[channels, height, width] of every image.</param>
    /// <param name="rows">Each row's images one after another, values in [0, 1].</param>
    /// <param name="isNormal">Whether the image of a row and a column is framed green as normal, or red.</param>
    /// <param name="zoom">Pixels of the picture for one of an image; a page enlarges by itself.</param>
    internal static byte[] Encode(Shape sample, IReadOnlyList<float[]> rows, Func<int, int, bool> isNormal, int zoom = Zoom)
    {
        int columns = rows[0].Length / sample.Count;
        (zoom, int each) = Scale(sample, (long)rows.Count * columns, zoom);
        int frame = Math.Min(MostFrame, zoom), height = (sample[1] / each * zoom) + (2 * frame),
            width = (sample[2] / each * zoom) + (2 * frame);
        var pixels = new byte[3 * rows.Count * height * columns * width];
        for (int r = 0; r < rows.Count; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                for (int y = 0; y < height; y++)
                {
                    for (int x = 0; x < width; x++)
                    {
                        bool framed = y < frame || x < frame || y >= height - frame || x >= width - frame;
                        var (red, green, blue) = framed ? (isNormal(r, c) ? Normal : Anomalous)
                            : At(rows[r], c, sample, (y - frame) / zoom * each, (x - frame) / zoom * each);
                        int at = 3 * ((((r * height) + y) * columns * width) + (c * width) + x);
                        (pixels[at], pixels[at + 1], pixels[at + 2]) = (red, green, blue);
                    }
                }
            }
        }

        // It says what made it, so that it is known again.
        return PngWriter.Encode(pixels, columns * width, channels: 3, "Software\0lisnative"u8);
    }

    /// <summary>How often a pixel is repeated, and every which of them is shown.</summary>
    internal static (int Zoom, int Each) Scale(Shape sample, long images, int zoom)
    {
        int each = 1;
        while (3 * images * zoom * zoom * (sample[1] / each) * (sample[2] / each) > MostBytes)
        {
            (zoom, each) = zoom > 1 ? (zoom - 1, 1) : (1, each + 1);
        }

        return (zoom, each);
    }

    private static (byte Red, byte Green, byte Blue) At(float[] images, int image, Shape sample, int y, int x)
    {
        byte Channel(int c) => (byte)Math.Clamp(255 * images[(((((image * sample[0]) + c) * sample[1]) + y) * sample[2]) + x], 0, 255);
        byte red = Channel(0);
        return sample[0] == 3 ? (red, Channel(1), Channel(2)) : (red, red, red);
    }
}
