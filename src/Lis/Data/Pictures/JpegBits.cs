using System.Buffers.Binary;

namespace LisNative.Data;

/// <summary>
/// The bits of a scan, the first of a byte its highest. Where a marker or the end of the file comes, zeros follow, which are counted.
/// </summary>
internal struct JpegBits(byte[] bytes, int at)
{
    private readonly byte[] bytes = bytes;
    private int at = at;
    private ulong window;       // from its highest bit on
    private int held, missing;

    /// <summary>The first byte that has not been taken in; at the end of a scan a marker's.</summary>
    internal readonly int At => at;

    /// <summary>Whether more was taken than there was.</summary>
    internal readonly bool IsOverrun => held < missing;

    /// <summary>Whole bytes that were taken in and not used.</summary>
    internal readonly int Unused => Math.Max(0, held - missing) / 8;

    /// <summary>The next bits; <see cref="Need"/> came before.</summary>
    internal readonly int Peek(int count) => (int)(window >> (64 - count));

    internal void Skip(int count)
    {
        window <<= count;
        held -= count;
    }

    /// <summary>Takes in at least 32 bits.</summary>
    internal void Need()
    {
        if (held < 32)
        {
            Fill();
        }
    }

    internal int Read(int count)
    {
        Need();
        int value = count == 0 ? 0 : Peek(count);
        Skip(count);
        return value;
    }

    /// <summary>A number of so many bits whose first half stands for the negative ones.</summary>
    internal int TakeSigned(int count)
    {
        int value = Read(count);
        return value < 1 << count >> 1 ? value + 1 - (1 << count) : value;
    }

    private void Fill()
    {
        if (at + 4 <= bytes.Length && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)) is var word && !HasMarker(word))
        {
            window |= (ulong)word << (32 - held);
            held += 32;
            at += 4;
            return;
        }

        for (; held <= 56; held += 8)
        {
            int value = Next();
            missing += value < 0 ? 8 : 0;
            window |= (ulong)Math.Max(0, value) << (56 - held);
        }
    }

    /// <summary>Whether one of four bytes is 255.</summary>
    private static bool HasMarker(uint word) => ((~word - 0x01010101) & word & 0x80808080) != 0;

    /// <summary>The next byte of the scan, or −1: 255 stands for itself where 0 follows.</summary>
    private int Next()
    {
        while (at < bytes.Length)
        {
            if (bytes[at] != 0xff)
            {
                return bytes[at++];
            }

            int next = at + 1 < bytes.Length ? bytes[at + 1] : -1;
            if (next == 0)
            {
                at += 2;
                return 0xff;
            }

            if (next != 0xff)
            {
                return -1;
            }

            at++;       // before a marker 255 may be repeated
        }

        return -1;
    }
}
