using System.Buffers.Binary;
using StbImageSharp;

namespace LisNative.Data;

/// <summary>A decoded image: bytes in channel, row, column order.</summary>
internal sealed record Picture(int Channels, int Height, int Width, byte[] Pixels)
{
    /// <summary>
    /// The most pixels that a byte of a file can stand for; a file that declares more is a bomb, and is refused before memory is taken for it. PNG: deflate yields 1032 bytes,
    /// of 8 pixels at least; JPEG: a bit for a block of 64 at least; BMP: one bit a pixel.
    /// </summary>
    private const int PngPixels = 8 * 1032, JpegPixels = 8 * 64, BmpPixels = 8;

    private const long MaxPixels = 1 << 28;

    /// <summary>Decodes PNG, JPEG or BMP; grey images keep one channel, colours three, transparency is dropped.</summary>
    internal static Picture Decode(byte[] bytes, string source)
    {
        using var stream = new Clamped(bytes);
        return FileReader.At(source, stream, () => Decode(bytes, stream));
    }

    private static Picture Decode(byte[] bytes, MemoryStream stream)
    {
        // The decoder knows more formats, by whatever looks like them.
        int each = bytes switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => PngPixels,
            [0xff, 0xd8, 0xff, ..] => JpegPixels,
            [(byte)'B', (byte)'M', ..] => BmpPixels,
            _ => throw new InvalidDataException($"expected a PNG, JPEG or BMP image, found {bytes.Length} bytes that begin otherwise"),
        };
        if (each == PngPixels)
        {
            CheckChunks(bytes, stream);
        }

        var info = ImageInfo.FromStream(stream) ?? throw new InvalidDataException("expected an image, found no header that can be read");
        if (info.Width <= 0 || info.Height <= 0 || (long)info.Width * info.Height > Math.Min(MaxPixels, (long)each * bytes.Length))
        {
            throw new InvalidDataException($"expected as many pixels as {bytes.Length} bytes can hold, found {info.Width}×{info.Height}");
        }

        bool grey = info.ColorComponents is ColorComponents.Grey or ColorComponents.GreyAlpha;
        stream.Position = 0;
        var image = ImageResult.FromStream(stream, grey ? ColorComponents.Grey : ColorComponents.RedGreenBlue);
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
    }

    /// <summary>The decoder takes memory for a chunk of whatever length is declared.</summary>
    private static void CheckChunks(byte[] bytes, MemoryStream stream)
    {
        const int Signature = 8, Name = 4, Around = 12;
        for (int at = Signature; bytes.Length - at > Name && !bytes.AsSpan(at + Name).StartsWith("IEND"u8);)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - Around)
            {
                stream.Position = at;
                throw new InvalidDataException($"expected a chunk of {length} bytes, found {bytes.Length - at - Around}");
            }

            at += Around + (int)length;
        }
    }

    /// <summary>The decoder seeks where a file sends it: beyond the end, where it would look for the end for ever, or back, to read the same again. Both are the end.</summary>
    private sealed class Clamped(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override long Seek(long offset, SeekOrigin loc) =>
            loc == SeekOrigin.Current && (offset < 0 || offset > Length - Position) ? base.Seek(0, SeekOrigin.End) : base.Seek(offset, loc);
    }

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
