using System.Runtime.CompilerServices;
namespace LisNative.Cpu;

/// <summary>One image [C, H, W] of a batch, in any layout.</summary>
internal readonly unsafe struct Image(Tensor t)
{
    private readonly float* data = (float*)t.Address + t.Offset;
    private readonly nint batch = t.Strides[0], channel = t.Strides[1], row = t.Strides[2], column = t.Strides[3];
    private readonly int images = t.Shape[0];

    internal readonly int Channels = t.Shape[1], Height = t.Shape[2], Width = t.Shape[3];

    /// <summary>Where image n begins, if its memory order is H, W, C without gaps; else null.</summary>
    internal float* ChannelsLast(int n) =>
        (channel == 1 || Channels == 1) && (column == Channels || Width == 1) && (row == (nint)Width * Channels || Height == 1)
            ? data + (n * batch) : null;

    /// <summary>Images n to n + count, those that there are, if each is one piece of memory: what is read next.</summary>
    internal Prefetch Ahead(int n, int count) =>
        batch == (nint)Channels * Height * Width ? new(data + (n * batch), (long)Math.Min(count, images - n) * batch) : default;

    /// <summary>And then their results, of a given size each, which are written next.</summary>
    internal Prefetch Ahead(int n, int count, float* results, nint size) =>
        Ahead(n, count).Then(new(results + (n * size), (long)Math.Min(count, images - n) * size));

    /// <summary>
    /// Copies image n to memory in H, W, C order with a border of zeros and <paramref name="pixel"/> floats from pixel to pixel (the
    /// channels, then zeros); of its rows, the border's included, those from <paramref name="first"/> on before <paramref name="end"/>,
    /// each to its place.
    /// </summary>
    internal void CopyTo(int n, float* to, Border border, int pixel, int first = 0, int end = int.MaxValue)
    {
        int left = border.Left * pixel, length = Width * pixel, right = border.Right * pixel;
        end = Math.Min(end, border.Top + Height + border.Bottom);
        to += (nint)first * (left + length + right);
        for (int h = first - border.Top; h < end - border.Top; h++, to += left + length + right)
        {
            if (h < 0 || h >= Height)
            {
                new Span<float>(to, left + length + right).Clear();
                continue;
            }

            new Span<float>(to, left).Clear();
            CopyRow(data + (n * batch) + (h * row), to + left, pixel);
            new Span<float>(to + left + length, right).Clear();
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void CopyRow(float* from, float* to, int pixel)
    {
        if ((channel == 1 || Channels == 1) && column == Channels && pixel == Channels)
        {
            new ReadOnlySpan<float>(from, Width * Channels).CopyTo(new Span<float>(to, Width * Channels));
            return;
        }

        if (pixel > Channels)
        {
            new Span<float>(to, Width * pixel).Clear();
        }

        if (column == 1)
        {
            TransposeKernel.Transpose(from, channel, Channels, Width, to, pixel);
            return;
        }

        for (int c = 0; c < Channels; c++)
        {
            for (int w = 0; w < Width; w++)
            {
                to[((nint)w * pixel) + c] = from[(c * channel) + (w * column)];
            }
        }
    }
}

/// <summary>Zeros around an image, in pixels; a side may be negative, which is taken as none.</summary>
internal readonly record struct Border(int Top, int Left, int Bottom, int Right);
