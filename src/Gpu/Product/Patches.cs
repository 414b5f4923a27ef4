using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>Images, as the strides of their axes say.</summary>
internal readonly struct Images(ArrayView<float> data, Tensor x)
{
    private readonly ArrayView<float> data = data;
    private readonly int offset = x.Offset, n = x.Strides[0], c = x.Strides[1], h = x.Strides[2], w = x.Strides[3];

    internal readonly int Height = x.Shape[2], Width = x.Shape[3];

    internal int Image(int image) => offset + (image * n);

    /// <summary>The pixel's value in one channel; zero outside.</summary>
    internal float At(int image, int row, int column, int channel) =>
        IsInside(row, column) ? data[image + (row * h) + (column * w) + (channel * c)] : 0;

    /// <summary>Four channels of an aligned image.</summary>
    internal Float4 At4(int image, int row, int column, int channel) =>
        IsInside(row, column) ? data.Cast<Float4>()[(image + (row * h) + (column * w) + channel) / 4] : default;

    private bool IsInside(int row, int column) => (uint)row < (uint)Height && (uint)column < (uint)Width;
}

/// <summary>
/// The matrix that unfolding images would give, never written: a row for each output pixel, a column for each position in the window; or, along
/// rows, its transpose. In fours, images are aligned.
/// </summary>
internal readonly struct Patches<TAlong, TWidth> : IOperand<Patches<TAlong, TWidth>>
    where TAlong : struct, IAlong
    where TWidth : struct, IWidth
{
    private readonly Images images;
    private readonly Window window;
    private readonly Divisor gridRows, gridColumns;
    private readonly int pixels;

    /// <summary>Patches around the pixels of a grid, [count, gridRows, gridColumns].</summary>
    internal Patches(Images images, Window window, int count, int gridRows, int gridColumns)
    {
        this.images = images;
        this.window = window;
        this.gridRows = new(gridRows);
        this.gridColumns = new(gridColumns);
        pixels = count * gridRows * gridColumns;
    }

    private Patches(Patches<TAlong, TWidth> other, Window window)
    {
        images = other.images;
        this.window = window;
        gridRows = other.gridRows;
        gridColumns = other.gridColumns;
        pixels = other.pixels;
    }

    public static bool AlongDepth => TAlong.Depth;

    public int Depth => TAlong.Depth ? window.Depth : pixels;

    public Patches<TAlong, TWidth> Of(int layer) => new(this, window.Of(layer));

    /// <summary>Along the sum, where a pixel's window begins; along the rows, a position in the window, in fours as its channel and its way from there.</summary>
    public Cursor Row(int row)
    {
        if (row >= (TAlong.Depth ? pixels : window.Depth))
        {
            return new(-1);
        }

        if (TAlong.Depth)
        {
            return Pixel(row);
        }

        if (!TWidth.IsFour)
        {
            return new(row);
        }

        var (r, s, channel) = window.Split(row);
        return new(channel, r * window.Rows.Move, s * window.Columns.Move);
    }

    public Float4 Load(Cursor cursor, int depth, int end)
    {
        if (cursor.Base < 0 || depth >= end)
        {
            return default;
        }

        if (TAlong.Depth)
        {
            return TWidth.IsFour ? Four(cursor, depth)
                : new(One(cursor, depth, end), One(cursor, depth + 1, end), One(cursor, depth + 2, end), One(cursor, depth + 3, end));
        }

        var pixel = Pixel(depth);
        int last = window.Depth;
        return TWidth.IsFour ? images.At4(pixel.Base, pixel.H + cursor.H, pixel.W + cursor.W, cursor.Base)
            : new(One(pixel, cursor.Base, last), One(pixel, cursor.Base + 1, last), One(pixel, cursor.Base + 2, last), One(pixel, cursor.Base + 3, last));
    }

    /// <summary>Where an output pixel's window begins.</summary>
    private Cursor Pixel(int number)
    {
        int v = number, row = gridColumns.Split(ref v), image = gridRows.Split(ref row);
        return new(images.Image(image), (row * window.Rows.Scale) + window.Rows.Start, (v * window.Columns.Scale) + window.Columns.Start);
    }

    private float One(Cursor pixel, int position, int end)
    {
        var (r, s, channel) = window.Split(position);
        return position < end ? images.At(pixel.Base, pixel.H + (r * window.Rows.Move), pixel.W + (s * window.Columns.Move), channel) : 0;
    }

    private Float4 Four(Cursor pixel, int position)
    {
        var (r, s, channel) = window.Split(position);
        return images.At4(pixel.Base, pixel.H + (r * window.Rows.Move), pixel.W + (s * window.Columns.Move), channel);
    }
}

/// <summary>
/// Filters of a transposed convolution, in the memory order [channel, tap row, tap column, output], in one phase: a row for each output, the window's positions along the sum. In
/// fours, the number of outputs is a multiple of four.
/// </summary>
internal readonly struct Filters<TWidth> : IOperand<Filters<TWidth>> where TWidth : struct, IWidth
{
    private readonly ArrayView<float> data;
    private readonly Window window;
    private readonly int kernelRows, kernelColumns, outputs, first, rowStep, columnStep;

    internal Filters(ArrayView<float> data, Window window, int kernelRows, int kernelColumns, int outputs)
    {
        this.data = data;
        this.window = window;
        (this.kernelRows, this.kernelColumns, this.outputs) = (kernelRows, kernelColumns, outputs);
        int row = kernelColumns * outputs;
        first = (window.Rows.First * row) + (window.Columns.First * outputs);
        (rowStep, columnStep) = (window.Rows.Step * row, window.Columns.Step * outputs);
    }

    public static bool AlongDepth => false;

    public int Depth => window.Depth;

    public Filters<TWidth> Of(int layer) => new(data, window.Of(layer), kernelRows, kernelColumns, outputs);

    public Cursor Row(int row) => new(row < outputs ? row : -1);

    public Float4 Load(Cursor cursor, int depth, int end)
    {
        if (cursor.Base < 0 || depth >= end)
        {
            return default;
        }

        var (r, s, channel) = window.Split(depth);
        int at = first + (r * rowStep) + (s * columnStep) + (channel * kernelRows * kernelColumns * outputs) + cursor.Base, left = outputs - cursor.Base;
        return TWidth.IsFour ? data.Cast<Float4>()[at / 4]
            : new(data[at], left > 1 ? data[at + 1] : 0, left > 2 ? data[at + 2] : 0, left > 3 ? data[at + 3] : 0);
    }
}
