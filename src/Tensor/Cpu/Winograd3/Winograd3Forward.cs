using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y = Zᵀ(V(x) · U(w)): some images, or some rows of one's tiles, a part.</summary>
internal readonly unsafe struct Winograd3Forward<TLane>(
    Image x, int images, Winograd3Shape s, int imagesEach, int rowsEach, float* weights, float* bias, EpilogueTail finish, float* y) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Side = Winograd3Shape.Side;

    private int Strips => (s.TileRows + rowsEach - 1) / rowsEach;

    internal int Parts => (images + imagesEach - 1) / imagesEach * Strips;

    public void Execute(int part)
    {
        int first = part / Strips * imagesEach, count = Math.Min(imagesEach, images - first);
        int firstRow = part % Strips * rowsEach, lastRow = Math.Min(s.TileRows, firstRow + rowsEach);
        int tiles = count * (lastRow - firstRow) * s.TileColumns;
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs), outputs = Winograd3Shape.Panelled<TLane>(s.Outputs);
        nint vPoint = Winograd3Shape.Point(tiles, inputs), mPoint = Winograd3Shape.Point(tiles, outputs);
        long bordered = (long)(s.BorderedHeight - (Side * (s.TileRows - lastRow + firstRow))) * s.BorderedWidth * inputs;
        nint imageSize = (nint)Math.Max(bordered, (long)Side * s.Columns * s.Outputs), vSize = Winograd3Shape.Points * vPoint;
        float* zeros = Scratch.Rent(outputs + imageSize + vSize + (Winograd3Shape.Points * mPoint) + (Side * Side * outputs));
        float* image = zeros + outputs, v = image + imageSize, m = v + vSize;
        new Span<float>(zeros, outputs).Clear();
        Inputs(first, count, firstRow, lastRow, image, v, vPoint);
        for (int i = 0; i < Winograd3Shape.Points; i++)
        {
            Multiply(v + (i * vPoint), tiles, inputs, weights + (i * Winograd3Weights<TLane>.Point(s)), outputs, zeros, m + (i * mPoint));
        }

        Outputs(first, count, firstRow, lastRow, m, mPoint, image);
    }

    private void Inputs(int first, int count, int firstRow, int lastRow, float* image, float* v, nint point)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs);
        nint row = (nint)s.BorderedWidth * inputs;
        image -= Side * firstRow * row;
        for (int n = 0; n < count; n++)
        {
            x.CopyTo(first + n, image, s.Border, inputs, Side * firstRow, (Side * lastRow) + 2);
            for (int i = firstRow; i < lastRow; i++)
            {
                for (int j = 0; j < s.TileColumns; j++, v += inputs)
                {
                    Winograd3Transforms<TLane>.V(image + (Side * ((i * row) + ((nint)j * inputs))), row, inputs, inputs, v, point);
                }
            }
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

    /// <summary>Rows of tiles one after another; where the gate has the results' place, they wait until it has been read.</summary>
    private void Outputs(int first, int count, int firstRow, int lastRow, float* m, nint point, float* waiting)
    {
        nint row = (nint)s.Columns * s.Outputs;
        float* tile = m + (Winograd3Shape.Points * point);
        for (int n = 0; n < count; n++)
        {
            for (int i = firstRow; i < lastRow; i++)
            {
                int top = Side * i, height = Math.Min(Side, s.Rows - top);
                nint to = (((nint)(first + n) * s.Rows) + top) * row;
                float* results = finish.IsInPlace(y) ? waiting : y + to;
                for (int j = 0; j < s.TileColumns; j++, m += Winograd3Shape.Panelled<TLane>(s.Outputs))
                {
                    Output(m, point, results + (Side * j * s.Outputs), row, height, Math.Min(Side, s.Columns - (Side * j)), tile);
                }

                finish.Apply(results, y, to, (int)(height * row));
            }
        }
    }

    /// <summary>A tile: straight to its place or, where it hangs over or has no whole registers, what belongs there.</summary>
    private void Output(float* m, nint point, float* to, nint row, int height, int width, float* tile)
    {
        int filled = Winograd3Shape.Filled<TLane>(s.Outputs);
        if (height == Side && width == Side && filled == s.Outputs)
        {
            Winograd3Transforms<TLane>.ZTransposed(m, point, bias, filled, to, row, filled);
            return;
        }

        Winograd3Transforms<TLane>.ZTransposed(m, point, bias, filled, tile, Side * filled, filled);
        for (int down = 0; down < height; down++)
        {
            for (int across = 0; across < width; across++)
            {
                new ReadOnlySpan<float>(tile + (((down * Side) + across) * filled), s.Outputs).CopyTo(
                    new Span<float>(to + (down * row) + (across * s.Outputs), s.Outputs));
            }
        }
    }
}
