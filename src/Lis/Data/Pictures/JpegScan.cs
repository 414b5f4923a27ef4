namespace LisNative.Data;

/// <summary>
/// What a scan tells of some components: all of their coefficients or, in a progressive picture, a band of them and a part of their bits.
/// </summary>
/// <param name="Frame">The picture.</param>
/// <param name="Parts">The components with their codes for first coefficients and for all others.</param>
/// <param name="First">The first coefficient told of.</param>
/// <param name="Last">The last.</param>
/// <param name="Known">The lowest bit that was told before; 0 where none was.</param>
/// <param name="Bit">The lowest that is told now.</param>
/// <param name="Interval">Units between restarts; 0 where there are none.</param>
internal sealed record JpegScan(
    JpegFrame Frame, (JpegComponent Component, JpegHuffman? First, JpegHuffman? Others)[] Parts,
    int First, int Last, int Known, int Bit, int Interval)
{
    /// <summary>Places of a block in the order in which their coefficients come: the finer, the later.</summary>
    private static ReadOnlySpan<byte> Zigzag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private readonly short[] scratch = new short[JpegComponent.BlockSize];

    private int skipped;        // blocks to come that have nothing in this band

    /// <summary>Steps of quantisation in the order of a block's places.</summary>
    internal static int[] Unzigzag(ReadOnlySpan<int> steps)
    {
        var result = new int[JpegComponent.BlockSize];
        for (int i = 0; i < result.Length; i++)
        {
            result[Zigzag[i]] = steps[i];
        }

        return result;
    }

    /// <summary>Decodes it, and returns the bits behind it.</summary>
    internal JpegBits Read(byte[] bytes, MemoryStream place, int at)
    {
        var bits = new JpegBits(bytes, at);
        var single = Parts.Length == 1 ? Parts[0].Component : null;
        int rows = single?.Rows ?? Frame.UnitRows, columns = single?.Columns ?? Frame.UnitColumns, left = Interval;
        Restart();
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                if (Interval > 0 && left-- == 0)
                {
                    bits = AfterMarker(bytes, bits);
                    left = Interval - 1;
                    Restart();
                }

                Unit(ref bits, y, x, single);
            }

            place.Position = Math.Min(bits.At, bytes.Length);
            CheckEnd(bits, y, rows);
        }

        return bits;
    }

    private static void CheckEnd(in JpegBits bits, int row, int rows)
    {
        if (bits.IsOverrun)
        {
            throw new InvalidDataException(
                $"expected {rows} rows of blocks, found the end in row {row}: the picture is cut off or damaged");
        }
    }

    private static JpegBits AfterMarker(byte[] bytes, in JpegBits bits)
    {
        const int Restart = 0xd0;
        int at = bits.At;
        return !bits.IsOverrun && bits.Unused == 0 && at + 1 < bytes.Length && bytes[at] == 0xff && (bytes[at + 1] & 0xf8) == Restart
            ? new(bytes, at + 2)
            : throw new InvalidDataException("expected a restart of the scan, found none: the picture is cut off or damaged");
    }

    private void Restart()
    {
        skipped = 0;
        foreach (var (component, _, _) in Parts)
        {
            component.Prediction = 0;
        }
    }

    /// <summary>
    /// A block of the only component or, interleaved, all blocks of one unit; those beyond the picture are read and dropped.
    /// </summary>
    private void Unit(ref JpegBits bits, int y, int x, JpegComponent? single)
    {
        if (single is not null)
        {
            Block(ref bits, 0, y, x);
            return;
        }

        for (int i = 0; i < Parts.Length; i++)
        {
            var component = Parts[i].Component;
            for (int v = 0; v < component.Down; v++)
            {
                for (int h = 0; h < component.Across; h++)
                {
                    Block(ref bits, i, (y * component.Down) + v, (x * component.Across) + h);
                }
            }
        }
    }

    private void Block(ref JpegBits bits, int part, int row, int column)
    {
        var (component, first, others) = Parts[part];
        bool inside = row < component.Rows && column < component.Columns;
        if (Frame.IsProgressive)
        {
            Refine(ref bits, component, first, others, inside ? component.Coefficients(row, column) : scratch);
            return;
        }

        var block = scratch.AsSpan();
        block.Clear();
        block[0] = (short)(component.Prediction += Difference(ref bits, first!));
        int last = others!.TakeBlock(ref bits, block, Zigzag);
        if (inside && last == 0)
        {
            JpegTransform.Flat(block[0] * component.Steps![0], component.Block(row, column), component.Stride);
        }
        else if (inside)
        {
            JpegTransform.Block(block, component.Steps!, component.Block(row, column), component.Stride);
        }
    }

    private static int Difference(ref JpegBits bits, JpegHuffman code) =>
        code.Decode(ref bits) is <= 15 and var size ? bits.TakeSigned(size)
            : throw new InvalidDataException("expected a difference of at most 15 bits, found more: the picture is damaged");

    private void Refine(ref JpegBits bits, JpegComponent component, JpegHuffman? first, JpegHuffman? others, Span<short> block)
    {
        if (First == 0)
        {
            int value = Known > 0 ? bits.Read(1) : component.Prediction += Difference(ref bits, first!);
            block[0] = (short)((Known > 0 ? block[0] : 0) + (value << Bit));
        }
        else if (Known > 0)
        {
            RefineBand(ref bits, others!, block);
        }
        else
        {
            ReadBand(ref bits, others!, block);
        }
    }

    /// <summary>The first bits of a band: zeros before a value, or that this block and so many more have nothing further.</summary>
    private void ReadBand(ref JpegBits bits, JpegHuffman code, Span<short> block)
    {
        if (skipped > 0)
        {
            skipped--;
            return;
        }

        for (int k = First; k <= Last; k++)
        {
            int symbol = code.Decode(ref bits), zeros = symbol >> 4, size = symbol & 15;
            if (size == 0 && zeros < 15)
            {
                skipped = (1 << zeros) - 1 + bits.Read(zeros);
                return;
            }

            k += zeros;
            if (size > 0)
            {
                block[Zigzag[k <= Last ? k : throw Overfull]] = (short)(bits.TakeSigned(size) << Bit);
            }
        }
    }

    /// <summary>
    /// One more bit of a band: of each value that is there, and values of one bit that are new, between which zeros are counted.
    /// </summary>
    private void RefineBand(ref JpegBits bits, JpegHuffman code, Span<short> block)
    {
        int k = First;
        if (skipped > 0)
        {
            skipped--;
            Correct(ref bits, block, ref k, JpegComponent.BlockSize);
            return;
        }

        while (k <= Last)
        {
            int symbol = code.Decode(ref bits), zeros = symbol >> 4, size = symbol & 15;
            if (size == 0 && zeros < 15)
            {
                skipped = (1 << zeros) - 1 + bits.Read(zeros);
                Correct(ref bits, block, ref k, JpegComponent.BlockSize);
                return;
            }

            int value = size == 0 ? 0 : size > 1 ? throw Overfull : bits.Read(1) == 1 ? 1 << Bit : -(1 << Bit);
            int at = Correct(ref bits, block, ref k, zeros);
            if (at >= 0 && value != 0)
            {
                block[at] = (short)value;
            }
        }
    }

    /// <summary>
    /// Corrects values by a bit each until so many zeros were passed and one more is met, whose place it returns; −1 where the band ends.
    /// </summary>
    private int Correct(ref JpegBits bits, Span<short> block, ref int k, int zeros)
    {
        while (k <= Last)
        {
            int at = Zigzag[k++];
            if (block[at] == 0)
            {
                if (zeros-- == 0)
                {
                    return at;
                }
            }
            else if (bits.Read(1) == 1 && (block[at] & (1 << Bit)) == 0)
            {
                block[at] += (short)(block[at] > 0 ? 1 << Bit : -(1 << Bit));
            }
        }

        return -1;
    }

    private static InvalidDataException Overfull =>
        new("expected coefficients within their band, found one outside: the picture is damaged");
}
