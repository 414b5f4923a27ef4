using System.Runtime.CompilerServices;

namespace LisNative.Random;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): a counter-based generator. The number at a position depends on
/// (seed, stream, position) alone, so any thread or device can produce any part of the sequence.
/// </summary>
/// <param name="seed">The user's seed.</param>
/// <param name="stream">What the numbers are for; different streams are independent.</param>
public readonly struct Philox(ulong seed, ulong stream = 0)
{
    /// <summary>The user's seed.</summary>
    public ulong Seed => seed;

    /// <summary>What the numbers are for.</summary>
    public ulong Stream => stream;

    /// <summary>An independent generator of the same seed, named by a number.</summary>
    public Philox FoldIn(ulong name) => new(Seed, Block(Stream, name ^ 0x9E3779B97F4A7C15, Seed).Low);

    /// <summary>32 random bits.</summary>
    public uint Bits(ulong position)
    {
        var (low, high) = Block(position >> 2, Stream, Seed);
        return (position & 3) switch { 0 => (uint)low, 1 => (uint)(low >> 32), 2 => (uint)high, _ => (uint)(high >> 32) };
    }

    /// <summary>A float in (0, 1): the centres of 2²³ equal intervals.</summary>
    public float Uniform(ulong position) => Uniform(Bits(position));

    /// <summary>A standard normal (Box, Muller 1958); uses the bits at 2·position and 2·position + 1.</summary>
    public float Normal(ulong position) => Normal(Bits(2 * position), Bits((2 * position) + 1));

    /// <summary>The numbers of a distribution at positions first, first + 1, …</summary>
    public void Draw(Distribution distribution, ulong first, Span<float> values)
    {
        if (distribution == Distribution.Normal)
        {
            Normals(values, first);
            return;
        }

        Uniforms(values, first);
    }

    /// <summary>The uniform numbers at positions first, first + 1, …: four from each counter value.</summary>
    internal void Uniforms(Span<float> values, ulong first)
    {
        int i = PhiloxLanes.IsSupported && (first & 3) == 0 ? PhiloxLanes.Uniforms(values, first >> 2, Stream, Seed) : 0;
        while (i < values.Length)
        {
            ulong position = first + (ulong)i;
            var (low, high) = Block(position >> 2, Stream, Seed);
            for (ulong at = position & 3; at < 4 && i < values.Length; at++, i++)
            {
                values[i] = Uniform((uint)((at < 2 ? low : high) >> (int)(32 * (at & 1))));
            }
        }
    }

    /// <summary>
    /// The normals at positions first, first + 1, …: two from each counter value. Never interpreted: a new network's weights are the
    /// longest work of a cold start.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normals(Span<float> values, ulong first = 0)
    {
        if (first % 2 == 1 && values.Length > 0)
        {
            values[0] = Normal(first++);
            values = values[1..];
        }

        for (int i = 0; i < values.Length; i += 2)
        {
            var (low, high) = Block((first + (ulong)i) / 2, Stream, Seed);
            values[i] = Normal((uint)low, (uint)(low >> 32));
            if (i + 1 < values.Length)
            {
                values[i + 1] = Normal((uint)high, (uint)(high >> 32));
            }
        }
    }

    /// <summary>An integer in [0, bound).</summary>
    public int Below(int bound, ulong position)
    {
        Require.AtLeast(nameof(Below), 0, bound);
        return (int)(((ulong)Bits(position) * (ulong)bound) >> 32);
    }

    /// <summary>The numbers 0 … count − 1 in random order (Fisher, Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = Below(i + 1, (ulong)i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Uniform(uint bits) => ((bits >> 9) + 0.5f) * (1f / (1 << 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Normal(uint a, uint b) => (float)(Math.Sqrt(-2 * Math.Log(Uniform(a))) * Math.Cos(2 * Math.PI * Uniform(b)));

    /// <summary>The 128 bits of one counter value: ten rounds of multiplying, exchanging and keying.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (ulong Low, ulong High) Block(ulong counterLow, ulong counterHigh, ulong key)
    {
        uint c0 = (uint)counterLow, c1 = (uint)(counterLow >> 32), c2 = (uint)counterHigh, c3 = (uint)(counterHigh >> 32);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong a = (ulong)c0 * 0xD2511F53, b = (ulong)c2 * 0xCD9E8D57;
            (c0, c1, c2, c3) = ((uint)(b >> 32) ^ c1 ^ k0, (uint)b, (uint)(a >> 32) ^ c3 ^ k1, (uint)a);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0 | ((ulong)c1 << 32), c2 | ((ulong)c3 << 32));
    }
}
