using System.Buffers.Binary;

namespace LisNative.Data;

/// <summary>
/// What the samples of a PNG of at most 8 bits mean: for each plane of the picture the byte of every sample, or the samples themselves.
/// </summary>
internal sealed class PngColours
{
    /// <summary>A plane's byte for each sample; none where a pixel has several samples, which are bytes themselves.</summary>
    internal byte[][] Tables { get; }

    /// <summary>
    /// The samples of the one colour that is transparent; none where there is no such colour, or where the tables know it.
    /// </summary>
    internal byte[] Key { get; } = [];

    /// <summary>The number of different samples.</summary>
    internal int Count { get; }

    internal PngColours(PngHeader header, byte[] palette, byte[] transparent)
    {
        Count = header.Kind == PngHeader.Palette ? palette.Length / 3 : 1 << header.Depth;
        Tables = header.Kind switch
        {
            PngHeader.Palette => OfPalette(palette, transparent),
            PngHeader.Grey => OfGrey(Count, transparent),
            _ => [],
        };
        Key = header.Kind == PngHeader.Rgb ? [.. KeyOf(transparent, header.Samples).Select(k => (byte)k)] : [];
    }

    /// <summary>The samples of the transparent colour.</summary>
    internal static ushort[] KeyOf(byte[] transparent, int samples) => transparent.Length == 0 ? []
        : transparent.Length == 2 * samples ? [.. transparent.Chunk(2).Select(pair => BinaryPrimitives.ReadUInt16BigEndian(pair))]
        : throw new InvalidDataException($"expected a transparent colour of {samples} samples, found {transparent.Length} bytes");

    private static byte[][] OfGrey(int count, byte[] transparent)
    {
        byte[] greys = [.. Enumerable.Range(0, count).Select(i => (byte)(i * 255 / (count - 1)))];
        return KeyOf(transparent, 1) is [var key] ? [greys, [.. greys.Select((_, i) => (byte)(i == key ? 0 : 255))]] : [greys];
    }

    /// <summary>A palette of greys makes a grey picture.</summary>
    private static byte[][] OfPalette(byte[] palette, byte[] transparent)
    {
        const int Most = 256;
        if (palette.Length == 0 || palette.Length % 3 != 0 || palette.Length > 3 * Most || transparent.Length > palette.Length / 3)
        {
            throw new InvalidDataException(
                $"expected a palette of up to {Most} colours, found {palette.Length} bytes with {transparent.Length} of transparency");
        }

        byte[][] colours = [.. Enumerable.Range(0, 3).Select(c => palette.Where((_, i) => i % 3 == c).ToArray())];
        bool grey = colours[0].AsSpan().SequenceEqual(colours[1]) && colours[0].AsSpan().SequenceEqual(colours[2]);
        byte[][] shown = grey ? [colours[0]] : colours;
        int opaque = (palette.Length / 3) - transparent.Length;
        return transparent.Length == 0 ? shown : [.. shown, [.. transparent, .. Enumerable.Repeat((byte)255, opaque)]];
    }
}
