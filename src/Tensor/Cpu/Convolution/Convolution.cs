using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// The phases of a (transposed) convolution over a batch, one image, or a strip of its rows, a part: the image is laid out as H, W, C with
/// a border of zeros, and each run of output pixels in a row is a tile of the micro-kernel, read straight from it.
/// </summary>
internal readonly unsafe struct Convolution<TLane>(
    Image input, int strips, float* output, ConvPhases phases, Border border, float* weights, float* bias, EpilogueTail finish,
    int channels) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Output channels up to which whole registers of outputs would be mostly empty; dot products are used instead.</summary>
    internal const int FewChannels = 4;

    /// <summary>The fewest products along a row of taps that make dot products of it worth their last step.</summary>
    private const int ShortestDot = 32;

    internal static bool AreDots(ConvPhases phases, int channels) =>
        channels <= FewChannels && phases.Phase(0, 0).Across.Count * phases.Inputs >= ShortestDot;

    public void Execute(int part)
    {
        int n = part / strips, strip = part % strips;
        int width = border.Pitch(input.Width), row = phases.Width * channels;
        long bordered = (long)(border.Top + input.Height + border.Bottom) * width * input.Channels;
        bool overGate = finish.IsInPlace(output);
        float* image = border == default ? input.ChannelsLast(n)
            : null, scratch = Scratch.Rent((image == null ? bordered : 0) + (overGate ? (long)phases.Height * row : 0));
        float* result = overGate ? scratch : output + ((nint)n * phases.Height * row);
        if (image == null)
        {
            image = scratch + (overGate ? (nint)phases.Height * row : 0);
            var (from, end) = Reads(strip);
            input.CopyTo(n, image, border, input.Channels, from, end);
        }

        var next = strips == 1 ? input.Ahead(n + 1, 1, output, (nint)phases.Height * row) : default;
        for (int i = 0, offset = 0; i < phases.Count; i++)
        {
            var phase = phases.Phase(i, offset);
            offset += phase.WeightRows(phases.Inputs);
            float* top = image + ((nint)(border.Top - phase.PadTop) * width * input.Channels);
            for (int s = 0; s < phase.Parts; s++)
            {
                if (AreDots(phases, channels))
                {
                    Dots(phase, s, Rows(phase, strip), top, width, result, &next);
                }
                else
                {
                    Tiles(phase, s, Rows(phase, strip), top, width, result, &next);
                }
            }
        }

        int step = phases.Phase(0, 0).RowStep, first = First(strip) * step, last = Math.Min(First(strip + 1) * step, phases.Height);
        finish.Apply(result + ((nint)first * row), output, (((nint)n * phases.Height) + first) * row, (last - first) * row);
    }

    /// <summary>The first row of a strip, in every phase: the rows of all phases together are then contiguous in the output.</summary>
    private int First(int strip) => phases.Phase(0, 0).Rows * strip / strips;

    private Range Rows(ConvPhase phase, int strip) => Math.Min(First(strip), phase.Rows)..Math.Min(First(strip + 1), phase.Rows);

    /// <summary>The rows of the bordered input that a strip reads: a thread copies no others, which may lie in another's cache.</summary>
    private (int First, int End) Reads(int strip)
    {
        int first = int.MaxValue, end = 0;
        for (int i = 0; i < phases.Count; i++)
        {
            var phase = phases.Phase(i, 0);
            var rows = Rows(phase, strip);
            int top = border.Top - phase.PadTop;
            first = Math.Min(first, top + (rows.Start.Value * phase.Down.Scale));
            end = Math.Max(end, top + ((rows.End.Value - 1) * phase.Down.Scale) + phase.Down.Reach);
        }

        return (first, end);
    }

    private void Tiles(ConvPhase phase, int part, Range rows, float* top, int width, float* result, Prefetch* next)
    {
        int columns = MicroKernel<TLane>.Columns, panels = Panels<TLane>.Count(channels), taps = phase.Across.Count * input.Channels;
        int pixels = phase.PartColumns(part), tiles = (pixels + MicroKernel<TLane>.MaxRows - 1) / MicroKernel<TLane>.MaxRows;
        nint pixel = (nint)phase.ColumnStep * phase.Parts * channels;
        float* origin = top + ((nint)phase.PartStart(part, border, input.Width) * input.Channels);
        float* whole = stackalloc float[14 * 32];
        var t = new Tile
        {
            ARow = (nint)phase.PartStride * input.Channels,
            AStep = 1,
            ASegment = (nint)phase.Down.Gap * width * input.Channels,
            BStep = columns,
            BSegment = (nint)taps * columns,
            Length = taps,
            Segments = phase.Down.Count,
            Next = next,
        };
        for (int panel = 0; panel < panels; panel++)
        {
            t.B = weights + (((nint)phase.WeightOffset * panels * columns) + ((nint)panel * phase.Down.Count * taps * columns));
            t.Init = bias + (panel * columns);
            int used = Math.Min(columns, channels - (panel * columns));
            for (int row = rows.Start.Value; row < rows.End.Value; row++)
            {
                float* from = origin + ((nint)row * phase.Down.Scale * width * input.Channels);
                float* to = result + (Pixel(phase, row, part) * channels) + (panel * columns);
                for (int tile = 0; tile < tiles; tile++)
                {
                    int first = pixels * tile / tiles, height = (pixels * (tile + 1) / tiles) - first;
                    t.A = from + (first * t.ARow);
                    t.C = used < columns ? whole : to + (first * pixel);
                    t.CRow = used < columns ? columns : pixel;
                    MicroKernel<TLane>.Multiply(height, t);
                    if (used < columns)
                    {
                        TileEdge.Copy(whole, columns, to + (first * pixel), pixel, height, used);
                    }
                }
            }
        }
    }

    /// <summary>The number of the first output pixel of a part of a phase's row.</summary>
    private nint Pixel(ConvPhase phase, int row, int part) =>
        (((nint)phase.Row0 + (row * phase.RowStep)) * phases.Width) + phase.Column0 + (part * phase.ColumnStep);

    private void Dots(ConvPhase phase, int part, Range rows, float* top, int width, float* result, Prefetch* next)
    {
        int taps = phase.Across.Count * input.Channels;
        float* origin = top + ((nint)phase.PartStart(part, border, input.Width) * input.Channels);
        var t = new DotKernel<TLane>
        {
            ARow = (nint)phase.PartStride * input.Channels,
            ASegment = (nint)phase.Down.Gap * width * input.Channels,
            B = weights + ((nint)phase.WeightOffset * channels),
            Length = taps,
            Segments = phase.Down.Count,
            Outputs = channels,
            Bias = bias,
            CRow = (nint)phase.ColumnStep * phase.Parts * channels,
            Next = next,
        };
        for (int row = rows.Start.Value; row < rows.End.Value; row++)
        {
            t.A = origin + ((nint)row * phase.Down.Scale * width * input.Channels);
            t.C = result + (Pixel(phase, row, part) * channels);
            t.Run(phase.PartColumns(part));
        }
    }
}
