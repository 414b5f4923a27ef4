using System.Buffers.Binary;

namespace LisNative.Data;

/// <summary>
/// JPEG (ITU-T T.81), baseline and progressive with Huffman codes and 8 bits a sample: grey, in luminance and chrominance, RGB, CMYK and
/// YCCK as Adobe writes them or not.
/// </summary>
internal sealed class Jpeg(byte[] bytes, MemoryStream place, long bound)
{
    private const int Start = 0xd8, End = 0xd9, Scan = 0xda, QuantisationTables = 0xdb, HuffmanTables = 0xc4, RestartInterval = 0xdd;
    private const int Jfif = 0xe0, Exif = 0xe1, Adobe = 0xee;

    private readonly int[][] steps = new int[4][];
    private readonly JpegHuffman?[] first = new JpegHuffman?[4], others = new JpegHuffman?[4];
    private JpegFrame? frame;
    private Orientation orientation = Orientation.Upright;
    private int interval, left;
    private bool jfif;
    private int? adobe;

    internal static (Picture Picture, Orientation Orientation) Decode(byte[] bytes, MemoryStream place, long bound, Action<string> warn)
    {
        var jpeg = new Jpeg(bytes, place, bound);
        jpeg.Read();
        if (jpeg.left > 0)
        {
            warn($"{jpeg.left} bytes of the picture were left over: it may be damaged");
        }

        return (jpeg.Picture(), jpeg.orientation);
    }

    private void Read()
    {
        for (int at = 2; ;)
        {
            int marker = Marker(ref at, ref left);
            if (marker == End || (marker < 0 && left == 0 && frame is { IsProgressive: false }))
            {
                break;
            }

            if (marker < 0)
            {
                throw new InvalidDataException("expected more of the picture, found the end: it is cut off");
            }

            if (marker is Start or 1 or (>= 0xd0 and <= 0xd7))
            {
                continue;
            }

            var data = Segment(at);
            at += 2 + data.Length;
            ReadSegment(marker, data);
            at = marker == Scan ? TakeScan(data, at) : at;
        }

        if (frame is null || Array.Exists(frame.Components, c => c.Steps is null))
        {
            throw new InvalidDataException("expected scans of all components, found the end: the picture is cut off");
        }
    }

    /// <summary>The next marker, or −1, and how much more was passed over before it.</summary>
    private int Marker(ref int at, ref int passed)
    {
        int before = passed;
        for (; at + 1 < bytes.Length; at++)
        {
            if (bytes[at] == 0xff && bytes[at + 1] is not (0 or 0xff))
            {
                place.Position = at;
                at += 2;
                return bytes[at - 1];
            }

            passed += bytes[at] == 0xff ? 0 : 1;
        }

        (place.Position, passed) = (bytes.Length, before);
        return -1;
    }

    private ReadOnlySpan<byte> Segment(int at)
    {
        int length = at + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) : 2;
        return length >= 2 && at + length <= bytes.Length ? bytes.AsSpan(at + 2, length - 2)
            : throw new InvalidDataException($"expected {length} more bytes, found {bytes.Length - at}: the picture is cut off");
    }

    private void ReadSegment(int marker, ReadOnlySpan<byte> data)
    {
        switch (marker)
        {
            case QuantisationTables:
                TakeSteps(data);
                break;
            case HuffmanTables:
                TakeCodes(data);
                break;
            case RestartInterval when data.Length >= 2:
                interval = BinaryPrimitives.ReadUInt16BigEndian(data);
                break;
            case Jfif:
                jfif |= data.StartsWith("JFIF\0"u8);
                break;
            case Exif when data.StartsWith("Exif\0\0"u8):
                orientation = Orientations.Of(data[6..]);
                break;
            case Adobe when data.StartsWith("Adobe"u8) && data.Length >= 12:
                adobe = data[11];
                break;
            case var _ when JpegFrame.IsFrame(marker):
                frame = frame is null ? JpegFrame.Parse(marker, data, bytes.Length, bound)
                    : throw new InvalidDataException("expected one picture, found another inside it");
                break;
        }
    }

    private void TakeSteps(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int wide = data[0] >> 4 == 0 ? 1 : 2, length = 1 + (JpegComponent.BlockSize * wide);
            if (data.Length < length || (data[0] & 15) > 3)
            {
                throw new InvalidDataException("expected tables of 64 steps, found another length");
            }

            var table = new int[JpegComponent.BlockSize];
            for (int i = 0; i < table.Length; i++)
            {
                table[i] = wide == 1 ? data[1 + i] : BinaryPrimitives.ReadUInt16BigEndian(data[(1 + (2 * i))..]);
            }

            steps[data[0] & 15] = JpegScan.Unzigzag(table);
            data = data[length..];
        }
    }

    private void TakeCodes(ReadOnlySpan<byte> data)
    {
        const int Counts = 16;
        while (data.Length > Counts)
        {
            int symbols = 0;
            foreach (byte count in data.Slice(1, Counts))
            {
                symbols += count;
            }

            if (symbols > 256 || data.Length < 1 + Counts + symbols || (data[0] & 0xee) > 3 || (data[0] & 15) > 3)
            {
                throw new InvalidDataException("expected a code of at most 256 words, found more");
            }

            (data[0] >> 4 == 0 ? first : others)[data[0] & 15] = new(data.Slice(1, Counts), data.Slice(1 + Counts, symbols));
            data = data[(1 + Counts + symbols)..];
        }
    }

    private int TakeScan(ReadOnlySpan<byte> data, int at)
    {
        if (frame is null || data.Length < 1 || data[0] is < 1 or > 4 || data.Length != 4 + (2 * data[0]))
        {
            throw new InvalidDataException("expected a scan of components that a header declares, found none");
        }

        int count = data[0], known = data[^1] >> 4, bit = data[^1] & 15;
        var (from, to) = frame.IsProgressive ? (data[^3], data[^2]) : ((byte)0, (byte)63);
        if (from > to || to > 63 || bit > 13 || (frame.IsProgressive && from == 0 && to > 0) || (from > 0 && count > 1))
        {
            throw new InvalidDataException($"expected a band of coefficients, found {from} to {to}");
        }

        var parts = new (JpegComponent, JpegHuffman?, JpegHuffman?)[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = Part(data[1 + (2 * i)], data[2 + (2 * i)], needsFirst: from == 0 && known == 0, needsOthers: to > 0);
        }

        var bits = new JpegScan(frame, parts, from, to, known, bit, interval).Read(bytes, place, at);
        left += bits.Unused;
        return bits.At;
    }

    private (JpegComponent Component, JpegHuffman? First, JpegHuffman? Others) Part(byte id, byte codes, bool needsFirst, bool needsOthers)
    {
        var component = Array.Find(frame!.Components, c => c.Id == id)
            ?? throw new InvalidDataException($"expected a component of the header, found {id}");
        component.Steps ??= component.Table < steps.Length ? steps[component.Table] : null;
        var (one, other) = (first[(codes >> 4) & 3], others[codes & 3]);
        return component.Steps is not null && (one is not null || !needsFirst) && (other is not null || !needsOthers)
            ? (component, one, other)
            : throw new InvalidDataException("expected tables for each component, found none");
    }

    private Picture<byte> Picture()
    {
        var components = frame!.Components;
        if (frame.IsProgressive)
        {
            Array.ForEach(components, c => c.Transform());
        }

        int size = frame.Height * frame.Width, channels = Math.Min(3, components.Length);
        var pixels = new byte[channels * size];
        byte[][] row = [.. components.Select(_ => new byte[frame.Width + 4])];
        var sums = new ushort[frame.Width];
        for (int y = 0; y < frame.Height; y++)
        {
            for (int c = 0; c < components.Length; c++)
            {
                JpegColours.Row(components[c], y, sums, row[c]);
            }

            if (components.Length > 1)
            {
                Mix(row);
            }

            for (int c = 0; c < channels; c++)
            {
                row[c].AsSpan(0, frame.Width).CopyTo(pixels.AsSpan((c * size) + (y * frame.Width)));
            }
        }

        return new Picture<byte>(channels, frame.Height, frame.Width, pixels);
    }

    /// <summary>
    /// Makes red, green and blue of a row of components. Where Adobe does not say what they are, three are RGB if they are called so and
    /// four are ink.
    /// </summary>
    private void Mix(byte[][] row)
    {
        bool named = frame!.Components.Select(c => c.Id).SequenceEqual("RGB"u8.ToArray());
        if (row.Length == 3 ? !named && (adobe != 0 || jfif) : adobe == 2)
        {
            JpegColours.ToRgb(row[0], row[1], row[2]);
        }

        if (row.Length == 4)
        {
            foreach (byte[] ink in row)
            {
                // Adobe writes light, not ink; of YCCK the first three become ink by the conversion.
                bool isInk = adobe is null || (adobe == 2 && ink != row[3]);
                if (isInk)
                {
                    JpegColours.Invert(ink);
                }
            }

            for (int c = 0; c < 3; c++)
            {
                JpegColours.Darken(row[c], row[3]);
            }
        }
    }
}
