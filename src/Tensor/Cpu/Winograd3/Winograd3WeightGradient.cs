using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>V of x and Z of y, an image a part: [36][tiles of all images][channels].</summary>
internal readonly unsafe struct Winograd3Operands<TLane>(
    Image x, Image y, int first, int images, Winograd3Shape s, float* v, float* z) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Side = Winograd3Shape.Side;

    internal static nint VPoint(Winograd3Shape s, int images) =>
        Winograd3Shape.Point(images * s.Tiles, Winograd3Shape.Filled<TLane>(s.Inputs));

    internal static nint ZPoint(Winograd3Shape s, int images) =>
        Winograd3Shape.Point(images * s.Tiles, Winograd3Shape.Panelled<TLane>(s.Outputs));

    public void Execute(int part)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs), outputs = Winograd3Shape.Panelled<TLane>(s.Outputs);
        int height = Side * s.TileRows, width = Side * s.TileColumns;
        float* image = Scratch.Rent(Math.Max((long)s.BorderedHeight * s.BorderedWidth * inputs, (long)height * width * outputs));
        x.CopyTo(first + part, image, s.Border, inputs);
        Transform(image, (nint)s.BorderedWidth * inputs, inputs, v + ((nint)part * s.Tiles * inputs), VPoint(s, images), isInput: true);
        y.CopyTo(first + part, image, new Border(0, 0, height - s.Rows, width - s.Columns), outputs);
        Transform(image, (nint)width * outputs, outputs, z + ((nint)part * s.Tiles * outputs), ZPoint(s, images), isInput: false);
    }

    private void Transform(float* image, nint row, int channels, float* to, nint point, bool isInput)
    {
        for (int i = 0; i < s.TileRows; i++)
        {
            for (int j = 0; j < s.TileColumns; j++, to += channels)
            {
                float* tile = image + (Side * ((i * row) + ((nint)j * channels)));
                if (isInput)
                {
                    Winograd3Transforms<TLane>.V(tile, row, channels, channels, to, point);
                }
                else
                {
                    Winograd3Transforms<TLane>.Z(tile, row, channels, channels, to, point);
                }
            }
        }
    }
}

/// <summary>
/// w (+)= Uᵀ(v[tiles, inputs]ᵀ · z[tiles, outputs]) of every point, [taps, inputs, outputs]: some inputs of a panel of outputs a part,
/// whose sums stay in the second-level cache.
/// </summary>
internal readonly unsafe struct Winograd3Gradient<TLane>(
    Winograd3Shape s, int images, bool starts, float* zeros, float* v, float* z, float* taps) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int MostRows = 56, FewestRows = 8, WantedParts = 8;

    private int RowsEach => Math.Clamp(s.Inputs * Panels<TLane>.Count(s.Outputs) / WantedParts, FewestRows, MostRows);

    internal int Parts => (s.Inputs + RowsEach - 1) / RowsEach * Panels<TLane>.Count(s.Outputs);

    public void Execute(int part)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs), outputs = Winograd3Shape.Panelled<TLane>(s.Outputs);
        int panels = Panels<TLane>.Count(s.Outputs), width = MicroKernel<TLane>.Columns, column = part % panels * width;
        int first = part / panels * RowsEach, rows = Math.Min(RowsEach, s.Inputs - first);
        nint point = Winograd3Shape.Point(rows, width);
        float* sums = Scratch.Rent(Winograd3Shape.Points * point);
        for (int i = 0; i < Winograd3Shape.Points; i++)
        {
            MicroKernel<TLane>.Cover(new Tile
            {
                A = v + (i * Winograd3Operands<TLane>.VPoint(s, images)) + first,
                ARow = 1,
                AStep = inputs,
                B = z + (i * Winograd3Operands<TLane>.ZPoint(s, images)) + column,
                BStep = outputs,
                Length = images * s.Tiles,
                Segments = 1,
                Init = zeros,
                C = sums + (i * point),
                CRow = width,
            }, rows, width, width);
        }

        for (int row = 0; row < rows; row++)
        {
            Winograd3Transforms<TLane>.UTransposed(sums + ((nint)row * width), point, width,
                taps + ((nint)(first + row) * outputs) + column, (nint)s.Inputs * outputs, starts);
        }
    }
}
