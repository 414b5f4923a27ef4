using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// A (transposed) convolution of channels in groups; a part is a strip of rows of an image, channels last. Output rows and columns are
/// taken in <see cref="TapRun"/>s.
/// </summary>
internal readonly unsafe struct GroupedConvolution<TLane>(
    Image input, Image output, int strips, TapAxis down, TapAxis across, ChannelSpread spread, GroupedWeights weights, float* bias,
    EpilogueTail finish) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        int n = part / strips, first = output.Height * (part % strips) / strips, end = output.Height * ((part % strips) + 1) / strips;
        int row = output.Width * output.Channels;
        nint inputRow = (nint)input.Width * output.Channels;
        float* image = input.ChannelsLast(n), results = output.ChannelsLast(n);
        if (spread.IsNone)
        {
            Rows(first, end, image, 0, results);
        }
        else
        {
            var (top, bottom) = Reads(first, end);
            float* spreadRows = Scratch.Rent((bottom - top) * inputRow);
            for (int i = 0; i < spread.Inputs; i++)
            {
                spread.Copy(image + ((nint)top * input.Width * input.Channels), i, spreadRows, (bottom - top) * inputRow / spread.Outputs);
                Rows(first, end, spreadRows - (top * inputRow), i, results);
            }
        }

        finish.Apply(output.ChannelsLast(0), (((nint)n * output.Height) + first) * row, (end - first) * row);
    }

    /// <summary>The rows of the input that some of the output read.</summary>
    private (int Top, int Bottom) Reads(int first, int end)
    {
        int top = input.Height, bottom = 0;
        for (int h = first; h < end; h++)
        {
            var taps = down.ForPhase(h % down.Phases);
            int lowest = (h / down.Phases * taps.Scale) + taps.Lowest;
            top = Math.Min(top, Math.Max(0, lowest));
            bottom = Math.Max(bottom, Math.Min(input.Height, lowest + taps.Reach));
        }

        return (Math.Min(top, bottom), bottom);
    }

    /// <summary>Rows of the output from the i-th inputs of groups, to which those of the inputs before are added.</summary>
    private void Rows(int first, int end, float* image, int i, float* results)
    {
        nint channels = output.Channels;
        for (int h = first; h < end; h++)
        {
            var taps = down.ForPhase(h % down.Phases);
            int u = h / down.Phases;
            var run = TapRun.From(u, taps, input.Height, u + 1);
            var (weight, step) = taps.Weights;
            float* y = results + (h * output.Width * channels);
            Row(y, new()
            {
                X = image + (((u * taps.Scale) + taps.Lowest + (run.Tap * taps.Gap)) * input.Width * channels),
                XRow = taps.Gap * input.Width * channels,
                W = weights.Of(i, weight + (run.Tap * step), channels),
                WRow = step * weights.Columns * channels,
                Init = i == 0 ? bias : y,
                Rows = run.Count,
                Channels = output.Channels,
            });
        }
    }

    private void Row(float* y, DepthwiseTile row)
    {
        nint channels = output.Channels, pixel = Math.Min(across.Phases, output.Width) * channels;
        for (int phase = 0; phase < Math.Min(across.Phases, output.Width); phase++)
        {
            var taps = across.ForPhase(phase);
            int outputs = (output.Width - phase + across.Phases - 1) / across.Phases;
            var (weight, step) = taps.Weights;
            float* to = y + (phase * channels);
            var tile = row with { XPixel = taps.Scale * channels, XColumn = taps.Gap * channels, WColumn = step * channels };
            (tile.YPixel, tile.InitPixel) = (pixel, row.Init == y ? pixel : 0);
            TapRun run;
            for (int first = 0; first < outputs; first = run.End)
            {
                run = TapRun.From(first, taps, input.Width, outputs);
                tile.X = row.X + (((first * taps.Scale) + taps.Lowest + (run.Tap * taps.Gap)) * channels);
                tile.W = row.W + ((weight + (run.Tap * step)) * channels);
                tile.Y = to + (first * pixel);
                tile.Init = row.Init == y ? tile.Y : row.Init;
                (tile.Columns, tile.Pixels) = (run.Count, run.End - first);
                DepthwiseKernel<TLane>.Run(tile);
            }
        }
    }
}
