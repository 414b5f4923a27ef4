using System.Buffers.Binary;
using LisNative.Random;

namespace LisNative.Tests.Reliability.Fuzz;

/// <summary>
/// Damages valid files as a fuzzer does: bits, bytes and numbers changed to those where readers fail, parts cut, doubled, moved or taken
/// from another file.
/// </summary>
internal static class Mutator
{
    private static readonly long[] Numbers =
        [0, 1, -1, 2, 7, 8, 16, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
        long.MaxValue, long.MinValue];
    private static readonly string[] Texts =
        ["-1", "0", "1", "2147483647", "2147483648", "4294967296", "9223372036854775808", "1e308", "1e999", "NaN", "null", "[]", "{}", "\"",
        ",", "\n", "\0"];

    /// <summary>A damaged copy of one of the seeds; the generator decides everything.</summary>
    internal static byte[] Mutate(IReadOnlyList<byte[]> seeds, Philox random)
    {
        ulong at = 0;
        int Below(int bound) => random.Below(Math.Max(1, bound), at++);
        byte[] bytes = seeds[Below(seeds.Count)];
        for (int left = 1 + Math.Min(Below(8), Below(8)); left > 0; left--)
        {
            bytes = Once(bytes, seeds[Below(seeds.Count)], Below);
        }

        return bytes;
    }

    private static byte[] Once(byte[] bytes, byte[] other, Func<int, int> below)
    {
        int at = below(bytes.Length + 1), length = 1 + Math.Min(below(bytes.Length), below(64)), end = Math.Min(bytes.Length, at + length);
        switch (below(10))
        {
            case 0 when at < bytes.Length:
                return Changed(bytes, at, [(byte)(bytes[at] ^ (1 << below(8)))]);
            case 1 when at < bytes.Length:
                return Changed(bytes, at, [(byte)Numbers[below(Numbers.Length)]]);
            case 2:
                return Changed(bytes, at, Number(Numbers[below(Numbers.Length)] + below(3) - 1, below));
            case 3:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(end)];
            case 4:
                return [.. bytes.AsSpan(0, end), .. bytes.AsSpan(at)];
            case 5:
                return [.. bytes.AsSpan(0, at), .. Enumerable.Range(0, length).Select(_ => (byte)below(256)), .. bytes.AsSpan(at)];
            case 6:
                return bytes[..at];
            case 7:
                int from = below(other.Length + 1);
                return [.. bytes.AsSpan(0, at), .. other.AsSpan(from)];
            case 8:
                return [.. bytes.AsSpan(0, at), .. System.Text.Encoding.ASCII.GetBytes(Texts[below(Texts.Length)]), .. bytes.AsSpan(end)];
            default:
                return [.. bytes.AsSpan(end), .. bytes.AsSpan(0, end)];
        }
    }

    private static byte[] Changed(byte[] bytes, int at, ReadOnlySpan<byte> by)
    {
        byte[] changed = [.. bytes];
        by[..Math.Min(by.Length, bytes.Length - at)].CopyTo(changed.AsSpan(at));
        return changed;
    }

    /// <summary>In one, two, four or eight bytes, either end first.</summary>
    private static byte[] Number(long value, Func<int, int> below)
    {
        var bytes = new byte[8];
        int size = 1 << below(4);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        var used = bytes.AsSpan(0, size);
        if (below(2) == 0)
        {
            used.Reverse();
        }

        return used.ToArray();
    }
}
