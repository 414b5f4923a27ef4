using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using LisNative.Data;

namespace LisNative.Cli;

/// <summary>Pixels of bytes as a PNG file (ISO/IEC 15948), each row with the filter that leaves least.</summary>
internal static class PngWriter
{
    private const int Header = 13, Filters = 5;

    /// <summary>A whole file.</summary>
    /// <param name="pixels">In row, column, channel order.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">1 for grey, 3 for RGB, 4 for RGB and how opaque it is.</param>
    /// <param name="text">A keyword, a zero and what it says; none when empty.</param>
    internal static byte[] Encode(byte[] pixels, int width, int channels, ReadOnlySpan<byte> text = default)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        Span<byte> header = stackalloc byte[Header];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], pixels.Length / (width * channels));
        (header[8], header[9]) = (8, (byte)(channels switch { 1 => 0, 3 => 2, _ => 6 }));
        Chunk(file, [.. "IHDR"u8, .. header]);
        if (text.Length > 0)
        {
            Chunk(file, [.. "tEXt"u8, .. text]);
        }

        Chunk(file, [.. "IDAT"u8, .. Packed(pixels, width * channels, channels)]);
        Chunk(file, "IEND"u8);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> named)
    {
        Span<byte> end = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(end, named.Length - end.Length);
        file.Write(end);
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(end, Crc32.HashToUInt32(named));
        file.Write(end);
    }

    private static byte[] Packed(byte[] pixels, int stride, int channels)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] above = new byte[stride];
            foreach (byte[] row in pixels.Chunk(stride))
            {
                zlib.Write(Enumerable.Range(0, Filters).Select(f => Filtered(f, row, above, channels)).MinBy(f => f.Size).Row);
                above = row;
            }
        }

        return packed.ToArray();
    }

    /// <summary>A row less what a filter foretells of it, and how far from 0 that is.</summary>
    private static (int Size, byte[] Row) Filtered(int filter, byte[] row, byte[] above, int channels)
    {
        var (size, result) = (0, new byte[row.Length + 1]);
        result[0] = (byte)filter;
        for (int i = 0; i < row.Length; i++)
        {
            var (left, corner) = i < channels ? (0, 0) : (row[i - channels], above[i - channels]);
            int foretold = filter switch
            {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => PngRows.Paeth(left, above[i], corner),
            };
            result[i + 1] = (byte)(row[i] - foretold);
            size += Math.Abs((int)(sbyte)result[i + 1]);
        }

        return (size, result);
    }
}
