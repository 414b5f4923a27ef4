using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// A convolution of stride 1 with few outputs, some rows of an image a part. Outputs that would leave most of a register empty are rows of
/// the micro-kernel, and pixels its columns: of the image's planes with a border of zeros, laid out so that the pixels of all rows lie side
/// by side. What a tile computes between two rows of the image is not used. The order of every sum is that of <see cref="Convolution{T}"/>.
/// </summary>
internal readonly unsafe struct PlanarConvolution<TLane>(
    Image input, int strips, float* output, ConvPhase phase, Border border, float* weights, float* bias, EpilogueTail finish,
    int outputs, int columns) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private static int Width => MicroKernel<TLane>.Columns;

    private int Pitch => border.Pitch(input.Width);

    /// <summary>Weights of an output.</summary>
    private nint Weights => (nint)phase.Down.Count * phase.Across.Count * input.Channels;

    /// <summary>Whether it is of this kind, and faster so: outputs that fit a register and the rows of a tile.</summary>
    internal static bool Serves(ConvPhases phases, int outputs)
    {
        var first = phases.Phase(0, 0);
        return phases.Count == 1 && first is { Down.Scale: 1, Across.Scale: 1, Down.Count: > 0, Across.Count: > 0 }
            && outputs <= Math.Min(TLane.Width, MicroKernel<TLane>.MaxRows) && !Convolution<TLane>.AreDots(phases, outputs);
    }

    public void Execute(int part)
    {
        int n = part / strips, strip = part % strips;
        int first = phase.Rows * strip / strips, rows = (phase.Rows * (strip + 1) / strips) - first;
        int height = rows + phase.Down.Reach - 1, tiles = (((rows - 1) * Pitch) + columns + Width - 1) / Width;
        nint results = Apart((nint)tiles * Width), reach = ((phase.Across.Count - 1) * phase.Across.Gap) + border.Left - phase.PadLeft;
        nint plane = Apart(Math.Max((nint)height * Pitch, results + ((height - rows) * Pitch) + reach));
        bool waits = finish.IsInPlace(output);
        float* planes = Scratch.Rent(
            (input.Channels * plane) + (outputs * (results + Width)) + (waits ? (nint)rows * columns * outputs : 0));
        float* starts = planes + (input.Channels * plane), sums = starts + (outputs * Width), waiting = sums + (outputs * results);
        int top = border.Top - phase.PadTop + first;
        input.CopyPlanesTo(n, planes, plane, border, top, top + height);
        for (int o = 0; o < outputs; o++)
        {
            new Span<float>(starts + (o * Width), Width).Fill(bias[o]);
        }

        for (int tile = 0; tile < tiles; tile++)
        {
            Sum(planes + border.Left - phase.PadLeft + (tile * Width), plane, starts, sums + (tile * Width), results);
        }

        nint to = (((nint)n * phase.Rows) + first) * columns * outputs;
        float* pixels = waits ? waiting : output + to;
        for (int row = 0; row < rows; row++)
        {
            TransposeKernel.Transpose(
                sums + ((nint)row * Pitch), results, outputs, columns, pixels + ((nint)row * columns * outputs), outputs);
        }

        finish.Apply(pixels, output, to, rows * columns * outputs);
    }

    /// <summary>An odd number of cache lines, so that planes do not compete for the same places in the caches.</summary>
    private static nint Apart(nint floats) => (floats / (2 * Prefetch.Line) * 2 * Prefetch.Line) + (3 * Prefetch.Line);

    /// <summary>All outputs of as many pixels as a tile has columns.</summary>
    private void Sum(float* from, nint plane, float* starts, float* to, nint results)
    {
        for (int r = 0; r < phase.Down.Count; r++)
        {
            MicroKernel<TLane>.Multiply(outputs, new Tile
            {
                A = weights + ((nint)r * phase.Across.Count * input.Channels),
                ARow = Weights,
                AStep = 1,
                ASegment = input.Channels,
                B = from + ((nint)r * phase.Down.Gap * Pitch),
                BStep = plane,
                BSegment = phase.Across.Gap,
                Length = input.Channels,
                Segments = phase.Across.Count,
                Init = r == 0 ? starts : to,
                InitRow = r == 0 ? Width : results,
                C = to,
                CRow = results,
            });
        }
    }
}
