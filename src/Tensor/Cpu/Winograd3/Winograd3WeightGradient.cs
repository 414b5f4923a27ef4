using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>V of x and Z of y, some rows of tiles of an image a part: [36][tiles of all images][channels].</summary>
internal readonly unsafe struct Winograd3Operands<TLane>(
    Image x, Image y, int first, int images, Winograd3Shape s, float* v, float* z) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int RowsEach = 4;

    private int Strips => (s.TileRows + RowsEach - 1) / RowsEach;

    internal int Parts => images * Strips;

    internal static nint VPoint(Winograd3Shape s, int images) =>
        Winograd3Shape.Point(images * s.Tiles, Winograd3Shape.Filled<TLane>(s.Inputs));

    internal static nint ZPoint(Winograd3Shape s, int images) =>
        Winograd3Shape.Point(images * s.Tiles, Winograd3Shape.Panelled<TLane>(s.Outputs));

    public void Execute(int part)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs), outputs = Winograd3Shape.Panelled<TLane>(s.Outputs);
        int n = part / Strips, firstRow = part % Strips * RowsEach, lastRow = Math.Min(s.TileRows, firstRow + RowsEach);
        nint tile = ((nint)n * s.Tiles) + (firstRow * s.TileColumns);
        float* copy = Scratch.Rent(Winograd3Strip<TLane>.Size(s, RowsEach));
        Winograd3Strip<TLane>.Inputs(s, x, first + n, firstRow, lastRow, copy, v + (tile * inputs), VPoint(s, images));
        Winograd3Strip<TLane>.Outputs(s, y, first + n, firstRow, lastRow, 0, outputs, copy, z + (tile * outputs), ZPoint(s, images));
    }
}

/// <summary>
/// w (+)= Uᵀ(v[tiles, inputs]ᵀ · z[tiles, outputs]) of every point, [inputs, taps, outputs]: some inputs of a panel of outputs a part,
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
                taps + ((nint)(first + row) * Winograd3Shape.Taps * outputs) + column, outputs, starts);
        }
    }
}
