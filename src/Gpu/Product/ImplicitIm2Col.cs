using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>Images, as the strides of their axes say.</summary>
internal readonly struct Images(ArrayView<float> data, Tensor x)
{
    /// <summary>A row or column that stays outside the image whatever is added.</summary>
    internal const int Outside = -(1 << 30);

    private readonly ArrayView<float> data = data;
    private readonly int offset = x.Offset, n = x.Strides[0], c = x.Strides[1], h = x.Strides[2], w = x.Strides[3], height = x.Shape[2],
        width = x.Shape[3];

    /// <summary>A pixel of an image.</summary>
    internal Cursor Pixel(int image, int row, int column) => new(offset + (image * n) + (row * h) + (column * w), row, column);

    /// <summary>The way from a pixel to a channel of another.</summary>
    internal Cursor Way(int rows, int columns, int channel) => new((rows * h) + (columns * w) + (channel * c), rows, columns);

    /// <summary>The value in the channel to which the way from the pixel leads; zero outside.</summary>
    internal float At(Cursor pixel, Cursor way, bool wanted) =>
        Intrinsics.LoadIf(wanted & IsInside(pixel, way), data, pixel.Base + way.Base);

    /// <summary>Four channels of an aligned image.</summary>
    internal Float4 At4(Cursor pixel, Cursor way, bool wanted) =>
        Intrinsics.LoadIf(wanted & IsInside(pixel, way), data.Cast<Float4>(), (pixel.Base + way.Base) >> 2);

    private bool IsInside(Cursor pixel, Cursor way) => ((uint)(pixel.H + way.H) < (uint)height) & ((uint)(pixel.W + way.W) < (uint)width);
}

/// <summary>
/// The matrix that unfolding images would give, never written: a row for each output pixel, a column for each position in the window; or,
/// along rows, its transpose. In fours, images are aligned.
/// </summary>
internal readonly struct ImplicitIm2Col<TAlong, TWidth>(Images images, Window window, Divisor gridRows, Divisor gridColumns, int pixels)
    : IOperand<ImplicitIm2Col<TAlong, TWidth>>
    where TAlong : struct, IAlong
    where TWidth : struct, IWidth
{
    /// <summary>Patches around the pixels of a grid, [count, gridRows, gridColumns].</summary>
    internal ImplicitIm2Col(Images images, Window window, int count, int gridRows, int gridColumns)
        : this(images, window, new Divisor(gridRows), new Divisor(gridColumns), count * gridRows * gridColumns)
    {
    }

    public static bool AlongDepth => TAlong.Depth;

    public int Depth => TAlong.Depth ? window.Depth : pixels;

    public ImplicitIm2Col<TAlong, TWidth> ForLayer(int layer) =>
        new(images, window.ForLayer(layer), gridRows, gridColumns, pixels);

    /// <summary>Where a pixel's window begins; along the rows, the way to a position in it, of which all but fours make four.</summary>
    public Cursor Row(int row)
    {
        if (row >= (TAlong.Depth ? pixels : window.Depth))
        {
            return new(0, Images.Outside);
        }

        return TAlong.Depth ? Pixel(row) : TWidth.IsFour ? Way(row) : new(row);
    }

    public Cursor Term(int depth) => TAlong.Depth ? Way(depth) : Pixel(depth);

    public Float4 Load(Cursor row, int depth, int end, bool wanted) =>
        TAlong.Depth && !TWidth.IsFour
            ? new(One(row, depth, end, wanted), One(row, depth + 1, end, wanted), One(row, depth + 2, end, wanted),
            One(row, depth + 3, end, wanted))
            : Load(row, Term(depth), wanted & (depth < end));

    public Float4 Load(Cursor row, Cursor term, bool wanted)
    {
        if (TAlong.Depth || TWidth.IsFour)
        {
            return images.At4(row, term, wanted);
        }

        int last = row.H < 0 ? 0 : window.Depth;
        return new(OneRow(row.Base, term, last, wanted), OneRow(row.Base + 1, term, last, wanted), OneRow(row.Base + 2, term, last, wanted),
            OneRow(row.Base + 3, term, last, wanted));
    }

    public float LoadOne(Cursor row, int depth, int end) =>
        TAlong.Depth || TWidth.IsFour ? One(row, depth, end, true)
            : OneRow(row.Base, Pixel(depth), row.H < 0 ? 0 : window.Depth, depth < end);

    /// <summary>Where an output pixel's window begins.</summary>
    private Cursor Pixel(int number)
    {
        int v = number, row = gridColumns.Split(ref v), image = gridRows.Split(ref row);
        return images.Pixel(image, (row * window.Rows.Scale) + window.Rows.Start, (v * window.Columns.Scale) + window.Columns.Start);
    }

    /// <summary>The way from a window's beginning to a position in it.</summary>
    private Cursor Way(int position)
    {
        var (r, s, channel) = window.Split(position);
        return images.Way(r * window.Rows.Move, s * window.Columns.Move, channel);
    }

    private float One(Cursor row, int depth, int end, bool wanted) => images.At(row, Term(depth), wanted & (depth < end));

    private float OneRow(int position, Cursor pixel, int end, bool wanted) => images.At(pixel, Way(position), wanted & (position < end));
}

/// <summary>
/// Filters of a transposed convolution, in the memory order [channel, tap row, tap column, output], in one phase: a row for each output,
/// the window's positions along the sum. In fours, the number of outputs is a multiple of four.
/// </summary>
internal readonly struct Filters<TWidth> : IOperand<Filters<TWidth>> where TWidth : struct, IWidth
{
    private readonly ArrayView<float> data;
    private readonly Window window;
    private readonly int kernelRows, kernelColumns, outputs, first, rowStep, columnStep, channelStep;

    internal Filters(ArrayView<float> data, Window window, int kernelRows, int kernelColumns, int outputs)
    {
        this.data = data;
        this.window = window;
        (this.kernelRows, this.kernelColumns, this.outputs) = (kernelRows, kernelColumns, outputs);
        int row = kernelColumns * outputs;
        first = (window.Rows.First * row) + (window.Columns.First * outputs);
        (rowStep, columnStep, channelStep) = (window.Rows.Step * row, window.Columns.Step * outputs, kernelRows * row);
    }

    public static bool AlongDepth => false;

    public int Depth => window.Depth;

    public Filters<TWidth> ForLayer(int layer) => new(data, window.ForLayer(layer), kernelRows, kernelColumns, outputs);

    public Cursor Row(int row) => new(row < outputs ? row : -1);

    public Cursor Term(int depth)
    {
        var (r, s, channel) = window.Split(depth);
        return new(first + (r * rowStep) + (s * columnStep) + (channel * channelStep));
    }

    public Float4 Load(Cursor row, int depth, int end, bool wanted) => Load(row, Term(depth), wanted & (depth < end));

    public Float4 Load(Cursor row, Cursor term, bool wanted)
    {
        int at = row.Base + term.Base;
        bool inside = wanted & (row.Base >= 0);
        return TWidth.IsFour ? Intrinsics.LoadIf(inside, data.Cast<Float4>(), at >> 2)
            : Intrinsics.LoadIf(inside, data, at, 1, outputs - row.Base);
    }

    public float LoadOne(Cursor row, int depth, int end) =>
        Intrinsics.LoadIf((row.Base >= 0) & (depth < end), data, row.Base + Term(depth).Base);
}
