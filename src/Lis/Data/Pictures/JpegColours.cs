using System.Runtime.Intrinsics;

namespace LisNative.Data;

/// <summary>
/// From rows of a JPEG's components to rows of the picture: components of fewer samples are interpolated, and luminance and chrominance
/// become red, green and blue. It rounds as stb_image does.
/// </summary>
internal static class JpegColours
{
    // red = y + 1.402 cr, green = y − 0.71414 cr − 0.34414 cb, blue = y + 1.772 cb, with constants of 12 bits of fraction, of which
    // products keep 4.
    // A constant k is 256 high + low: k · c / 256 = high · c + low · c / 256, and both products fit 16 bits.
    private const short RedHigh = 5743 / 256, RedLow = 5743 % 256, BlueHigh = 7258 / 256, BlueLow = 7258 % 256;
    private const short GreenHigh = 2925 / 256, GreenLow = 2925 % 256, GreenBlueHigh = 1410 / 256, GreenBlueLow = 1410 % 256;

    /// <summary>Red, green and blue of JFIF's luminance and chrominance, in place.</summary>
    internal static void ToRgb(Span<byte> first, Span<byte> second, Span<byte> third)
    {
        int i = 0;
        for (; i <= first.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            Vector256<short> y = (Load(first[i..]) << 4) + Vector256.Create((short)8), half = Vector256.Create((short)128);
            Vector256<short> cb = Load(second[i..]) - half, cr = Load(third[i..]) - half;
            Store(y + Times(cr, RedHigh, RedLow), first[i..]);
            Store(y + Times(-cr, GreenHigh, GreenLow) + Times(-cb, GreenBlueHigh, GreenBlueLow), second[i..]);
            Store(y + Times(cb, BlueHigh, BlueLow), third[i..]);
        }

        for (; i < first.Length; i++)
        {
            int y = (first[i] << 4) + 8, cb = second[i] - 128, cr = third[i] - 128;
            first[i] = (byte)Math.Clamp((y + Times(cr, RedHigh, RedLow)) >> 4, 0, 255);
            second[i] = (byte)Math.Clamp((y + Times(-cr, GreenHigh, GreenLow) + Times(-cb, GreenBlueHigh, GreenBlueLow)) >> 4, 0, 255);
            third[i] = (byte)Math.Clamp((y + Times(cb, BlueHigh, BlueLow)) >> 4, 0, 255);
        }
    }

    private static Vector256<short> Times(Vector256<short> values, short high, short low) => (values * high) + ((values * low) >> 8);

    private static int Times(int value, int high, int low) => (value * high) + ((value * low) >> 8);

    private static Vector256<short> Load(ReadOnlySpan<byte> bytes)
    {
        var (low, high) = Vector128.Widen(Vector128.Create(bytes));
        return Vector256.Create(low, high).AsInt16();
    }

    private static void Store(Vector256<short> values, Span<byte> bytes)
    {
        var clamped = Vector256.Min(Vector256.Max(values >> 4, Vector256<short>.Zero), Vector256.Create((short)255)).AsUInt16();
        Vector128.Narrow(clamped.GetLower(), clamped.GetUpper()).CopyTo(bytes);
    }

    /// <summary>One component's share of light, with black taken off: ink as Adobe writes it, where 255 is none.</summary>
    internal static void Darken(Span<byte> colour, ReadOnlySpan<byte> black)
    {
        for (int i = 0; i < colour.Length; i++)
        {
            int product = (colour[i] * black[i]) + 128;
            colour[i] = (byte)((product + (product >> 8)) >> 8);
        }
    }

    /// <summary>255 less each byte.</summary>
    internal static void Invert(Span<byte> bytes)
    {
        foreach (ref byte value in bytes)
        {
            value = (byte)~value;
        }
    }

    /// <summary>
    /// A row of a component as wide as the picture. Twice as many samples are interpolated between the nearest, three quarters of the one
    /// and a quarter of the other; three or four times as many repeat them. The target has room for a sample that covers its end.
    /// </summary>
    internal static void Row(JpegComponent component, int y, Span<ushort> sums, Span<byte> target)
    {
        var (across, down) = component.Covers;
        int near = y / down;
        var row = Samples(component, near);
        if (across > 2 || down > 2 || (across, down) == (1, 1))
        {
            Repeat(row, across, target);
            return;
        }

        var other = down == 1 ? row : Samples(component, Math.Clamp((y & 1) == 0 ? near - 1 : near + 1, 0, component.Height - 1));
        if (across == 1)
        {
            for (int i = 0; i < row.Length && i < target.Length; i++)
            {
                target[i] = (byte)(((3 * row[i]) + other[i] + 2) >> 2);
            }
        }
        else if (down == 1)
        {
            Double(row, target);
        }
        else
        {
            DoubleBoth(row, other, sums[..row.Length], target);
        }
    }

    private static ReadOnlySpan<byte> Samples(JpegComponent component, int y) =>
        component.Samples.AsSpan(y * component.Stride, component.Width);

    private static void Repeat(ReadOnlySpan<byte> row, int times, Span<byte> target)
    {
        if (times == 1)
        {
            row.CopyTo(target);
            return;
        }

        for (int i = 0; i < row.Length; i++)
        {
            target.Slice(i * times, times).Fill(row[i]);
        }
    }

    private static void Double(ReadOnlySpan<byte> row, Span<byte> target)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int three = (3 * row[i]) + 2;
            target[2 * i] = (byte)((three + row[Math.Max(i - 1, 0)]) >> 2);
            target[(2 * i) + 1] = (byte)((three + row[Math.Min(i + 1, row.Length - 1)]) >> 2);
        }
    }

    private static void DoubleBoth(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<ushort> sums, Span<byte> target)
    {
        for (int j = 0; j < sums.Length; j++)
        {
            sums[j] = (ushort)((3 * near[j]) + far[j]);
        }

        int last = sums.Length - 1, i = 1;
        (target[0], target[(2 * last) + 1]) = ((byte)((sums[0] + 2) >> 2), (byte)((sums[last] + 2) >> 2));
        for (; BitConverter.IsLittleEndian && i <= sums.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            Vector256<ushort> before = Vector256.Create<ushort>(sums[(i - 1)..]), here = Vector256.Create<ushort>(sums[i..]);
            var half = Vector256.Create((ushort)8);
            var left = ((before * 3) + here + half) >> 4;
            var right = ((here * 3) + before + half) >> 4;
            (left | (right << 8)).AsByte().CopyTo(target[((2 * i) - 1)..]);
        }

        for (; i <= last; i++)
        {
            target[(2 * i) - 1] = (byte)(((3 * sums[i - 1]) + sums[i] + 8) >> 4);
            target[2 * i] = (byte)(((3 * sums[i]) + sums[i - 1] + 8) >> 4);
        }
    }
}
