using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LisNative.Data;

/// <summary>
/// From the coefficients of a block to its samples: the inverse cosine transform in integers, in the way of Loeffler, Ligtenberg and
/// Moschytz, with constants in 12 bits of fraction, first down the columns and then along the rows, eight of them in a register. It rounds
/// as stb_image does, so that sets that were read through that have the same bits.
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

    /// <summary>Half of 17 bits of fraction, and what makes 0 the middle of a byte.</summary>
    private const int Rounding = 65536 + (128 << 17);

    /// <summary>
    /// Samples of a block: Σ over u, v of c(u) c(v) F(u, v) cos((2x+1)uπ/16) cos((2y+1)vπ/16), with F the coefficients times their steps.
    /// </summary>
    internal static void Block(ReadOnlySpan<short> coefficients, ReadOnlySpan<int> steps, Span<byte> samples, int stride)
    {
        Eight s;
        s.A = Row(coefficients, steps, 0);
        s.B = Row(coefficients, steps, 1);
        s.C = Row(coefficients, steps, 2);
        s.D = Row(coefficients, steps, 3);
        s.E = Row(coefficients, steps, 4);
        s.F = Row(coefficients, steps, 5);
        s.G = Row(coefficients, steps, 6);
        s.H = Row(coefficients, steps, 7);
        s = Transposed(Columns(s, 512, 10));
        s = Transposed(Columns(s, Rounding, 17));
        Store(Vector256.Narrow(Narrow(s.A, s.B), Narrow(s.C, s.D)), samples, stride);
        Store(Vector256.Narrow(Narrow(s.E, s.F), Narrow(s.G, s.H)), samples[(4 * stride)..], stride);
    }

    private struct Eight
    {
        internal Vector256<int> A, B, C, D, E, F, G, H;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Row(ReadOnlySpan<short> coefficients, ReadOnlySpan<int> steps, int row)
    {
        var (low, high) = Vector128.Widen(Vector128.Create(coefficients.Slice(row * Side, Side)));
        return Vector256.Create(low, high) * Vector256.Create(steps.Slice(row * Side, Side));
    }

    private static void Store(Vector256<byte> rows, Span<byte> samples, int stride)
    {
        for (int i = 0; i < 4; i++)
        {
            BitConverter.TryWriteBytes(samples[(i * stride)..], rows.AsUInt64()[i]);
        }
    }

    private static Vector256<ushort> Narrow(Vector256<int> low, Vector256<int> high) =>
        Vector256.Narrow(Clamp(low), Clamp(high));

    private static Vector256<uint> Clamp(Vector256<int> values) =>
        Vector256.Min(Vector256.Max(values, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();

    /// <summary>The transform of eight columns, each in its lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Eight Columns(Eight s, int rounding, int shift)
    {
        // Each constant times 4096, as its name says.
        const int K0541 = 2217, K1847 = -7567, K0765 = 3135, K1175 = 4816, K0298 = 1223, K2053 = 8410, K3072 = 12586, K1501 = 6149;
        const int K0899 = -3685, K2562 = -10497, K1961 = -8034, K0390 = -1597;
        var even = (s.C + s.G) * K0541;
        Vector256<int> t2 = even + (s.G * K1847), t3 = even + (s.C * K0765), half = Vector256.Create(rounding);
        Vector256<int> t0 = ((s.A + s.E) << 12) + half, t1 = ((s.A - s.E) << 12) + half;
        Vector256<int> x0 = t0 + t3, x3 = t0 - t3, x1 = t1 + t2, x2 = t1 - t2;

        Vector256<int> p3 = s.H + s.D, p4 = s.F + s.B, p5 = (p3 + p4) * K1175;
        Vector256<int> p1 = p5 + ((s.H + s.B) * K0899), p2 = p5 + ((s.F + s.D) * K2562);
        p3 *= K1961;
        p4 *= K0390;
        Vector256<int> y0 = (s.B * K1501) + p1 + p4, y1 = (s.D * K3072) + p2 + p3;
        Vector256<int> y2 = (s.F * K2053) + p2 + p4, y3 = (s.H * K0298) + p1 + p3;
        return new()
        {
            A = (x0 + y0) >> shift,
            B = (x1 + y1) >> shift,
            C = (x2 + y2) >> shift,
            D = (x3 + y3) >> shift,
            E = (x3 - y3) >> shift,
            F = (x2 - y2) >> shift,
            G = (x1 - y1) >> shift,
            H = (x0 - y0) >> shift,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Eight Transposed(Eight s)
    {
        if (!Avx2.IsSupported)
        {
            return OneByOne(s);
        }

        // Pairs of numbers, then pairs of pairs, then halves of registers.
        Vector256<long> a = Low(s.A, s.B), b = High(s.A, s.B), c = Low(s.C, s.D), d = High(s.C, s.D);
        Vector256<long> e = Low(s.E, s.F), f = High(s.E, s.F), g = Low(s.G, s.H), h = High(s.G, s.H);
        Vector256<long> ac = Avx2.UnpackLow(a, c), eg = Avx2.UnpackLow(e, g), ca = Avx2.UnpackHigh(a, c), ge = Avx2.UnpackHigh(e, g);
        Vector256<long> bd = Avx2.UnpackLow(b, d), fh = Avx2.UnpackLow(f, h), db = Avx2.UnpackHigh(b, d), hf = Avx2.UnpackHigh(f, h);
        return new()
        {
            A = Avx2.Permute2x128(ac, eg, 0x20).AsInt32(),
            B = Avx2.Permute2x128(ca, ge, 0x20).AsInt32(),
            C = Avx2.Permute2x128(bd, fh, 0x20).AsInt32(),
            D = Avx2.Permute2x128(db, hf, 0x20).AsInt32(),
            E = Avx2.Permute2x128(ac, eg, 0x31).AsInt32(),
            F = Avx2.Permute2x128(ca, ge, 0x31).AsInt32(),
            G = Avx2.Permute2x128(bd, fh, 0x31).AsInt32(),
            H = Avx2.Permute2x128(db, hf, 0x31).AsInt32(),
        };

        static Vector256<long> Low(Vector256<int> x, Vector256<int> y) => Avx2.UnpackLow(x, y).AsInt64();
        static Vector256<long> High(Vector256<int> x, Vector256<int> y) => Avx2.UnpackHigh(x, y).AsInt64();
    }

    private static Eight OneByOne(Eight s)
    {
        var all = MemoryMarshal.Cast<Eight, int>(new Span<Eight>(ref s));
        for (int i = 0; i < Side; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (all[(i * Side) + j], all[(j * Side) + i]) = (all[(j * Side) + i], all[(i * Side) + j]);
            }
        }

        return s;
    }
}
