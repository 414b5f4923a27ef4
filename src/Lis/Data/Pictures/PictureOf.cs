using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LisNative.Data;

/// <summary>A picture of bytes or, deeper, of 16 bits a sample.</summary>
internal sealed record Picture<T>(int Channels, int Height, int Width, T[] Pixels) : Picture(Channels, Height, Width)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private static readonly uint Largest = uint.CreateTruncating(T.MaxValue);

    private ReadOnlySpan<T> Plane(int channel) => Pixels.AsSpan(channel * Height * Width, Height * Width);

    internal override Picture OverWhite()
    {
        if (Channels is 1 or 3)
        {
            return this;
        }

        int colours = Channels - 1, size = Height * Width;
        var alphas = Plane(colours);
        var result = new T[colours * size];
        for (int c = 0; c < colours; c++)
        {
            var from = Plane(c);
            var to = result.AsSpan(c * size, size);
            for (int i = 0; i < size; i++)
            {
                uint alpha = uint.CreateTruncating(alphas[i]);
                uint both = (alpha * uint.CreateTruncating(from[i])) + ((Largest - alpha) * Largest);
                to[i] = T.CreateTruncating((both + (Largest / 2)) / Largest);
            }
        }

        return new Picture<T>(colours, Height, Width, result);
    }

    /// <summary>Grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), in 16 bits of fraction and rounded, as in Pillow.</summary>
    internal override Picture In(Colour? colour)
    {
        switch (colour, Channels)
        {
            case (Colour.Rgb, 1):
                return new Picture<T>(3, Height, Width, [.. Pixels, .. Pixels, .. Pixels]);
            case (Colour.Grey, 3):
                var grey = new T[Height * Width];
                ReadOnlySpan<T> red = Plane(0), green = Plane(1), blue = Plane(2);
                for (int i = 0; i < grey.Length; i++)
                {
                    uint r = uint.CreateTruncating(red[i]), g = uint.CreateTruncating(green[i]), b = uint.CreateTruncating(blue[i]);
                    uint sum = (19595 * r) + (38470 * g) + (7471 * b);
                    grey[i] = T.CreateTruncating((sum + 0x8000) >> 16);
                }

                return new Picture<T>(1, Height, Width, grey);
            default:
                return this;
        }
    }

    // First down the columns, then along the row of sums.
    internal override Picture<T> Resize(int height, int width)
    {
        if (height == Height && width == Width)
        {
            return this;
        }

        long size = (long)Channels * height * width;
        var (down, across) = (new ResizeAxis(Height, height), new ResizeAxis(Width, width));
        var result = size <= Array.MaxLength && down.Total * Largest <= uint.MaxValue ? new T[size]
            : throw new InvalidDataException($"expected a size that memory can hold, found {height}x{width}");
        var sums = new uint[Width];
        ulong area = (ulong)down.Total * (ulong)across.Total;
        for (int row = 0, at = 0; row < Channels * height; row++)
        {
            int y = row % height;
            var plane = Plane(row / height);
            Array.Clear(sums);
            for (int from = down.First(y), last = down.Last(y); from <= last; from++)
            {
                Add(plane.Slice(from * Width, Width), down.Weight(from, y), sums);
            }

            for (int x = 0; x < width; x++)
            {
                ulong sum = 0;
                for (int from = across.First(x), last = across.Last(x); from <= last; from++)
                {
                    sum += (ulong)across.Weight(from, x) * sums[from];
                }

                var (mean, rest) = Math.DivRem(sum, area);
                result[at++] = T.CreateTruncating((2 * rest) + (mean & 1) > area ? mean + 1 : mean);
            }
        }

        return new(Channels, height, width, result);
    }

    private static void Add(ReadOnlySpan<T> row, uint weight, Span<uint> sums)
    {
        int i = 0;
        if (typeof(T) == typeof(byte))
        {
            var bytes = MemoryMarshal.AsBytes(row);
            for (; i <= bytes.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            {
                var (low, high) = Vector256.Widen(Vector256.Create(bytes[i..]));
                AddWords(low, weight, sums[i..]);
                AddWords(high, weight, sums[(i + Vector256<ushort>.Count)..]);
            }
        }

        for (; i < row.Length; i++)
        {
            sums[i] += weight * uint.CreateTruncating(row[i]);
        }
    }

    private static void AddWords(Vector256<ushort> words, uint weight, Span<uint> sums)
    {
        var (low, high) = Vector256.Widen(words);
        ((low * weight) + Vector256.Create(sums)).CopyTo(sums);
        var next = sums[Vector256<uint>.Count..];
        ((high * weight) + Vector256.Create(next)).CopyTo(next);
    }

    internal override Picture Turn(Orientation orientation)
    {
        if (orientation == Orientation.Upright)
        {
            return this;
        }

        var (height, width) = orientation.Transposes() ? (Width, Height) : (Height, Width);
        var result = new T[Pixels.Length];
        for (int row = 0, at = 0; row < Channels * height; row++)
        {
            var plane = Plane(row / height);
            int y = orientation.IsUpsideDown() ? height - 1 - (row % height) : row % height;
            for (int x = 0; x < width; x++)
            {
                int column = orientation.IsMirrored() ? width - 1 - x : x;
                result[at++] = orientation.Transposes() ? plane[(column * Width) + y] : plane[(y * Width) + column];
            }
        }

        return new Picture<T>(Channels, height, width, result);
    }

    // A sample of 16 bits that stands for a byte, 257 times as much, becomes that byte's number to the bit.
    internal override void CopyTo(Span<float> target, (int Low, int High)? range, string name)
    {
        if (range is { High: var most } && most > Largest)
        {
            throw new InputException(name, $"expected a picture of 16 bits, as the range up to {most} has them, found one of 8");
        }

        double step = Largest / 255.0;
        for (int i = 0; i < Pixels.Length; i++)
        {
            uint value = uint.CreateTruncating(Pixels[i]);
            target[i] = range is not var (low, high) ? (float)(value / step * (1f / 255))
                : value >= low && value <= high ? (float)((value - (double)low) / ((double)high - low))
                : throw new InputException(name, $"expected pixels in the range {low}..{high}, found {value}");
        }
    }
}
