using StbImageSharp;

namespace LisNative.Data;

/// <summary>A decoded image: bytes in channel, row, column order.</summary>
internal sealed record Picture(int Channels, int Height, int Width, byte[] Pixels)
{
    /// <summary>Decodes PNG, JPEG, BMP or GIF; grey images keep one channel, colours three, transparency is dropped.</summary>
    internal static Picture Decode(byte[] bytes, string source) => FileReader.Guard(source, () =>
    {
        ImageResult image;
        try
        {
            using var stream = new MemoryStream(bytes);
            var info = ImageInfo.FromStream(stream);
            bool grey = info?.ColorComponents is ColorComponents.Grey or ColorComponents.GreyAlpha;
            image = ImageResult.FromMemory(bytes, grey ? ColorComponents.Grey : ColorComponents.RedGreenBlue);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The decoder reports damage with exceptions of many types.
            throw new InvalidDataException($"not a PNG or JPEG image of {bytes.Length} bytes: {e.Message}", e);
        }

        int channels = image.Comp == ColorComponents.Grey ? 1 : 3, size = image.Width * image.Height;
        var planar = new byte[channels * size];
        for (int i = 0; i < size; i++)
        {
            for (int c = 0; c < channels; c++)
            {
                planar[(c * size) + i] = image.Data[(i * channels) + c];
            }
        }

        return new Picture(channels, image.Height, image.Width, planar);
    });

    /// <summary>Scaled to another size by averaging over the area of each new pixel.</summary>
    internal Picture Resize(int height, int width)
    {
        if (height == Height && width == Width)
        {
            return this;
        }

        var result = new byte[Channels * height * width];
        double dy = (double)Height / height, dx = (double)Width / width;
        for (int c = 0, at = 0; c < Channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    result[at++] = (byte)Math.Round(Area(c, y * dy, (y + 1) * dy, x * dx, (x + 1) * dx));
                }
            }
        }

        return new(Channels, height, width, result);
    }

    private double Area(int channel, double top, double bottom, double left, double right)
    {
        double sum = 0;
        for (int y = (int)top; y < Math.Min(Height, Math.Ceiling(bottom)); y++)
        {
            double high = Math.Min(bottom, y + 1) - Math.Max(top, y);
            for (int x = (int)left; x < Math.Min(Width, Math.Ceiling(right)); x++)
            {
                sum += high * (Math.Min(right, x + 1) - Math.Max(left, x)) * Pixels[(((channel * Height) + y) * Width) + x];
            }
        }

        return sum / ((bottom - top) * (right - left));
    }
}
