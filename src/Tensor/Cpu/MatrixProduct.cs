using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// y[m, n] = bias[n] + Σₖ a[m, k] · b[k, n], b packed in panels or read as it lies, a in any layout, y contiguous. A part is a block of rows by a
/// block of panels; k is cut so that a panel's share stays in the second-level cache. The order of summation depends on k alone.
/// </summary>
internal readonly unsafe struct MatrixProduct<TLane> : ITask where TLane : unmanaged, IVectorLane<TLane>
{
    private const int DepthBlock = 1024, RowTiles = 5, WantedParts = 32;

    private readonly float* a, panels, bias, y;
    private readonly nint rowStride, depthStride, panelStride, step;
    private readonly int rows, depth, columns, tiles, panelsPerPart, columnParts;

    internal MatrixProduct(float* a, nint rowStride, nint depthStride, int rows, int depth, float* panels, nint panelStride, nint step, int columns, float* bias, float* y)
    {
        this.a = a;
        this.panels = panels;
        this.bias = bias;
        this.y = y;
        (this.rowStride, this.depthStride, this.rows, this.depth, this.columns) = (rowStride, depthStride, rows, depth, columns);
        (this.panelStride, this.step) = (panelStride, step);
        tiles = (rows + MicroKernel<TLane>.MaxRows - 1) / MicroKernel<TLane>.MaxRows;
        int rowParts = (tiles + RowTiles - 1) / RowTiles, count = Panels<TLane>.Count(columns);
        panelsPerPart = Math.Max(1, count * rowParts / WantedParts);
        columnParts = (count + panelsPerPart - 1) / panelsPerPart;
        Parts = rowParts * columnParts;
    }

    internal int Parts { get; }

    public void Run(int part)
    {
        int firstTile = part / columnParts * RowTiles, lastTile = Math.Min(tiles, firstTile + RowTiles);
        int firstPanel = part % columnParts * panelsPerPart, lastPanel = Math.Min(Panels<TLane>.Count(columns), firstPanel + panelsPerPart);
        int k0 = 0;
        do
        {
            for (int panel = firstPanel; panel < lastPanel; panel++)
            {
                for (int tile = firstTile; tile < lastTile; tile++)
                {
                    Compute(tile, panel, k0);
                }
            }

            k0 += DepthBlock;
        }
        while (k0 < depth);
    }

    private void Compute(int tile, int panel, int k0)
    {
        int width = MicroKernel<TLane>.Columns;
        int first = (int)((long)rows * tile / tiles), height = (int)((long)rows * (tile + 1) / tiles) - first;
        int column = panel * width, used = Math.Min(width, columns - column);
        float* c = y + ((nint)first * columns) + column;
        float* whole = stackalloc float[14 * 32];
        bool partial = used < width;
        if (partial && k0 > 0)
        {
            TileEdge.Copy(c, columns, whole, width, height, used);
        }

        var t = new Tile
        {
            A = a + (first * rowStride) + (k0 * depthStride),
            ARow = rowStride,
            AStep = depthStride,
            B = panels + (panel * panelStride) + (k0 * step),
            BStep = step,
            Length = Math.Min(DepthBlock, depth - k0),
            Segments = 1,
            C = partial ? whole : c,
            CRow = partial ? width : columns,
        };
        t.Init = k0 == 0 ? bias + column : t.C;
        t.InitRow = k0 == 0 ? 0 : t.CRow;
        MicroKernel<TLane>.Run(height, t);
        if (partial)
        {
            TileEdge.Copy(whole, width, c, columns, height, used);
        }
    }
}

/// <summary>Tiles that hang over the right edge of their matrix are computed whole and copied in part.</summary>
internal static unsafe class TileEdge
{
    internal static void Copy(float* from, nint fromRow, float* to, nint toRow, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            new ReadOnlySpan<float>(from + (i * fromRow), columns).CopyTo(new Span<float>(to + (i * toRow), columns));
        }
    }
}
