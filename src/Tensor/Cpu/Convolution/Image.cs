using System.Runtime.CompilerServices;
namespace LisNative.Cpu;

/// <summary>One image [C, H, W] of a batch, in any layout.</summary>
internal readonly unsafe struct Image(Tensor t)
{
    /// <summary>Floats that are moved together.</summary>
    private const int Block = 2048;

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
        int left = border.Left * pixel, length = Width * pixel, whole = border.Pitch(Width) * pixel;
        end = Math.Min(end, border.Top + Height + border.Bottom);
        to += (nint)first * whole;
        for (int h = first - border.Top; h < end - border.Top; h++, to += whole)
        {
            float* from = data + (n * batch) + (h * row);
            if (h < 0 || h >= Height)
            {
                new Span<float>(to, whole).Clear();
            }
            else if (border.Between > 0)
            {
                new Span<float>(to, whole).Clear();
                SpreadRow(from, to, border, pixel);
            }
            else
            {
                new Span<float>(to, left).Clear();
                CopyRow(from, to + left, pixel, Width);
                new Span<float>(to + left + length, whole - left - length).Clear();
            }
        }
    }

    /// <summary>
    /// Copies rows of image n with a border of zeros, the border's included, from <paramref name="first"/> on before
    /// <paramref name="end"/>, to a plane of each channel, of which the rest becomes zero.
    /// </summary>
    internal void CopyPlanesTo(int n, float* to, nint plane, Border border, int first, int end)
    {
        new Span<float>(to, checked((int)(Channels * plane))).Clear();
        int pitch = border.Pitch(Width);
        for (int h = Math.Max(first - border.Top, 0); h < Math.Min(end - border.Top, Height); h++)
        {
            float* from = data + (n * batch) + (h * row), line = to + ((nint)(h + border.Top - first) * pitch) + border.Left;
            if (channel == 1 && column != 1)
            {
                TransposeKernel.Transpose(from, column, Width, Channels, line, plane);
                continue;
            }

            for (int c = 0; c < Channels; c++)
            {
                for (int w = 0; w < Width; w++)
                {
                    line[(c * plane) + w] = from[(c * channel) + (w * column)];
                }
            }
        }
    }

    /// <summary>Some columns at a time in H, W, C order, then each to its place.</summary>
    private void SpreadRow(float* from, float* to, Border border, int pixel)
    {
        int most = Math.Max(1, Block / pixel);
        float* block = stackalloc float[most * pixel];
        for (int first = 0; first < Width; first += most)
        {
            int count = Math.Min(most, Width - first);
            CopyRow(from + (first * column), block, pixel, count);
            for (int w = 0; w < count; w++)
            {
                new ReadOnlySpan<float>(block + ((nint)w * pixel), pixel).CopyTo(
                    new Span<float>(to + ((nint)border.Place(first + w, Width) * pixel), pixel));
            }
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void CopyRow(float* from, float* to, int pixel, int count)
    {
        if ((channel == 1 || Channels == 1) && column == Channels && pixel == Channels)
        {
            new ReadOnlySpan<float>(from, count * Channels).CopyTo(new Span<float>(to, count * Channels));
            return;
        }

        if (pixel > Channels)
        {
            new Span<float>(to, count * pixel).Clear();
        }

        if (column == 1)
        {
            TransposeKernel.Transpose(from, channel, Channels, count, to, pixel);
            return;
        }

        for (int c = 0; c < Channels; c++)
        {
            for (int w = 0; w < count; w++)
            {
                to[((nint)w * pixel) + c] = from[(c * channel) + (w * column)];
            }
        }
    }
}

/// <summary>
/// Zeros around an image, in pixels. Where a kernel leaves columns out between its taps, so does each row: columns that are one gap apart
/// lie side by side, first those from column 0 on, then those from column 1 on, … so that taps are neighbours.
/// </summary>
internal readonly record struct Border(int Top, int Left, int Bottom, int Right, int Between = 0)
{
    /// <summary>Pixels of a row of an image of some width with its border.</summary>
    internal int Pitch(int width) => (Between + 1) * Run(width);

    /// <summary>Where column x of an image of some width lies in a row; the border's columns have numbers below 0.</summary>
    internal int Place(int x, int width) => ((Left + x) % (Between + 1) * Run(width)) + ((Left + x) / (Between + 1));

    /// <summary>The columns that lie side by side.</summary>
    private int Run(int width) => (Left + width + Right + Between) / (Between + 1);
}
