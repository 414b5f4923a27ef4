using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Σ over images and output pixels of x's window times y's channels. A group of images has a sum of its own; the sums are added in order
/// afterwards. For one row r of the kernel the window (s, c) is contiguous in a channels-last image, so the micro-kernel runs over the
/// pixels of an image with one operand as rows and the other as columns; the wider is columns.
/// </summary>
internal readonly unsafe struct WeightGradient<TLane>(
    Image x, Image y, int images, ConvPhases phases, Border border, WeightCut cut, float* partial) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>
    /// Floats of both operands that stay in a cache while all sums take them in, and pixels that pay for reading the sums.
    /// </summary>
    private const int BlockFloats = 1 << 16, FewestPixels = 128;

    private readonly ConvPhase phase = phases.Phase(0, 0);

    /// <summary>All images as <see cref="Prepare"/> leaves them, where parts share them.</summary>
    internal float* Shared { get; init; }

    /// <summary>Whether y's channels are the columns of the micro-kernel (else the window is).</summary>
    private bool ColumnsAreOutputs => OutputsAreColumns(y.Channels);

    private int Window => phase.Across.Count * x.Channels;

    private int Rows => ColumnsAreOutputs ? Window : y.Channels;

    private int Columns => Padded(ColumnsAreOutputs ? y.Channels : Window);

    private int Width => border.Pitch(x.Width);

    /// <summary>
    /// Floats of an image with its border, where it is not read as it lies: if it has a border, or is in another order, or is the columns,
    /// whose last panel reaches beyond it.
    /// </summary>
    private nint XSize => ColumnsAreOutputs && border == default && x.ChannelsLast(0) != null ? 0
        : (nint)(border.Top + x.Height + border.Bottom) * Width * x.Channels;

    /// <summary>Those of its y, if its pixels are no whole panels, or in another order.</summary>
    private nint YSize => y.Channels == Pixel && y.ChannelsLast(0) != null ? 0 : (nint)y.Height * y.Width * Pixel;

    private int Pixel => ColumnsAreOutputs ? Columns : y.Channels;

    /// <summary>Rows of y's pixels that are taken in together.</summary>
    private int RowsEach => Math.Max(
        BlockFloats / (((x.Height * x.Channels / y.Height) + Pixel) * y.Width), (FewestPixels + y.Width - 1) / y.Width);

    internal static bool OutputsAreColumns(int outputs) => outputs > Convolution<TLane>.FewChannels;

    internal static int Padded(int columns) => Panels<TLane>.Count(columns) * MicroKernel<TLane>.Columns;

    /// <summary>Floats that so many images take when they are prepared: a panel may reach beyond the last window.</summary>
    internal long Prepared(int count) => (count * (XSize + YSize)) + MicroKernel<TLane>.Columns;

    public void Execute(int part)
    {
        int panels = Columns / MicroKernel<TLane>.Columns, run = part % cut.Panels, row = part / cut.Panels % cut.Rows;
        int group = part / cut.Panels / cut.Rows, end = images * (group + 1) / cut.Groups;
        int firstPanel = panels * run / cut.Panels, lastPanel = panels * (run + 1) / cut.Panels;
        int firstRow = cut.Rows == 1 ? 0 : row, lastRow = cut.Rows == 1 ? phase.Down.Count : row + 1;
        float* sum = partial + ((nint)group * phase.Down.Count * Rows * Columns);
        for (int r = firstRow; r < lastRow; r++)
        {
            Clear(sum + ((nint)r * Rows * Columns), firstPanel, lastPanel);
        }

        float* own = cut.Shares ? null : Scratch.Rent(Prepared(1));
        for (int n = images * group / cut.Groups; n < end; n++)
        {
            float* copies = cut.Shares ? Shared + (n * (XSize + YSize)) : own;
            if (!cut.Shares)
            {
                Prepare(n, copies);
            }

            float* xs = XSize == 0 ? x.ChannelsLast(n) : copies, ys = YSize == 0 ? y.ChannelsLast(n) : copies + XSize;
            var next = cut.Shares ? default : x.Ahead(n + 1, 1).Then(y.Ahead(n + 1, 1));
            for (int from = 0; from < y.Height; from += RowsEach)
            {
                int rows = Math.Min(RowsEach, y.Height - from);
                for (int r = firstRow; r < lastRow; r++)
                {
                    Add(r, xs, ys, from, rows, firstPanel, lastPanel, sum + ((nint)r * Rows * Columns), &next);
                }
            }
        }
    }

    /// <summary>Image n with its border, and what belongs to its pixels, where they must be copied.</summary>
    internal void Prepare(int n, float* to)
    {
        if (XSize > 0)
        {
            x.CopyTo(n, to, border, x.Channels);
        }

        if (YSize > 0)
        {
            y.CopyTo(n, to + XSize, default, Pixel);
        }
    }

    private void Clear(float* sum, int firstPanel, int lastPanel)
    {
        int first = firstPanel * MicroKernel<TLane>.Columns, count = (lastPanel - firstPanel) * MicroKernel<TLane>.Columns;
        for (int row = 0; row < Rows; row++, sum += Columns)
        {
            new Span<float>(sum + first, count).Clear();
        }
    }

    /// <summary>Row r of the kernel over some rows of pixels.</summary>
    private void Add(int r, float* xs, float* ys, int from, int rows, int firstPanel, int lastPanel, float* sum, Prefetch* next)
    {
        int first = firstPanel * MicroKernel<TLane>.Columns, count = (lastPanel - firstPanel) * MicroKernel<TLane>.Columns;
        for (int s = 0; s < phase.Parts; s++)
        {
            float* window = xs + ((((nint)r * phase.Down.Gap * Width) + phase.PartStart(s, border, x.Width)) * x.Channels);
            float* pixels = ys + (s * Pixel);
            nint windowStep = (nint)phase.PartStride * x.Channels, windowSegment = (nint)phase.Down.Scale * Width * x.Channels;
            nint pixelStep = Pixel * phase.Parts, pixelSegment = (nint)y.Width * Pixel;
            var tile = new Tile
            {
                ARow = 1,
                Length = phase.PartColumns(s),
                Segments = rows,
                InitRow = Columns,
                Init = sum + first,
                C = sum + first,
                CRow = Columns,
                Next = next,
            };
            window += from * windowSegment;
            pixels += from * pixelSegment;
            tile.A = ColumnsAreOutputs ? window : pixels;
            tile.B = (ColumnsAreOutputs ? pixels : window) + first;
            (tile.AStep, tile.ASegment, tile.BStep, tile.BSegment) = ColumnsAreOutputs
                ? (windowStep, windowSegment, pixelStep, pixelSegment) : (pixelStep, pixelSegment, windowStep, windowSegment);
            MicroKernel<TLane>.Cover(tile, Rows, count, MicroKernel<TLane>.Columns);
        }
    }

    /// <summary>Prepares all images, each a part.</summary>
    internal readonly struct Preparing(WeightGradient<TLane> gradient, float* to) : ITask
    {
        public void Execute(int part) => gradient.Prepare(part, to + (part * (gradient.XSize + gradient.YSize)));
    }
}
