using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace LisNative.Data;

/// <summary>
/// PNG (ISO/IEC 15948) of every colour type and depth, interlaced or not. Every chunk's checksum must be right, and that of the packed
/// pixels.
/// </summary>
internal static class Png
{
    private const int Signature = 8, Name = 4, Around = 12;

    internal static (Picture Picture, Orientation Orientation) Decode(byte[] bytes, MemoryStream place, long bound)
    {
        PngHeader? header = null;
        byte[] palette = [], transparent = [];
        var orientation = Orientation.Upright;
        using var packed = new MemoryStream();
        for (int at = Signature, pixelsAt = Signature; ;)
        {
            place.Position = at;
            var data = Chunk(bytes, at);
            string name = Encoding.Latin1.GetString(bytes, at + Name, Name);
            switch (name)
            {
                case "IHDR":
                    header = PngHeader.Parse(data, bytes.Length, bound);
                    break;
                case "PLTE":
                    palette = data.ToArray();
                    break;
                case "tRNS":
                    transparent = data.ToArray();
                    break;
                case "eXIf":
                    orientation = Orientations.Of(data);
                    break;
                case "IDAT":
                    pixelsAt = packed.Length == 0 ? at : pixelsAt;
                    packed.Write(data);
                    break;
                case "IEND":
                    place.Position = pixelsAt;
                    _ = header ?? throw new InvalidDataException("expected a header, found none");
                    return (Pixels(header, palette, transparent, packed), orientation);
                case var _ when char.IsAsciiLetterUpper(name[0]):
                    throw new InvalidDataException(
                        $"expected chunks of the standard, found {name}, without which the pixels cannot be understood");
            }

            at += Around + data.Length;
        }
    }

    private static ReadOnlySpan<byte> Chunk(byte[] bytes, int at)
    {
        int left = bytes.Length - at - Around;
        uint length = left >= 0 ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at))
            : throw new InvalidDataException("expected one more chunk, found the end: the file is cut off");
        if (length > left)
        {
            throw new InvalidDataException($"expected a chunk of {length} bytes, found {left}: the file is cut off");
        }

        var named = bytes.AsSpan(at + Name, Name + (int)length);
        return Crc32.HashToUInt32(named) == BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + Name + named.Length)) ? named[Name..]
            : throw new InvalidDataException("expected a chunk that has its checksum, found another: the file is damaged");
    }

    private static Picture Pixels(PngHeader header, byte[] palette, byte[] transparent, MemoryStream packed)
    {
        packed.Position = 0;
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            return header.Depth == 16 ? PngRows.ReadDeep(header, transparent, rows)
                : PngRows.Read(header, new(header, palette, transparent), rows);
        }
        catch (InvalidDataException e) when (e.Source == typeof(ZLibStream).Assembly.GetName().Name)
        {
            throw new InvalidDataException("expected packed pixels that have their checksum, found others: the file is damaged", e);
        }
    }
}
