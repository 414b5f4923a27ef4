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
        nint channels = output.Channels, row = output.Width * channels;
        for (int phase = 0; phase < down.Phases; phase++)
        {
            var taps = down.ForPhase(phase);
            var (weight, step) = taps.Weights;
            int last = (end - phase + down.Phases - 1) / down.Phases;
            TapRun run;
            for (int u = (first - phase + down.Phases - 1) / down.Phases; u < last; u = run.End)
            {
                run = TapRun.From(u, taps, input.Height, last);
                float* y = results + (((u * down.Phases) + phase) * row);
                Columns(new()
                {
                    X = image + (((u * taps.Scale) + taps.Lowest + (run.Tap * taps.Gap)) * input.Width * channels),
                    XLine = taps.Scale * input.Width * channels,
                    XRow = taps.Gap * input.Width * channels,
                    W = weights.Of(i, weight + (run.Tap * step), channels),
                    WRow = step * weights.Columns * channels,
                    Init = i == 0 ? bias : y,
                    InitLine = i == 0 ? 0 : down.Phases * row,
                    InitPixel = i == 0 ? 0 : across.Phases * channels,
                    Y = y,
                    YLine = down.Phases * row,
                    YPixel = across.Phases * channels,
                    Lines = run.End - u,
                    Rows = run.Count,
                    Channels = output.Channels,
                });
            }
        }
    }

    private void Columns(DepthwiseTile row)
    {
        nint channels = output.Channels;
        for (int phase = 0; phase < Math.Min(across.Phases, output.Width); phase++)
        {
            var taps = across.ForPhase(phase);
            var (weight, step) = taps.Weights;
            int outputs = (output.Width - phase + across.Phases - 1) / across.Phases;
            TapRun run;
            for (int u = 0; u < outputs; u = run.End)
            {
                run = TapRun.From(u, taps, input.Width, outputs);
                nint pixel = ((u * across.Phases) + phase) * channels;
                DepthwiseKernel<TLane>.Run(row with
                {
                    X = row.X + (((u * taps.Scale) + taps.Lowest + (run.Tap * taps.Gap)) * channels),
                    XPixel = taps.Scale * channels,
                    XColumn = taps.Gap * channels,
                    W = row.W + ((weight + (run.Tap * step)) * channels),
                    WColumn = step * channels,
                    Init = row.InitPixel == 0 ? row.Init : row.Init + pixel,
                    Y = row.Y + pixel,
                    Pixels = run.End - u,
                    Columns = run.Count,
                });
            }
        }
    }
}
