using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>Images, as the strides of their axes say.</summary>
internal readonly struct Images(ArrayView<float> data, Tensor x)
{
    private readonly ArrayView<float> data = data;
    private readonly int offset = x.Offset, n = x.Strides[0], c = x.Strides[1], h = x.Strides[2], w = x.Strides[3];

    internal readonly int Height = x.Shape[2], Width = x.Shape[3];

    /// <summary>Whether four channels from a multiple of four on are 16 aligned bytes.</summary>
    internal readonly int Aligned = x.Strides[1] == 1 && x.Shape[1] % 4 == 0 && ((x.Offset | x.Strides[0] | x.Strides[2] | x.Strides[3]) & 3) == 0 ? 1 : 0;

    internal int Image(int image) => offset + (image * n);

    /// <summary>The pixel's value in one channel; zero outside.</summary>
    internal float At(int image, int row, int column, int channel) =>
        row >= 0 && row < Height && column >= 0 && column < Width ? data[image + (row * h) + (column * w) + (channel * c)] : 0;

    /// <summary>Four channels of an aligned image.</summary>
    internal Float4 At4(int image, int row, int column, int channel) =>
        row >= 0 && row < Height && column >= 0 && column < Width ? data.Cast<Float4>()[(image + (row * h) + (column * w) + channel) / 4] : default;
}

/// <summary>
/// The matrix that unfolding images would give, never written: a row for each output pixel, a column for each position in the window; or, along
/// rows, its transpose.
/// </summary>
internal readonly struct Patches<TAlong> : IOperand<Patches<TAlong>> where TAlong : struct, IAlong
{
    private readonly Images images;
    private readonly Window window;
    private readonly Divisor gridRows, gridColumns;
    private readonly int pixels, vector;

    /// <summary>Patches around the pixels of a grid, [count, gridRows, gridColumns].</summary>
    internal Patches(Images images, Window window, int count, int gridRows, int gridColumns, bool vector)
    {
        this.images = images;
        this.window = window;
        this.gridRows = new(gridRows);
        this.gridColumns = new(gridColumns);
        pixels = count * gridRows * gridColumns;
        this.vector = vector ? images.Aligned : 0;
    }

    private Patches(Patches<TAlong> other, Window window)
    {
        images = other.images;
        this.window = window;
        gridRows = other.gridRows;
        gridColumns = other.gridColumns;
        pixels = other.pixels;
        vector = other.vector;
    }

    public static bool AlongDepth => TAlong.Depth;

    public int Depth => TAlong.Depth ? window.Depth : pixels;

    public Patches<TAlong> Of(int layer) => new(this, window.Of(layer));

    public Cursor Row(int row) => TAlong.Depth ? row < pixels ? Pixel(row) : new(-1) : new(row);

    public Float4 Load(Cursor cursor, int depth, int end)
    {
        if (cursor.Base < 0 || depth >= end)
        {
            return default;
        }

        if (TAlong.Depth)
        {
            return vector != 0 ? Four(cursor, depth)
                : new(One(cursor, depth, end), One(cursor, depth + 1, end), One(cursor, depth + 2, end), One(cursor, depth + 3, end));
        }

        var pixel = Pixel(depth);
        int last = window.Depth;
        return vector != 0 ? Four(pixel, cursor.Base)
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
        return position < window.Depth ? images.At4(pixel.Base, pixel.H + (r * window.Rows.Move), pixel.W + (s * window.Columns.Move), channel) : default;
    }
}

/// <summary>Filters packed as [tap row, tap column, channel, output] in one phase: a row for each output, the window's positions along the sum.</summary>
internal readonly struct Filters : IOperand<Filters>
{
    private readonly ArrayView<float> data;
    private readonly Window window;
    private readonly int kernelColumns, outputs, aligned;

    internal Filters(ArrayView<float> data, int offset, Window window, int kernelColumns, int outputs, bool vector)
    {
        this.data = data.SubView(offset);
        this.window = window;
        this.kernelColumns = kernelColumns;
        this.outputs = outputs;
        aligned = vector && outputs % 4 == 0 && offset % 4 == 0 ? 1 : 0;
    }

    private Filters(Filters other, Window window)
    {
        data = other.data;
        this.window = window;
        kernelColumns = other.kernelColumns;
        outputs = other.outputs;
        aligned = other.aligned;
    }

    public static bool AlongDepth => false;

    public int Depth => window.Depth;

    public Filters Of(int layer) => new(this, window.Of(layer));

    public Cursor Row(int row) => new(row < outputs ? row : -1);

    public Float4 Load(Cursor cursor, int depth, int end)
    {
        if (cursor.Base < 0 || depth >= end)
        {
            return default;
        }

        var (r, s, channel) = window.Split(depth);
        Taps rows = window.Rows, columns = window.Columns;
        int tap = ((rows.First + (r * rows.Step)) * kernelColumns) + columns.First + (s * columns.Step);
        int at = (((tap * window.Channels) + channel) * outputs) + cursor.Base, left = outputs - cursor.Base;
        return aligned != 0 ? data.Cast<Float4>()[at / 4]
            : new(data[at], left > 1 ? data[at + 1] : 0, left > 2 ? data[at + 2] : 0, left > 3 ? data[at + 3] : 0);
    }
}
