namespace LisNative.Data;

/// <summary>A Huffman code of JPEG: up to 16 bits, in the order of the symbols.</summary>
internal sealed class JpegHuffman
{
    private const int Fast = 10, Longest = 16;

    private readonly byte[] symbols;
    // of each length: one more than the last code, and what leads from a code to its symbol
    private readonly int[] ends = new int[Longest + 1], offsets = new int[Longest + 1];
    private readonly ushort[] first = new ushort[1 << Fast];                                // length and symbol, by the next bits
    // value, zeros before it and length of both, where the bits hold the value, too
    private readonly int[] valued = new int[1 << Fast];

    /// <summary>From the number of codes of each length, and the symbols.</summary>
    internal JpegHuffman(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        this.symbols = symbols.ToArray();
        for (int length = 1, code = 0, at = 0; length <= Longest; length++, code <<= 1)
        {
            offsets[length] = at - code;
            ends[length] = code + counts[length - 1];
            if (ends[length] > 1 << length)
            {
                throw new InvalidDataException($"expected a code, found more words of {length} bits than there are");
            }

            for (; code < ends[length]; code++, at++)
            {
                if (length <= Fast)
                {
                    first.AsSpan(code << (Fast - length), 1 << (Fast - length)).Fill((ushort)((length << 8) | symbols[at]));
                }
            }
        }

        for (int bits = 0; bits < valued.Length; bits++)
        {
            int length = first[bits] >> 8, size = first[bits] & 15, rest = Fast - length - size;
            if (length > 0 && size > 0 && rest >= 0)
            {
                int value = (bits >> rest) & ((1 << size) - 1);
                value = value < 1 << (size - 1) ? value + 1 - (1 << size) : value;
                valued[bits] = (value << 16) | ((first[bits] & 0xf0) << 4) | (length + size);
            }
        }
    }

    /// <summary>The next symbol.</summary>
    internal int Decode(ref JpegBits bits)
    {
        bits.Need();
        int entry = first[bits.Peek(Fast)];
        if (entry != 0)
        {
            bits.Skip(entry >> 8);
            return entry & 0xff;
        }

        for (int length = Fast + 1; length <= Longest; length++)
        {
            int code = bits.Peek(length);
            if (code < ends[length])
            {
                bits.Skip(length);
                return symbols[code + offsets[length]];
            }
        }

        throw new InvalidDataException("expected a word of the code, found none: the picture is damaged");
    }

    /// <summary>The coefficients of a block after its first, in the order of <paramref name="order"/>.</summary>
    /// <returns>The place of the last one that is not 0.</returns>
    internal int TakeBlock(ref JpegBits source, Span<short> block, ReadOnlySpan<byte> order)
    {
        var bits = source;      // in registers
        int last = 0;
        for (int k = 1; k < 64; k++)
        {
            bits.Need();
            int entry = valued[bits.Peek(Fast)];
            if (entry != 0)
            {
                bits.Skip(entry & 0xff);
                k += (entry >> 8) & 15;
                last = Checked(k);
                block[order[last]] = (short)(entry >> 16);
                continue;
            }

            int symbol = Decode(ref bits), zeros = symbol >> 4, size = symbol & 15;
            if (size == 0 && zeros < 15)
            {
                break;
            }

            k += zeros;
            if (size > 0)
            {
                last = Checked(k);
                block[order[last]] = (short)bits.TakeSigned(size);
            }
        }

        source = bits;
        return last;
    }

    private static int Checked(int place) => place < 64 ? place
        : throw new InvalidDataException("expected 64 numbers in a block, found more: the picture is damaged");
}
