using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y = Zᵀ(V(x) · U(w)): some images, or some rows of one's tiles, and a run of panels of outputs a part.</summary>
internal readonly unsafe struct Winograd3Forward<TLane>(
    Image x, int images, Winograd3Shape s, int imagesEach, int rowsEach, int runs, float* weights, float* bias, EpilogueTail finish,
    float* y) : ITask where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Side = Winograd3Shape.Side;

    private int Strips => (s.TileRows + rowsEach - 1) / rowsEach;

    internal int Parts => (images + imagesEach - 1) / imagesEach * Strips * runs;

    public void Execute(int part)
    {
        int panels = Panels<TLane>.Count(s.Outputs), width = MicroKernel<TLane>.Columns;
        int run = part % runs, column = panels * run / runs * width, outputs = (panels * (run + 1) / runs * width) - column;
        part /= runs;
        int first = part / Strips * imagesEach, count = Math.Min(imagesEach, images - first);
        int firstRow = part % Strips * rowsEach, lastRow = Math.Min(s.TileRows, firstRow + rowsEach);
        int tiles = count * (lastRow - firstRow) * s.TileColumns, inputs = Winograd3Shape.Filled<TLane>(s.Inputs);
        nint vPoint = Winograd3Shape.Point(tiles, inputs), mPoint = Winograd3Shape.Point(tiles, outputs);
        long bordered = (long)(s.BorderedHeight - (Side * (s.TileRows - lastRow + firstRow))) * s.BorderedWidth * inputs;
        nint imageSize = (nint)Math.Max(bordered, (long)Side * s.Columns * s.Outputs), vSize = Winograd3Shape.Points * vPoint;
        float* zeros = Scratch.Rent(outputs + imageSize + vSize + (Winograd3Shape.Points * mPoint) + (Side * Side * outputs));
        float* image = zeros + outputs, v = image + imageSize, m = v + vSize, tile = m + (Winograd3Shape.Points * mPoint);
        new Span<float>(zeros, outputs).Clear();
        Inputs(first, count, firstRow, lastRow, image, v, vPoint);
        for (int i = 0; i < Winograd3Shape.Points; i++)
        {
            float* u = weights + (i * Winograd3Weights<TLane>.Point(s)) + ((nint)column * s.Inputs);
            Multiply(v + (i * vPoint), tiles, inputs, u, outputs, zeros, m + (i * mPoint));
        }

        for (int n = first; n < first + count; n++)
        {
            for (int row = firstRow; row < lastRow; row++, m += s.TileColumns * outputs)
            {
                Outputs(n, row, column, outputs, m, mPoint, tile, image);
            }
        }
    }

    private void Inputs(int first, int count, int firstRow, int lastRow, float* image, float* v, nint point)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs);
        nint size = (nint)(lastRow - firstRow) * s.TileColumns * inputs;
        for (int n = first; n < first + count; n++, v += size)
        {
            Winograd3Strip<TLane>.Inputs(s, x, n, firstRow, lastRow, image, v, point);
        }
    }

    /// <summary>m[tiles, outputs] = v[tiles, inputs] · u[inputs, outputs].</summary>
    private void Multiply(float* v, int tiles, int inputs, float* u, int outputs, float* zeros, float* m) =>
        MicroKernel<TLane>.Cover(new Tile
        {
            A = v,
            ARow = inputs,
            AStep = 1,
            B = u,
            BStep = MicroKernel<TLane>.Columns,
            Length = s.Inputs,
            Segments = 1,
            Init = zeros,
            C = m,
            CRow = outputs,
        }, tiles, outputs, (nint)s.Inputs * MicroKernel<TLane>.Columns);

    /// <summary>
    /// A row of tiles, so many outputs from a column on; where the gate has the results' place, they wait until it has been read.
    /// </summary>
    private void Outputs(int n, int tileRow, int column, int outputs, float* m, nint point, float* tile, float* waiting)
    {
        nint row = (nint)s.Columns * s.Outputs, to = (((nint)n * s.Rows) + (Side * tileRow)) * row;
        int height = Math.Min(Side, s.Rows - (Side * tileRow)), used = Math.Min(outputs, s.Outputs - column);
        float* results = finish.IsInPlace(y) ? waiting : y + to;
        for (int j = 0; j < s.TileColumns; j++, m += outputs)
        {
            float* place = results + (Side * j * s.Outputs) + column;
            Output(m, point, bias + column, used, place, row, height, Math.Min(Side, s.Columns - (Side * j)), tile);
        }

        int pixels = used == s.Outputs ? 1 : height * s.Columns, length = pixels == 1 ? (int)(height * row) : used;
        for (int i = 0; i < pixels; i++)
        {
            nint offset = ((nint)i * s.Outputs) + column;
            finish.Apply(results + offset, y, to + offset, length);
        }
    }

    /// <summary>A tile: straight to its place or, where it hangs over or has no whole registers, what belongs there.</summary>
    private void Output(float* m, nint point, float* start, int used, float* to, nint row, int height, int width, float* tile)
    {
        int filled = Winograd3Shape.Filled<TLane>(used);
        if (height == Side && width == Side && filled == used)
        {
            Winograd3Transforms<TLane>.ZTransposed(m, point, start, filled, to, row, s.Outputs);
            return;
        }

        Winograd3Transforms<TLane>.ZTransposed(m, point, start, filled, tile, Side * filled, filled);
        for (int down = 0; down < height; down++)
        {
            for (int across = 0; across < width; across++)
            {
                new ReadOnlySpan<float>(tile + (((down * Side) + across) * filled), used).CopyTo(
                    new Span<float>(to + (down * row) + (across * s.Outputs), used));
            }
        }
    }
}
