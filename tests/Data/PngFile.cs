using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using StbImageWriteSharp;

namespace LisNative.Tests.Data;

/// <summary>PNG files as an image editor would save them, and of every other kind.</summary>
internal static class PngFile
{
    /// <summary>Of a colour for each row and column, or of its first component alone.</summary>
    internal static byte[] Of(int height, int width, bool colour, Func<int, int, (byte, byte, byte)> pixel)
    {
        byte[] Bytes(int i)
        {
            var (red, green, blue) = pixel(i / width, i % width);
            return colour ? [red, green, blue] : [red];
        }

        using var memory = new MemoryStream();
        byte[] pixels = [.. Enumerable.Range(0, height * width).SelectMany(Bytes)];
        new ImageWriter().WritePng(pixels, width, height, colour ? ColorComponents.RedGreenBlue : ColorComponents.Grey, memory);
        return memory.ToArray();
    }

    /// <summary>Of samples [height, width, samples of a pixel], every row with another filter.</summary>
    internal static byte[] Of(
        int height, int width, int kind, int depth, int[] samples, bool interlaced = false, params (string Name, byte[] Data)[] chunks)
    {
        (int X, int Y, int Dx, int Dy)[] passes = !interlaced ? [(0, 0, 1, 1)]
            : [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        int each = samples.Length / (height * width), filter = 0;
        List<byte> rows = [];
        foreach (var (x0, y0, dx, dy) in passes)
        {
            byte[] above = new byte[8 * width * each];
            for (int y = y0; y < height && x0 < width; y += dy)
            {
                var columns = Enumerable.Range(0, (width - x0 + dx - 1) / dx).Select(i => x0 + (i * dx));
                var values = columns.SelectMany(x => samples.Skip(((y * width) + x) * each).Take(each));
                byte[] row = Packed([.. values], depth);
                rows.AddRange(Filtered(filter % 5, row, above, Math.Max(1, each * depth / 8)));
                (above, filter) = ([.. row, .. new byte[8]], filter + 1);
            }
        }

        byte[] header = [.. FileFormats.Big(width, height), (byte)depth, (byte)kind, 0, 0, (byte)(interlaced ? 1 : 0)];
        return Of([("IHDR", header), .. chunks, ("IDAT", Zlib([.. rows])), ("IEND", [])]);
    }

    /// <summary>Of chunks, with their checksums.</summary>
    internal static byte[] Of(params IEnumerable<(string Name, byte[] Data)> chunks) =>
        [0x89, .. "PNG\r\n\x1a\n"u8, .. chunks.SelectMany(c => Chunk([.. Encoding.ASCII.GetBytes(c.Name), .. c.Data]))];

    internal static byte[] Zlib(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>The same bytes with the checksums that its chunks should have, as far as chunks can be told.</summary>
    internal static byte[] Signed(byte[] bytes)
    {
        byte[] signed = [.. bytes];
        for (long at = 8, length; at + 12 <= signed.Length; at += 12 + length)
        {
            length = BinaryPrimitives.ReadUInt32BigEndian(signed.AsSpan((int)at));
            if (at + 12 + length <= signed.Length)
            {
                uint sum = Crc32.HashToUInt32(signed.AsSpan((int)at + 4, (int)length + 4));
                BinaryPrimitives.WriteUInt32BigEndian(signed.AsSpan((int)(at + 8 + length)), sum);
            }
        }

        return signed;
    }

    private static byte[] Chunk(byte[] named)
    {
        byte[] sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(named));
        return [.. FileFormats.Big(named.Length - 4), .. named, .. sum];
    }

    private static byte[] Packed(int[] values, int depth) => depth == 16
        ? [.. values.SelectMany(v => new[] { (byte)(v >> 8), (byte)v })]
        : [.. values.Chunk(8 / depth).Select(some => (byte)some.Select((v, i) => v << (8 - depth - (i * depth))).Sum())];

    private static byte[] Filtered(int filter, byte[] row, byte[] above, int pixel)
    {
        int At(byte[] bytes, int i) => i < 0 ? 0 : bytes[i];
        int Paeth(int left, int up, int corner)
        {
            int whole = left + up - corner;
            return new[] { left, up, corner }.MinBy(v => Math.Abs(whole - v));
        }

        int Guess(int i) => filter switch
        {
            0 => 0,
            1 => At(row, i - pixel),
            2 => above[i],
            3 => (At(row, i - pixel) + above[i]) / 2,
            _ => Paeth(At(row, i - pixel), above[i], At(above, i - pixel)),
        };
        return [(byte)filter, .. row.Select((v, i) => (byte)(v - Guess(i)))];
    }
}
