using System.Buffers.Binary;

namespace LisNative.Data;

/// <summary>Where the first row and the first column of a stored picture are to be seen, by EXIF's numbers.</summary>
internal enum Orientation
{
    Upright = 1, Mirrored, UpsideDown, MirroredUpsideDown, Transposed, TurnedRight, Transversed, TurnedLeft,
}

/// <summary>Reads and takes apart orientations.</summary>
internal static class Orientations
{
    /// <summary>Whether stored rows are columns.</summary>
    internal static bool Transposes(this Orientation orientation) => orientation >= Orientation.Transposed;

    /// <summary>Whether what is stored first lies at the right.</summary>
    internal static bool IsMirrored(this Orientation orientation) =>
        orientation is Orientation.Mirrored or Orientation.UpsideDown or Orientation.TurnedRight or Orientation.Transversed;

    /// <summary>Whether what is stored first lies at the bottom.</summary>
    internal static bool IsUpsideDown(this Orientation orientation) =>
        orientation is Orientation.UpsideDown or Orientation.MirroredUpsideDown or Orientation.Transversed or Orientation.TurnedLeft;

    /// <summary>
    /// The orientation that EXIF data (a TIFF header and its first directory) declare; upright where they declare none that can be read.
    /// </summary>
    internal static Orientation Of(ReadOnlySpan<byte> exif)
    {
        const int Header = 8, Entry = 12;
        const ushort Tag = 0x112, Short = 3, Long = 4;      // the standard asks for Short; some write Long
        if (exif.Length < Header || !(exif.StartsWith("II*\0"u8) || exif.StartsWith("MM\0*"u8)))
        {
            return Orientation.Upright;
        }

        bool little = exif[0] == 'I';
        uint directory = Words(exif[4..], little);
        if (directory > exif.Length - 2)
        {
            return Orientation.Upright;
        }

        var entries = exif[((int)directory + 2)..];
        for (int left = Word(exif[(int)directory..], little); left > 0 && entries.Length >= Entry; left--, entries = entries[Entry..])
        {
            if (Word(entries, little) == Tag && Word(entries[2..], little) is (Short or Long) and var type)
            {
                uint value = type == Short ? (uint)Word(entries[8..], little) : Words(entries[8..], little);
                return value is >= 1 and <= 8 ? (Orientation)value : Orientation.Upright;
            }
        }

        return Orientation.Upright;
    }

    private static uint Words(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static int Word(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
