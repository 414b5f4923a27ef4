using System.Buffers.Binary;

namespace LisNative.Data;

/// <summary>What a PNG declares of its pixels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Depth">Bits of a sample.</param>
/// <param name="Kind">The standard's colour type: <see cref="Grey"/>, <see cref="Rgb"/> and so on.</param>
/// <param name="Interlaced">Whether rows come in seven passes.</param>
internal sealed record PngHeader(int Height, int Width, int Depth, int Kind, bool Interlaced)
{
    internal const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6;

    /// <summary>Samples of a pixel as they are stored.</summary>
    internal int Samples => Kind switch { Rgb => 3, GreyAlpha => 2, Rgba => 4, _ => 1 };

    /// <summary>Bytes of so many pixels of a row.</summary>
    internal int Bytes(int pixels) => ((pixels * Samples * Depth) + 7) / 8;

    internal static PngHeader Parse(ReadOnlySpan<byte> data, long fileBytes, long bound)
    {
        const int Length = 13;
        const long MostPixels = 8 * 1032;       // of a byte: deflate makes 1032 bytes of one at its utmost, each of 8 pixels at most
        if (data is not [_, _, _, _, _, _, _, _, var depth, var kind, 0, 0, <= 1 and var interlaced] || !Known(kind, depth))
        {
            string found = Convert.ToHexString(data[..Math.Min(Length, data.Length)]);
            throw new InvalidDataException($"expected {Length} bytes with a depth, colour type and coding of the standard, found {found}");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(data), height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var (rows, columns) = Picture.Checked(
            height, width, MostPixels * fileBytes, depth == 16 ? ushort.MaxValue : byte.MaxValue, bound);
        return new(rows, columns, depth, kind, interlaced == 1);
    }

    private static bool Known(int kind, int depth) => kind switch
    {
        Grey => depth is 1 or 2 or 4 or 8 or 16,
        Palette => depth is 1 or 2 or 4 or 8,
        Rgb or GreyAlpha or Rgba => depth is 8 or 16,
        _ => false,
    };
}
