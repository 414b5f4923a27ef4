using System.Buffers.Binary;
using System.Numerics;

namespace LisNative.Data;

/// <summary>The rows of a PNG: unpacked, their filters undone, and each sample put in its plane.</summary>
internal static class PngRows
{
    /// <summary>Adam7: the first column and row of each pass, and how far its next ones are.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private delegate void Placing(ReadOnlySpan<byte> row, int first, int step, int pixels);

    /// <summary>Reads a picture of at most 8 bits a sample.</summary>
    internal static Picture<byte> Read(PngHeader header, PngColours colours, Stream rows)
    {
        int size = header.Height * header.Width, direct = colours.Tables.Length == 0 ? header.Samples : 0;
        int channels = direct + colours.Tables.Length + (colours.Key.Length > 0 ? 1 : 0);
        byte[] pixels = new byte[channels * size], samples = new byte[header.Width * header.Samples];
        Read(header, rows, (row, first, step, count) =>
        {
            var unpacked = Unpack(row, header.Depth, samples.AsSpan(0, count * header.Samples));
            if (direct == 0 && unpacked.ContainsAnyExceptInRange((byte)0, (byte)(colours.Count - 1)))
            {
                throw new InvalidDataException($"expected colours of the palette of {colours.Count}, found another");
            }

            for (int c = 0; c < colours.Tables.Length; c++)
            {
                var plane = pixels.AsSpan(c * size, size);
                byte[] table = colours.Tables[c];
                for (int i = 0, to = first; i < unpacked.Length; i++, to += step)
                {
                    plane[to] = table[unpacked[i]];
                }
            }

            Place(unpacked, direct, colours.Key, pixels, size, first, step);
        });
        return new(channels, header.Height, header.Width, pixels);
    }

    /// <summary>Reads a picture of 16 bits a sample.</summary>
    internal static Picture<ushort> ReadDeep(PngHeader header, byte[] transparent, Stream rows)
    {
        int size = header.Height * header.Width;
        ushort[] key = header.Kind is PngHeader.Grey or PngHeader.Rgb ? PngColours.KeyOf(transparent, header.Samples) : [];
        int channels = header.Samples + (key.Length > 0 ? 1 : 0);
        ushort[] pixels = new ushort[channels * size], samples = new ushort[header.Width * header.Samples];
        Read(header, rows, (row, first, step, count) =>
        {
            var words = samples.AsSpan(0, count * header.Samples);
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]);
            }

            Place(words, header.Samples, key, pixels, size, first, step);
        });
        return new(channels, header.Height, header.Width, pixels);
    }

    /// <summary>
    /// Puts samples that need no table in their planes, and into one more whether they are another colour than the transparent one.
    /// </summary>
    private static void Place<T>(ReadOnlySpan<T> samples, int channels, ReadOnlySpan<T> key, T[] pixels, int size, int first, int step)
        where T : IMinMaxValue<T>, IEquatable<T>
    {
        for (int c = 0; c < channels; c++)
        {
            var plane = pixels.AsSpan(c * size, size);
            for (int i = c, to = first; i < samples.Length; i += channels, to += step)
            {
                plane[to] = samples[i];
            }
        }

        for (int i = 0, to = (channels * size) + first; key.Length > 0 && i < samples.Length; i += channels, to += step)
        {
            pixels[to] = samples.Slice(i, channels).SequenceEqual(key) ? T.MinValue : T.MaxValue;
        }
    }

    private static void Read(PngHeader header, Stream rows, Placing place)
    {
        var passes = header.Interlaced ? Passes : [(0, 0, 1, 1)];
        byte[] row = new byte[1 + header.Bytes(header.Width)], previous = new byte[row.Length];
        int pixel = Math.Max(1, header.Bytes(1));
        foreach (var (x, y, stepX, stepY) in passes)
        {
            int count = (header.Width - x + stepX - 1) / stepX;
            int length = count > 0 ? 1 + header.Bytes(count) : 0;
            Array.Clear(previous);
            for (int to = y; to < header.Height && count > 0; to += stepY)
            {
                int got = rows.ReadAtLeast(row.AsSpan(0, length), length, throwOnEndOfStream: false);
                if (got < length)
                {
                    throw new InvalidDataException($"expected {header.Height} rows of pixels, found the end in row {to}");
                }

                Unfilter(row[0], row.AsSpan(1, length - 1), previous.AsSpan(1, length - 1), pixel);
                place(row.AsSpan(1, length - 1), (to * header.Width) + x, stepX, count);
                (row, previous) = (previous, row);
            }
        }

        // The checksum of all that was packed is read with the end.
        while (rows.Read(row) > 0)
        {
        }
    }

    private static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> row, int depth, Span<byte> samples)
    {
        if (depth == 8)
        {
            return row[..samples.Length];
        }

        int each = 8 / depth, mask = (1 << depth) - 1;
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (byte)((row[i / each] >> (8 - depth - (i % each * depth))) & mask);
        }

        return samples;
    }

    /// <summary>Adds what the filter took from each byte: of the same sample of the pixel to the left, of that above, or of both.</summary>
    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixel)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = pixel; i < row.Length; i++)
                {
                    row[i] += row[i - pixel];
                }

                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(((i < pixel ? 0 : row[i - pixel]) + above[i]) / 2);
                }

                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += i < pixel ? above[i] : Paeth(row[i - pixel], above[i], above[i - pixel]);
                }

                break;
            default:
                throw new InvalidDataException($"expected a filter of 0 to 4, found {filter}");
        }
    }

    /// <summary>Of left, above and above left the one that is nearest to left + above − above left.</summary>
    internal static byte Paeth(int left, int above, int corner)
    {
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - (2 * corner));
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }
}
