using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// y[m, n] = finish(bias[n] + Σₖ a[m, k] · b[k, n]) with y contiguous. A part is a block of row tiles by a block of panels. An operand that
/// many parts need is packed once for all of them; one that a single part needs is packed by that part, piece by piece, so that the copy
/// never leaves its cache. k is cut into blocks whose panel stays in the second-level cache; the order of summation depends on k alone.
/// </summary>
internal readonly unsafe struct MatrixProduct<TLane> : ITask where TLane : unmanaged, IVectorLane<TLane>
{
    private const int DepthBlock = 512, MostTiles = 10, FewestTiles = 3, WantedParts = 32;

    /// <summary>
    /// Panels that a part packs together, so that it reads long pieces of each row and writes long pieces of the result; they fit the
    /// second-level cache.
    /// </summary>
    private const int PanelGroup = 8;

    /// <summary>Rows that are copied to one panel before the next.</summary>
    private const int CopiedRows = 16;

    /// <summary>
    /// Measured: a product of so few row tiles, or panels, is cut along its other axis alone; with so few panels rows are not worth a copy.
    /// </summary>
    private const int FewTiles = 20, FewPanels = 16, FewReads = 4;

    /// <summary>Floats after which a first-level cache comes back to the same set.</summary>
    private const int CacheSets = 1024;

    private readonly MatrixView a, b;
    private readonly float* bias, y;
    private readonly EpilogueTail finish;
    private readonly int tiles, panels, tilesPerPart, panelsPerPart, columnParts;

    internal MatrixProduct(MatrixView a, MatrixView b, float* bias, EpilogueTail finish, float* y)
    {
        this.a = a;
        this.b = b;
        this.bias = bias;
        this.finish = finish;
        this.y = y;
        tiles = (a.Rows + MicroKernel<TLane>.MaxRows - 1) / MicroKernel<TLane>.MaxRows;
        panels = Panels<TLane>.Count(b.Columns);
        bool wholeRows = tiles <= FewTiles, wholeColumns = !wholeRows && panels <= FewPanels;
        tilesPerPart = wholeRows ? tiles : wholeColumns ? Math.Clamp(tiles / (WantedParts / 2), FewestTiles, MostTiles) : MostTiles;
        int rowParts = (tiles + tilesPerPart - 1) / tilesPerPart;
        panelsPerPart = wholeColumns ? panels : Math.Max(1, panels * rowParts / WantedParts);
        columnParts = (panels + panelsPerPart - 1) / panelsPerPart;
        Parts = rowParts * columnParts;
        bool direct = tiles == 1 && b.ColumnStride == 1 && b.Columns % MicroKernel<TLane>.Columns == 0;

        // Rows read as they lie serve as well, unless their distance makes them compete for the same cache sets or they are columns in
        // memory.
        bool lies = panels < FewReads || a.Rows == 1 || (a.ColumnStride == 1 && a.RowStride % CacheSets != 0);
        (Left, Right) = (lies ? Packing.None : wholeColumns ? Packing.Part : Packing.Whole, direct ? Packing.None : wholeRows ? Packing.Part
            : Packing.Whole);
    }

    internal enum Packing
    {
        /// <summary>Read as it lies: each element is read too few times to pay for a copy.</summary>
        None,

        /// <summary>By each part for itself.</summary>
        Part,

        /// <summary>Once, before all parts.</summary>
        Whole,
    }

    internal int Parts { get; }

    internal int Tiles => tiles;

    /// <summary>How the left operand is read.</summary>
    internal Packing Left { get; }

    /// <summary>How the right operand is read.</summary>
    internal Packing Right { get; }

    /// <summary>The left operand packed whole: its tiles one after another, each k after k.</summary>
    internal float* PackedLeft { get; init; }

    /// <summary>The right operand packed whole: its panels one after another.</summary>
    internal float* PackedRight { get; init; }

    /// <summary>Packs tile number i of the left operand, k0 ≤ k &lt; k0 + length.</summary>
    internal void PackLeft(int tile, int k0, int length, float* to)
    {
        int first = First(tile), height = First(tile + 1) - first;
        Panel.Pack(a.Data + (first * a.RowStride) + (k0 * a.ColumnStride), a.ColumnStride, a.RowStride, length, height, to, height);
    }

    public void Execute(int part)
    {
        int firstTile = part / columnParts * tilesPerPart, lastTile = Math.Min(tiles, firstTile + tilesPerPart);
        int firstPanel = part % columnParts * panelsPerPart, lastPanel = Math.Min(panels, firstPanel + panelsPerPart);
        int width = MicroKernel<TLane>.Columns, group = Right == Packing.Part ? Math.Min(PanelGroup, lastPanel - firstPanel) : 1;
        float* panelMemory = Scratch.Rent(
            (nint)DepthBlock * ((group * width) + (Left == Packing.Part ? tilesPerPart * MicroKernel<TLane>.MaxRows : 0)));
        float* tileMemory = panelMemory + (DepthBlock * group * width);
        int k0 = 0;
        do
        {
            int length = Math.Min(DepthBlock, b.Rows - k0);
            for (int tile = firstTile; Left == Packing.Part && tile < lastTile; tile++)
            {
                PackLeft(tile, k0, length, tileMemory + ((First(tile) - First(firstTile)) * length));
            }

            for (int first = firstPanel; first < lastPanel; first += group)
            {
                int last = Math.Min(lastPanel, first + group);
                if (Right == Packing.Part)
                {
                    PackRight(first, last, k0, length, panelMemory);
                }

                for (int tile = firstTile; tile < lastTile; tile++)
                {
                    for (int panel = first; panel < last; panel++)
                    {
                        var t = new Tile
                        {
                            Length = length,
                            Segments = 1,
                            BStep = Right == Packing.None ? b.RowStride
                            : width,
                            B = RightPanel(panel, k0, panelMemory + ((nint)(panel - first) * length * width))
                        };
                        SetLeft(ref t, tile, k0, tileMemory + ((First(tile) - First(firstTile)) * length));
                        Compute(t, tile, panel, k0 == 0, k0 + length == b.Rows);
                    }
                }
            }

            k0 += DepthBlock;
        }
        while (k0 < b.Rows);
    }

    /// <summary>Rows are shared out evenly among tiles; the first of a tile.</summary>
    internal int First(int tile) => (int)((long)a.Rows * tile / tiles);

    /// <summary>Panels one after another, each k after k. Rows are copied a few at a time to all panels, columns whole.</summary>
    private void PackRight(int firstPanel, int lastPanel, int k0, int length, float* to)
    {
        int width = MicroKernel<TLane>.Columns, step = b.ColumnStride == 1 ? CopiedRows : length;
        for (int k = 0; k < length; k += step)
        {
            for (int panel = firstPanel; panel < lastPanel; panel++)
            {
                int column = panel * width;
                float* from = b.Data + ((k0 + k) * b.RowStride) + (column * b.ColumnStride),
                    packed = to + ((((nint)(panel - firstPanel) * length) + k) * width);
                Panel.Pack(from, b.RowStride, b.ColumnStride, Math.Min(step, length - k), Math.Min(width, b.Columns - column), packed,
                    width);
            }
        }
    }

    private float* RightPanel(int panel, int k0, float* packedByPart) => Right switch
    {
        Packing.None => b.Data + (k0 * b.RowStride) + (panel * MicroKernel<TLane>.Columns * b.ColumnStride),
        Packing.Whole => PackedRight + ((((nint)panel * b.Rows) + k0) * MicroKernel<TLane>.Columns),
        _ => packedByPart,
    };

    private void SetLeft(ref Tile t, int tile, int k0, float* packedByPart)
    {
        int first = First(tile), height = First(tile + 1) - first;
        if (Left == Packing.None)
        {
            t.A = a.Data + (first * a.RowStride) + (k0 * a.ColumnStride);
            (t.ARow, t.AStep) = (a.RowStride, a.ColumnStride);
        }
        else
        {
            t.A = Left == Packing.Part ? packedByPart : PackedLeft + ((nint)first * a.Columns) + ((nint)k0 * height);
            (t.ARow, t.AStep) = (1, height);
        }
    }

    private void Compute(Tile t, int tile, int panel, bool starts, bool ends)
    {
        int width = MicroKernel<TLane>.Columns, columns = b.Columns, column = panel * width, used = Math.Min(width, columns - column);
        int first = First(tile), height = First(tile + 1) - first;
        float* c = y + ((nint)first * columns) + column;
        float* whole = stackalloc float[14 * 32];
        bool partial = used < width;
        if (partial && !starts)
        {
            TileEdge.Copy(c, columns, whole, width, height, used);
        }

        t.C = partial ? whole : c;
        t.CRow = partial ? width : columns;
        t.Init = starts ? bias + column : t.C;
        t.InitRow = starts ? 0 : t.CRow;
        MicroKernel<TLane>.Multiply(height, t);
        if (partial)
        {
            TileEdge.Copy(whole, width, c, columns, height, used);
        }

        for (int i = 0; ends && !finish.IsEmpty && i < height; i++)
        {
            finish.Apply(y, ((nint)(first + i) * columns) + column, used);
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
