using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Products that a thread makes alone, which has all it needs in its cache: those of small matrices, a batch of them, and some rows times
/// few columns.
/// </summary>
internal readonly unsafe struct Products<TLane>(
    MatrixView a, MatrixView b, Batch left, Batch right, int count, float* bias, EpilogueTail finish, float* y) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Multiplications up to which a product of a batch is small; those of a part.</summary>
    private const long Small = 1 << 22, Grain = 1 << 16;

    /// <summary>Columns that are few, rows that are turned for them, and terms of a sum that are turned at a time.</summary>
    private const int FewColumns = 4, FewestRows = 8, DepthBlock = 512;

    /// <summary>Rows that are multiplied together: all or, where columns are few, whole registers of them.</summary>
    private readonly int rows = HasFewColumns(a, b)
        ? (int)Math.Clamp(Grain / ((long)a.Columns * b.Columns * MicroKernel<TLane>.Columns), 1, 32) * MicroKernel<TLane>.Columns : a.Rows;

    private int Chunks => (a.Rows + rows - 1) / rows;

    private int ChunksEach => (int)Math.Clamp(Grain / ((long)rows * a.Columns * b.Columns), 1, Math.Max(1, count * Chunks / 16));

    internal int Parts => ((count * Chunks) + ChunksEach - 1) / ChunksEach;

    /// <summary>Whether so many products are of this kind.</summary>
    internal static bool Serves(MatrixView a, MatrixView b, int count) =>
        HasFewColumns(a, b) || (count > 1 && (long)a.Rows * a.Columns * b.Columns <= Small);

    public void Execute(int part)
    {
        int first = part * ChunksEach, end = Math.Min(first + ChunksEach, count * Chunks);
        for (int chunk = first; chunk < end; chunk++)
        {
            int i = chunk / Chunks, row = chunk % Chunks * rows;
            var x = a.From(left[i] + (row * a.RowStride), Math.Min(rows, a.Rows - row));
            var w = b.From(right[i], b.Rows);
            nint at = (((nint)i * a.Rows) + row) * b.Columns;
            if (HasFewColumns(a, b))
            {
                Turned(x, w, y + at);
            }
            else
            {
                Tiles(x, w, y + at);
            }

            finish.Apply(y, at, x.Rows * b.Columns);
        }
    }

    /// <summary>Whether rows are turned.</summary>
    internal static bool HasFewColumns(MatrixView a, MatrixView b) =>
        b.Columns <= FewColumns && a.ColumnStride == 1 && a.Rows >= FewestRows;

    /// <summary>
    /// (wᵀ · xᵀ)ᵀ: a panel of rows of x fills the registers that the few columns of w would leave empty. Each sum has the order of any
    /// other product.
    /// </summary>
    private void Turned(MatrixView x, MatrixView w, float* to)
    {
        int width = MicroKernel<TLane>.Columns;
        float* panel = Scratch.Rent((nint)(DepthBlock + FewColumns) * width), sums = panel + (DepthBlock * width);
        for (int row = 0; row < x.Rows; row += width)
        {
            int used = Math.Min(width, x.Rows - row);
            for (int i = 0; i < w.Columns; i++)
            {
                new Span<float>(sums + (i * width), width).Fill(bias[i]);
            }

            for (int k = 0; k < w.Rows; k += DepthBlock)
            {
                int length = Math.Min(DepthBlock, w.Rows - k);
                Panel.Pack(x.Data + (row * x.RowStride) + (k * x.ColumnStride), x.ColumnStride, x.RowStride, length, used, panel, width);
                MicroKernel<TLane>.Multiply(w.Columns, new Tile
                {
                    A = w.Data + (k * w.RowStride),
                    ARow = w.ColumnStride,
                    AStep = w.RowStride,
                    B = panel,
                    BStep = width,
                    Length = length,
                    Segments = 1,
                    Init = sums,
                    InitRow = width,
                    C = sums,
                    CRow = width,
                });
            }

            TransposeKernel.Transpose(sums, width, w.Columns, used, to + ((nint)row * w.Columns), w.Columns);
        }
    }

    /// <summary>b is read as it lies if it fills its panels, and the result is then written where it belongs.</summary>
    private void Tiles(MatrixView x, MatrixView w, float* to)
    {
        int width = MicroKernel<TLane>.Columns, padded = Panels<TLane>.Count(w.Columns) * width;
        bool whole = w.Columns == padded, lies = whole && w.ColumnStride == 1;
        float* panels = Scratch.Rent((lies ? 0 : (nint)w.Rows * padded) + (whole ? 0 : (nint)x.Rows * padded));
        float* result = whole ? to : panels + (lies ? 0 : (nint)w.Rows * padded);
        for (int column = 0; !lies && column < w.Columns; column += width)
        {
            Panel.Pack(w.Data + (column * w.ColumnStride), w.RowStride, w.ColumnStride, w.Rows, Math.Min(width, w.Columns - column),
                panels + ((nint)column * w.Rows), width);
        }

        MicroKernel<TLane>.Cover(new Tile
        {
            A = x.Data,
            ARow = x.RowStride,
            AStep = x.ColumnStride,
            B = lies ? w.Data : panels,
            BStep = lies ? w.RowStride : width,
            Length = w.Rows,
            Segments = 1,
            Init = bias,
            C = result,
            CRow = padded,
        }, x.Rows, padded, lies ? width : (nint)w.Rows * width);
        if (!whole)
        {
            TileEdge.Copy(result, padded, to, w.Columns, x.Rows, w.Columns);
        }
    }
}
