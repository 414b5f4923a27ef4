using System.Buffers.Binary;

namespace LisNative.Data;

/// <summary>What a JPEG declares of its pixels.</summary>
internal sealed record JpegFrame(bool IsProgressive, int Height, int Width, JpegComponent[] Components)
{
    /// <summary>Units of interleaved scans: a block of the coarsest component, and of finer ones what covers it.</summary>
    internal int UnitRows => Units(Height, Components.Max(c => c.Down));

    /// <inheritdoc cref="UnitRows"/>
    internal int UnitColumns => Units(Width, Components.Max(c => c.Across));

    /// <summary>Whether a marker begins a frame.</summary>
    internal static bool IsFrame(int marker) => marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);

    internal static JpegFrame Parse(int marker, ReadOnlySpan<byte> data, long fileBytes, long bound)
    {
        const int Each = 3, Head = 6;
        if (marker > 0xc2)
        {
            string kind = marker >= 0xc9 ? "arithmetic" : marker == 0xc3 ? "lossless" : "hierarchical";
            throw new InvalidDataException(
                $"expected a baseline or progressive JPEG, found another kind ({kind}); save it as one of these");
        }

        if (data.Length < Head || data[5] is not (1 or 3 or 4) || data.Length != Head + (Each * data[5]))
        {
            throw new InvalidDataException("expected a JPEG of 1, 3 or 4 components, found another header");
        }

        if (data[0] != 8)
        {
            throw new InvalidDataException($"expected a JPEG of 8 bits a sample, found {data[0]}; save it with 8, or as a PNG with 16");
        }

        int rows = BinaryPrimitives.ReadUInt16BigEndian(data[1..]), columns = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
        var (height, width) = Picture.Checked(rows, columns, long.MaxValue, byte.MaxValue, bound);
        var components = new JpegComponent[data[5]];
        for (int i = 0; i < components.Length; i++)
        {
            var own = data.Slice(Head + (Each * i), Each);
            components[i] = new(own[0], own[1] >> 4, own[1] & 15, own[2]);
        }

        Measure(components, height, width);
        long blocks = components.Sum(c => (long)c.Rows * c.Columns);
        if (blocks > 8 * fileBytes)
        {
            throw new InvalidDataException($"expected as many pixels as the file can hold, found {width}×{height}");
        }

        bool progressive = marker == 0xc2;
        Array.ForEach(components, c => c.Allocate(progressive));
        return new(progressive, height, width, components);
    }

    private static void Measure(JpegComponent[] components, int height, int width)
    {
        int across = components.Max(c => c.Across), down = components.Max(c => c.Down);
        foreach (var c in components)
        {
            if (c.Across is < 1 or > 4 || c.Down is < 1 or > 4 || across % c.Across != 0 || down % c.Down != 0)
            {
                throw new InvalidDataException("expected components whose samples divide those of the finest, found other shares");
            }

            c.Measure(height, width, across, down);
        }
    }

    private static int Units(int size, int finest) => (size + (JpegComponent.Side * finest) - 1) / (JpegComponent.Side * finest);
}
