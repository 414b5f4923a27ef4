using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Σ over images and output pixels of x's window times y's channels. A part is a fixed group of images with a sum of its own;
/// the sums are added in order afterwards. For one row r of the kernel the window (s, c) is contiguous in a channels-last image,
/// so the micro-kernel runs over the pixels of an image with one operand as rows and the other as columns; the wider is columns.
/// </summary>
internal readonly unsafe struct WeightGradient<TLane>(
    Image x, Image y, int images, ConvPhases phases, Border border, float* partial) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Groups = 16;

    internal static int GroupsFor(int images) => Math.Min(images, Groups);

    /// <summary>Whether y's channels are the columns of the micro-kernel (else the window is).</summary>
    internal static bool ColumnsAreOutputs(int outputs) => outputs > Convolution<TLane>.FewChannels;

    internal static int Padded(int columns) => Panels<TLane>.Count(columns) * MicroKernel<TLane>.Columns;

    public void Execute(int group)
    {
        var (phase, g) = (phases.Phase(0, 0), phases.Geometry);
        int groups = GroupsFor(images), kernelR = phase.Down.Count, window = phase.Across.Count * x.Channels;
        int step = MicroKernel<TLane>.Columns, width = border.Pitch(x.Width);
        bool outputs = ColumnsAreOutputs(y.Channels);
        int pixel = outputs ? Padded(y.Channels) : y.Channels;
        int rows = outputs ? window : y.Channels, columns = outputs ? pixel : Padded(window);
        long xSize = (long)(border.Top + x.Height + border.Bottom) * width * x.Channels;
        float* xs = Scratch.Rent(xSize + step + ((long)y.Height * y.Width * pixel)), ys = xs + xSize + step;
        new Span<float>(xs + xSize, step).Clear();
        float* sum = partial + ((nint)group * kernelR * rows * columns);
        new Span<float>(sum, kernelR * rows * columns).Clear();
        for (int n = images * group / groups; n < images * (group + 1) / groups; n++)
        {
            x.CopyTo(n, xs, border, x.Channels);
            float* y0 = pixel == y.Channels ? y.ChannelsLast(n) : null;
            if (y0 == null)
            {
                y.CopyTo(n, y0 = ys, default, pixel);
            }

            var next = x.Ahead(n + 1, 1).Then(y.Ahead(n + 1, 1));
            for (int part = 0; part < kernelR * phase.Parts; part++)
            {
                int r = part / phase.Parts, s = part % phase.Parts;
                float* window0 = xs + ((((nint)r * g.Dilation * width) + phase.PartStart(s, border, x.Width)) * x.Channels);
                float* y1 = y0 + (s * pixel);
                var tile = outputs
                    ? new Tile
                    {
                        A = window0,
                        AStep = (nint)phase.PartStride * x.Channels,
                        ASegment = (nint)g.Stride * width * x.Channels,
                        B = y1,
                        BStep = pixel * phase.Parts,
                        BSegment = (nint)y.Width * pixel
                    }
                    : new Tile
                    {
                        A = y1,
                        AStep = pixel * phase.Parts,
                        ASegment = (nint)y.Width * pixel,
                        B = window0,
                        BStep = (nint)phase.PartStride * x.Channels,
                        BSegment = (nint)g.Stride * width * x.Channels
                    };
                tile.Next = &next;
                Add(tile, phase.PartColumns(s), rows, columns, sum + ((nint)r * rows * columns));
            }
        }
    }

    private void Add(Tile tile, int length, int rows, int columns, float* sum)
    {
        (tile.ARow, tile.Length, tile.Segments, tile.InitRow, tile.CRow) = (1, length, y.Height, columns, columns);
        tile.Init = tile.C = sum;
        MicroKernel<TLane>.Cover(tile, rows, columns, MicroKernel<TLane>.Columns);
    }
}
