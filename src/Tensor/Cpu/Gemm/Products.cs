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

    /// <summary>Columns that would leave most of a register empty, and rows that keep a <see cref="ColumnKernel"/> busy.</summary>
    private const int FewColumns = 4, FewestRows = 8;

    /// <summary>Rows that are multiplied together: all, but where columns are few.</summary>
    private readonly int rows = HasFewColumns(a, b) ? (int)Math.Clamp(Grain / ((long)a.Columns * b.Columns), FewestRows, 1 << 10) : a.Rows;

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
                for (int column = 0; column < w.Columns; column++)
                {
                    ColumnKernel.Run(x.Data, x.RowStride, x.Rows, w.Data + (column * w.ColumnStride), w.RowStride, w.Rows, bias[column],
                        y + at + column, w.Columns);
                }
            }
            else
            {
                Tiles(x, w, y + at);
            }

            finish.Apply(y, at, x.Rows * b.Columns);
        }
    }

    /// <summary>Whether it is taken a column at a time.</summary>
    internal static bool HasFewColumns(MatrixView a, MatrixView b) =>
        b.Columns <= FewColumns && a.ColumnStride == 1 && a.Rows >= FewestRows;

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
