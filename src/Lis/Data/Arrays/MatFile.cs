using System.Globalization;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LisNative.Data;

/// <summary>
/// MATLAB level 5 files (MathWorks, «MAT-File Format», version 5) as far as image sets need: real numeric arrays, compressed or
/// not, little-endian.
/// </summary>
internal static class MatFile
{
    private const int Header = 128, Int8 = 1, Compressed = 15, Matrix = 14;

    /// <summary>SVHN's cropped digits: X [32, 32, 3, count] and y [count, 1], where the digit 0 is labelled 10.</summary>
    /// <exception cref="InputException">The file is damaged or holds other arrays.</exception>
    public static Dataset ReadSvhn(string path)
    {
        var arrays = Read(path);
        if (!arrays.TryGetValue("X", out var x) || !arrays.TryGetValue("y", out var y) || x.Sizes.Length != 4 || x.Sizes[2] != 3
            || y.Values.Length != x.Sizes[3])
        {
            string found = string.Join(", ", arrays.Select(a => $"{a.Key} [{string.Join(", ", a.Value.Sizes)}]"));
            throw new InputException(path, Header,
                $"expected X [height, width, 3, count] and y [count, 1], found {(found.Length == 0 ? "no arrays" : found)}");
        }

        // Column-major [h, w, c, n] to [n, c, h, w].
        int height = x.Sizes[0], width = x.Sizes[1], count = x.Sizes[3];
        var pixels = new byte[x.Values.Length];
        for (int n = 0, at = 0; n < count; n++)
        {
            for (int c = 0; c < 3; c++)
            {
                for (int h = 0; h < height; h++)
                {
                    for (int w = 0; w < width; w++)
                    {
                        double value = x.Values[(((((n * 3) + c) * width) + w) * height) + h];
                        pixels[at++] = (byte)value == value ? (byte)value
                            : throw new InputException(path, Header,
                            string.Create(CultureInfo.InvariantCulture,
                            $"expected X of bytes, found {value}; uint8(X) makes them so where they run from 0 to 255, uint8(255*X) where "
                            + $"from 0 to 1"));
                    }
                }
            }
        }

        return new(path, FileReader.Sample(path, Header, 3, height, width), pixels, Array.ConvertAll(y.Values, Digit));

        int Digit(double label) => label is >= 0 and <= 10 ? (int)label % 10
            : throw new InputException(path, Header, FormattableString.Invariant($"expected labels from 1 to 10, found {label}"));
    }

    /// <summary>All real numeric arrays of a file, by name, in MATLAB's column-major order.</summary>
    /// <exception cref="InputException">The file is cut short or of another version.</exception>
    public static IReadOnlyDictionary<string, (int[] Sizes, double[] Values)> Read(string path)
    {
        byte[] bytes = FileReader.Guard(path, () => File.ReadAllBytes(path));
        if (bytes.Length < Header || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(124)) != 0x0100 || bytes[126] != 'I'
            || bytes[127] != 'M')
        {
            throw new InputException(path, 0,
                $"expected a little-endian MAT file of version 5, found {bytes.Length} bytes that begin otherwise");
        }

        var arrays = new Dictionary<string, (int[], double[])>(StringComparer.Ordinal);
        for (int at = Header; at < bytes.Length;)
        {
            var (type, data, next) = Element(bytes, at, path);
            long place = at;
            at = next;
            if (type == Compressed)
            {
                byte[] inflated = FileReader.Unpack(
                    data.ToArray(), packed => new ZLibStream(packed, CompressionMode.Decompress, leaveOpen: true), path, place);
                (type, data, _) = Element(inflated, 0, path, place);
            }

            if (type == Matrix && ParseMatrix(data, path, place) is { } array)
            {
                arrays[array.Name] = (array.Sizes, array.Values);
            }
        }

        return arrays;
    }

    /// <summary>
    /// One element: a tag of type and length, then the data, padded to 8 bytes; short data sits inside the tag. A message names its place
    /// in the file, or that of the packed element inside which it is.
    /// </summary>
    private static (int Type, ReadOnlyMemory<byte> Data, int Next) Element(
        ReadOnlyMemory<byte> bytes, int at, string path, long? place = null)
    {
        if (at + 8 > bytes.Length)
        {
            throw new InputException(path, place ?? at, "expected an element, found the end");
        }

        int type = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[at..]),
            length = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[(at + 4)..]);
        if (type >>> 16 is > 0 and <= 4 and var small)
        {
            return (type & 0xffff, bytes.Slice(at + 4, small), at + 8);
        }

        if (length < 0 || length > bytes.Length - at - 8)
        {
            throw new InputException(path, place ?? at, $"expected an element of {length} bytes, found {bytes.Length - at - 8}");
        }

        return (type, bytes.Slice(at + 8, length), Math.Min(bytes.Length, at + 8 + (type == Compressed ? length : (length + 7) / 8 * 8)));
    }

    private static (string Name, int[] Sizes, double[] Values)? ParseMatrix(ReadOnlyMemory<byte> data, string path, long place)
    {
        var flags = Element(data, 0, path, place);
        int kind = flags.Data.Length > 0 ? flags.Data.Span[0] : 0;
        if (kind is < 6 or > 15)
        {
            return null;    // cells, structures, text and sparse matrices
        }

        var sizes = Element(data, flags.Next, path, place);
        var name = Element(data, sizes.Next, path, place);
        var real = Element(data, name.Next, path, place);
        int[] dimensions = Array.ConvertAll(Numbers(sizes.Type, sizes.Data.Span, path, place), d => (int)d);
        double[] values = Numbers(real.Type, real.Data.Span, path, place);
        long count = dimensions.Aggregate(1L, (a, d) => d < 0 || a > int.MaxValue ? long.MaxValue : a * d);
        return name.Type == Int8 && count == values.Length ? (Encoding.ASCII.GetString(name.Data.Span), dimensions, values)
            : throw new InputException(path, place, $"expected an array of {string.Join("×", dimensions)} numbers, found {values.Length}");
    }

    private static double[] Numbers(int type, ReadOnlySpan<byte> data, string path, long place)
    {
        int size = type switch { 1 or 2 => 1, 3 or 4 => 2, 5 or 6 or 7 => 4, 9 or 12 or 13 => 8, _ => 0 };
        if (size == 0 || data.Length % size != 0)
        {
            throw new InputException(path, place, $"expected numbers, found {data.Length} bytes of MAT type {type}");
        }

        var result = new double[data.Length / size];
        for (int i = 0; i < result.Length; i++)
        {
            var at = data[(i * size)..];
            result[i] = type switch
            {
                1 => (sbyte)at[0],
                2 => at[0],
                3 => BinaryPrimitives.ReadInt16LittleEndian(at),
                4 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                5 => BinaryPrimitives.ReadInt32LittleEndian(at),
                6 => BinaryPrimitives.ReadUInt32LittleEndian(at),
                7 => BinaryPrimitives.ReadSingleLittleEndian(at),
                9 => BinaryPrimitives.ReadDoubleLittleEndian(at),
                12 => BinaryPrimitives.ReadInt64LittleEndian(at),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(at),
            };
        }

        return result;
    }
}
