using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LisNative.Data;

/// <summary>
/// From the coefficients of a block to its samples: the inverse cosine transform in integers, in the way of Loeffler, Ligtenberg and Moschytz, with constants in 12 bits of fraction, first down
/// the columns and then along the rows, eight of them in a register. It rounds as stb_image does, so that sets that were read through that have the same bits.
/// </summary>
internal static class JpegTransform
{
    private const int Side = JpegComponent.Side, Scale = 1 << 12;

    /// <summary>Samples of a block whose coefficients are 0 after the first.</summary>
    internal static void Flat(int coefficient, Span<byte> samples, int stride)
    {
        byte value = (byte)Math.Clamp(((coefficient * 4 * Scale) + Rounding) >> 17, 0, 255);
        for (int y = 0; y < Side; y++)
        {
            samples.Slice(y * stride, Side).Fill(value);
        }
    }

    /// <summary>Of 17 bits of fraction the half, and what makes 0 the middle of a byte.</summary>
    private const int Rounding = 65536 + (128 << 17);

    /// <summary>Samples of a block: Σ over u, v of c(u) c(v) F(u, v) cos((2x+1)uπ/16) cos((2y+1)vπ/16), with F the coefficients times their steps.</summary>
    internal static void Block(ReadOnlySpan<short> coefficients, ReadOnlySpan<int> steps, Span<byte> samples, int stride)
    {
        Span<Vector256<int>> rows = stackalloc Vector256<int>[Side];
        for (int i = 0; i < Side; i++)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(coefficients[(i * Side)..]));
            rows[i] = Vector256.Create(low, high) * Vector256.Create(steps[(i * Side)..]);
        }

        Columns(rows, 512, 10);
        Transpose(rows);
        Columns(rows, Rounding, 17);
        Transpose(rows);
        for (int i = 0; i < Side; i += 4)
        {
            var bytes = Vector256.Narrow(Narrow(rows[i], rows[i + 1]), Narrow(rows[i + 2], rows[i + 3]));
            for (int j = 0; j < 4; j++)
            {
                BitConverter.TryWriteBytes(samples[((i + j) * stride)..], bytes.AsUInt64()[j]);
            }
        }
    }

    private static Vector256<ushort> Narrow(Vector256<int> low, Vector256<int> high) =>
        Vector256.Narrow(Clamp(low), Clamp(high));

    private static Vector256<uint> Clamp(Vector256<int> values) => Vector256.Min(Vector256.Max(values, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();

    private static int Fixed(double constant) => (int)((constant * Scale) + 0.5);

    /// <summary>The transform of eight columns, each in its lane.</summary>
    private static void Columns(Span<Vector256<int>> s, int rounding, int shift)
    {
        var even = (s[2] + s[6]) * Fixed(0.5411961);
        var t2 = even + (s[6] * Fixed(-1.847759065));
        var t3 = even + (s[2] * Fixed(0.765366865));
        Vector256<int> t0 = (s[0] + s[4]) << 12, t1 = (s[0] - s[4]) << 12, half = Vector256.Create(rounding);
        Vector256<int> x0 = t0 + t3 + half, x3 = t0 - t3 + half, x1 = t1 + t2 + half, x2 = t1 - t2 + half;

        Vector256<int> a = s[7], b = s[5], c = s[3], d = s[1], p3 = a + c, p4 = b + d;
        var p5 = (p3 + p4) * Fixed(1.175875602);
        var p1 = p5 + ((a + d) * Fixed(-0.899976223));
        var p2 = p5 + ((b + c) * Fixed(-2.562915447));
        p3 *= Fixed(-1.961570560);
        p4 *= Fixed(-0.390180644);
        d = (d * Fixed(1.501321110)) + p1 + p4;
        c = (c * Fixed(3.072711026)) + p2 + p3;
        b = (b * Fixed(2.053119869)) + p2 + p4;
        a = (a * Fixed(0.298631336)) + p1 + p3;

        (s[0], s[7]) = ((x0 + d) >> shift, (x0 - d) >> shift);
        (s[1], s[6]) = ((x1 + c) >> shift, (x1 - c) >> shift);
        (s[2], s[5]) = ((x2 + b) >> shift, (x2 - b) >> shift);
        (s[3], s[4]) = ((x3 + a) >> shift, (x3 - a) >> shift);
    }

    private static void Transpose(Span<Vector256<int>> s)
    {
        if (!Avx2.IsSupported)
        {
            Span<int> all = System.Runtime.InteropServices.MemoryMarshal.Cast<Vector256<int>, int>(s);
            for (int i = 0; i < Side; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    (all[(i * Side) + j], all[(j * Side) + i]) = (all[(j * Side) + i], all[(i * Side) + j]);
                }
            }

            return;
        }

        // Pairs of numbers, then pairs of pairs, then halves of registers.
        Vector256<long> a = Low(s[0], s[1]), b = High(s[0], s[1]), c = Low(s[2], s[3]), d = High(s[2], s[3]), e = Low(s[4], s[5]), f = High(s[4], s[5]), g = Low(s[6], s[7]), h = High(s[6], s[7]);
        (s[0], s[4]) = Halves(Avx2.UnpackLow(a, c), Avx2.UnpackLow(e, g));
        (s[1], s[5]) = Halves(Avx2.UnpackHigh(a, c), Avx2.UnpackHigh(e, g));
        (s[2], s[6]) = Halves(Avx2.UnpackLow(b, d), Avx2.UnpackLow(f, h));
        (s[3], s[7]) = Halves(Avx2.UnpackHigh(b, d), Avx2.UnpackHigh(f, h));

        static Vector256<long> Low(Vector256<int> x, Vector256<int> y) => Avx2.UnpackLow(x, y).AsInt64();
        static Vector256<long> High(Vector256<int> x, Vector256<int> y) => Avx2.UnpackHigh(x, y).AsInt64();
        static (Vector256<int> Low, Vector256<int> High) Halves(Vector256<long> x, Vector256<long> y) =>
            (Avx2.Permute2x128(x, y, 0x20).AsInt32(), Avx2.Permute2x128(x, y, 0x31).AsInt32());
    }
}
