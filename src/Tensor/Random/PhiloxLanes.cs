using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LisNative.Random;

/// <summary>Four counter values of a <see cref="Philox"/> side by side, each word of 32 bits in a place of 64.</summary>
internal static class PhiloxLanes
{
    /// <summary>Numbers that are made together.</summary>
    internal const int Numbers = 16;

    private const int Rounds = 10;

    internal static bool IsSupported => Avx2.IsSupported;

    /// <summary>The uniform numbers of as many counter values as fit: how many numbers that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe int Uniforms(Span<float> values, ulong counter, ulong stream, ulong seed)
    {
        int i = 0;
        fixed (float* to = values)
        {
            for (; i <= values.Length - Numbers; i += Numbers, counter += Numbers / 4)
            {
                var (low, high) = Block(Vector256.Create(counter) + Vector256.Create(0UL, 1, 2, 3), stream, seed);

                // Words of one counter value follow one another.
                Vector256<ulong> even = Avx2.UnpackLow(low, high), odd = Avx2.UnpackHigh(low, high);
                Uniform(Avx2.Permute2x128(even, odd, 0x20).AsUInt32()).Store(to + i);
                Uniform(Avx2.Permute2x128(even, odd, 0x31).AsUInt32()).Store(to + i + (Numbers / 2));
            }
        }

        return i;
    }

    /// <summary>The rounds of <see cref="Philox.Block"/>; products take the lower half of a place, whatever the upper half has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ulong> Low, Vector256<ulong> High) Block(Vector256<ulong> counter, ulong stream, ulong seed)
    {
        Vector256<ulong> c0 = counter, c1 = counter >>> 32, c2 = Vector256.Create(stream), c3 = Vector256.Create(stream >>> 32);
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < Rounds; round++, k0 += 0x9E3779B9, k1 += 0xBB67AE85)
        {
            var a = Avx2.Multiply(c0.AsUInt32(), Vector256.Create(0xD2511F53));
            var b = Avx2.Multiply(c2.AsUInt32(), Vector256.Create(0xCD9E8D57));
            (c0, c1, c2, c3) = ((b >>> 32) ^ c1 ^ Vector256.Create((ulong)k0), b, (a >>> 32) ^ c3 ^ Vector256.Create((ulong)k1), a);
        }

        var word = Vector256.Create((ulong)uint.MaxValue);
        return ((c0 & word) | (c1 << 32), (c2 & word) | (c3 << 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Uniform(Vector256<uint> bits) =>
        (Vector256.ConvertToSingle((bits >>> 9).AsInt32()) + Vector256.Create(0.5f)) * (1f / (1 << 23));
}
