using System.Buffers.Binary;
using System.Numerics;

namespace LisNative.Data;

/// <summary>BMP, not packed: with a palette, or with 16, 24 or 32 bits a pixel.</summary>
internal static class Bmp
{
    private const int FileHeader = 14, OldHeader = 12, Masks = 3, MasksWithAlpha = 6;

    internal static Picture<byte> Decode(byte[] bytes, long bound)
    {
        var header = bytes.AsSpan(FileHeader);
        int length = Int(header), offset = Int(bytes.AsSpan(10));
        bool old = length == OldHeader;
        if (length < OldHeader || length > header.Length || offset < FileHeader + length || offset > bytes.Length)
        {
            throw new InvalidDataException(
                $"expected a header and pixels behind it, found a header of {length} bytes and pixels at {offset}");
        }

        long rows = old ? Word(header[6..]) : Int(header[8..]);
        var (height, width) = Picture.Checked(
            Math.Abs(rows), old ? Word(header[4..]) : Int(header[4..]), 8L * bytes.Length, byte.MaxValue, bound);
        int depth = Word(header[(old ? 10 : 14)..]), packing = old ? 0 : Int(header[16..]);
        long stride = ((((long)width * depth) + 31) / 32) * 4;
        if (depth is not (1 or 4 or 8 or 16 or 24 or 32) || !(packing == 0 || (packing is Masks or MasksWithAlpha && depth is 16 or 32)))
        {
            throw new InvalidDataException(
                $"expected 1, 4, 8, 16, 24 or 32 bits a pixel, not packed, found {depth} bits in packing {packing}; save it as PNG");
        }

        if (height * stride > bytes.Length - offset)
        {
            throw new InvalidDataException(
                $"expected {height * stride} bytes of pixels, found {bytes.Length - offset}: the file is cut off");
        }

        var pixels = new Rows(bytes.AsMemory(offset), height, width, (int)stride, rows < 0);
        int entry = old ? 3 : 4;
        return depth <= 8 ? OfPalette(pixels, depth, bytes.AsSpan((FileHeader + length)..offset), entry)
            : OfMasks(pixels, depth / 8, packing == 0 ? Usual(depth) : Declared(bytes, length >= 56 || packing == MasksWithAlpha ? 4 : 3));
    }

    private readonly record struct Rows(ReadOnlyMemory<byte> Bytes, int Height, int Width, int Stride, bool Down)
    {
        /// <summary>The first row lies at the bottom, unless a negative height says otherwise.</summary>
        internal ReadOnlySpan<byte> this[int y] => Bytes.Span.Slice((Down ? y : Height - 1 - y) * Stride, Stride);
    }

    private static uint[] Declared(byte[] bytes, int count) =>
        [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(FileHeader + 40 + (4 * i))))];

    private static uint[] Usual(int depth) => depth == 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];

    /// <summary>A palette of greys makes a grey picture.</summary>
    private static Picture<byte> OfPalette(Rows rows, int depth, ReadOnlySpan<byte> palette, int entry)
    {
        int count = Math.Min(1 << depth, palette.Length / entry);
        bool grey = true;
        for (int i = 0; i < count; i++)
        {
            grey &= palette[i * entry] == palette[(i * entry) + 1] && palette[i * entry] == palette[(i * entry) + 2];
        }

        int channels = grey ? 1 : 3, size = rows.Height * rows.Width;
        var pixels = new byte[channels * size];
        for (int y = 0, at = 0; y < rows.Height; y++)
        {
            var row = rows[y];
            for (int x = 0; x < rows.Width; x++, at++)
            {
                int index = (row[x * depth / 8] >> (8 - depth - (x * depth % 8))) & ((1 << depth) - 1);
                for (int c = 0; c < channels; c++)
                {
                    pixels[(c * size) + at] = index < count ? palette[(index * entry) + 2 - c]
                        : throw new InvalidDataException($"expected colours of the palette of {count}, found {index}");
                }
            }
        }

        return new(channels, rows.Height, rows.Width, pixels);
    }

    private static Picture<byte> OfMasks(Rows rows, int each, uint[] masks)
    {
        uint[] used = masks is [_, _, _, 0] ? masks[..3] : masks;
        int[] shifts = [.. used.Select(BitOperations.TrailingZeroCount)];
        int size = rows.Height * rows.Width;
        var pixels = new byte[used.Length * size];
        for (int y = 0, at = 0; y < rows.Height; y++)
        {
            var row = rows[y];
            for (int x = 0; x < rows.Width; x++, at++)
            {
                uint value = 0;
                for (int b = 0; b < each; b++)
                {
                    value |= (uint)row[(x * each) + b] << (8 * b);
                }

                for (int c = 0; c < used.Length; c++)
                {
                    uint part = (value & used[c]) >> shifts[c], most = used[c] >> shifts[c];
                    pixels[(c * size) + at] = (byte)(most == 255 ? part : ((255UL * part) + (most / 2)) / Math.Max(1, most));
                }
            }
        }

        return new(used.Length, rows.Height, rows.Width, pixels);
    }

    private static int Int(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    private static int Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
