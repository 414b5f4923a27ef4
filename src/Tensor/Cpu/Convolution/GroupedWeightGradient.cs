using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Σ over images and output pixels of x's windows times y, channel by channel, [inputs of a group, R, S, outputs]. A part is a fixed run of
/// the rows of all images of y with a sum of its own; the sums are added in order afterwards.
/// </summary>
internal readonly unsafe struct GroupedWeightGradient<TLane>(
    Image x, Image y, int lines, TapAxis down, TapAxis across, ChannelSpread spread, float* partial, int rows, int columns) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Most = 16;

    /// <summary>Parts for a number of rows of all images of y.</summary>
    internal static int Parts(int lines) => Math.Min(lines, Most);

    public void Execute(int part)
    {
        int parts = Parts(lines), size = rows * columns * y.Channels, end = (int)((long)lines * (part + 1) / parts);
        int most = Math.Max(1, CpuBackend.Strip / (y.Width * y.Channels));
        float* sums = partial + ((nint)part * spread.Inputs * size);
        new Span<float>(sums, spread.Inputs * size).Clear();
        for (int line = (int)((long)lines * part / parts), count; line < end; line += count)
        {
            int n = line / y.Height, p = line % y.Height;
            count = Math.Min(most, Math.Min(end - line, y.Height - p));
            Strip(n, p, p + count, sums, size);
        }
    }

    /// <summary>Some rows of an image of y.</summary>
    private void Strip(int n, int first, int end, float* sums, int size)
    {
        nint row = (nint)x.Width * y.Channels;
        float* image = x.ChannelsLast(n);
        if (spread.IsNone)
        {
            Lines(n, first, end, image, sums);
            return;
        }

        var taps = down.ForPhase(0);
        int top = Math.Clamp((first * taps.Scale) + taps.Lowest, 0, x.Height);
        int bottom = Math.Clamp(((end - 1) * taps.Scale) + taps.Lowest + taps.Reach, top, x.Height);
        float* spreadRows = Scratch.Rent((bottom - top) * row);
        for (int i = 0; i < spread.Inputs; i++)
        {
            spread.Copy(image + ((nint)top * x.Width * x.Channels), i, spreadRows, (bottom - top) * row / spread.Outputs);
            Lines(n, first, end, spreadRows - (top * row), sums + ((nint)i * size));
        }
    }

    private void Lines(int n, int first, int end, float* image, float* sums)
    {
        nint channels = y.Channels;
        var taps = down.ForPhase(0);
        for (TapRun run; first < end; first = run.End)
        {
            run = TapRun.From(first, taps, x.Height, end);
            Pixels(new()
            {
                X = image + (((first * taps.Scale) + taps.Lowest + (run.Tap * taps.Gap)) * x.Width * channels),
                XLine = taps.Scale * x.Width * channels,
                XRow = taps.Gap * x.Width * channels,
                Y = y.ChannelsLast(n) + (first * y.Width * channels),
                YLine = y.Width * channels,
                YPixel = channels,
                Sum = sums + (run.Tap * columns * channels),
                SumRow = columns * channels,
                SumColumn = channels,
                Lines = run.End - first,
                Rows = run.Count,
                Channels = y.Channels,
            });
        }
    }

    private void Pixels(DepthwiseSums lines)
    {
        nint channels = y.Channels;
        var taps = across.ForPhase(0);
        TapRun run;
        for (int first = 0; first < y.Width; first = run.End)
        {
            run = TapRun.From(first, taps, x.Width, y.Width);
            DepthwiseWeightKernel<TLane>.Add(lines with
            {
                X = lines.X + (((first * taps.Scale) + taps.Lowest + (run.Tap * taps.Gap)) * channels),
                XPixel = taps.Scale * channels,
                XColumn = taps.Gap * channels,
                Y = lines.Y + (first * channels),
                Sum = lines.Sum + (run.Tap * channels),
                Pixels = run.End - first,
                Columns = run.Count,
            });
        }
    }
}
