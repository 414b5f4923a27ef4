using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Products that a thread makes alone, which has all it needs in its cache: those of small matrices, a batch of them, and some rows of one
/// that has few columns, whose results are dot products.
/// </summary>
internal readonly unsafe struct Products<TLane>(
    MatrixView a, MatrixView b, Batch left, Batch right, int count, float* bias, EpilogueTail finish, float* y) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Multiplications up to which a product of a batch is small; those of a part.</summary>
    private const long Small = 1 << 22, Grain = 1 << 16;

    /// <summary>The fewest products along a row that make dot products of it worth their last step.</summary>
    private const int ShortestDot = 64;

    /// <summary>Rows that are multiplied together: all, but for dot products.</summary>
    private readonly int rows = AreDots(a, b) ? (int)Math.Clamp(Grain / ((long)a.Columns * b.Columns), 4, Math.Max(4, a.Rows)) : a.Rows;

    private int Chunks => (a.Rows + rows - 1) / rows;

    private int ChunksEach => (int)Math.Clamp(Grain / ((long)rows * a.Columns * b.Columns), 1, Math.Max(1, count * Chunks / 16));

    internal int Parts => ((count * Chunks) + ChunksEach - 1) / ChunksEach;

    /// <summary>Whether so many products are of this kind.</summary>
    internal static bool Serves(MatrixView a, MatrixView b, int count) =>
        AreDots(a, b) || (count > 1 && (long)a.Rows * a.Columns * b.Columns <= Small);

    public void Execute(int part)
    {
        int first = part * ChunksEach, end = Math.Min(first + ChunksEach, count * Chunks);
        for (int chunk = first; chunk < end; chunk++)
        {
            int i = chunk / Chunks, row = chunk % Chunks * rows;
            var x = a.From(left[i] + (row * a.RowStride), Math.Min(rows, a.Rows - row));
            var w = b.From(right[i], b.Rows);
            nint at = (((nint)i * a.Rows) + row) * b.Columns;
            if (AreDots(a, b))
            {
                Dots(x, w, y + at);
            }
            else
            {
                Tiles(x, w, y + at);
            }

            finish.Apply(y, at, x.Rows * b.Columns);
        }
    }

    /// <summary>Whatever the number of rows: a score does not depend on its batch.</summary>
    private static bool AreDots(MatrixView a, MatrixView b) =>
        b.Columns <= Convolution<TLane>.FewChannels && a.ColumnStride == 1 && a.Columns >= ShortestDot;

    private void Dots(MatrixView x, MatrixView w, float* to)
    {
        float* columns = Scratch.Rent((long)w.Rows * w.Columns);
        for (int i = 0; i < w.Columns; i++)
        {
            for (int k = 0; k < w.Rows; k++)
            {
                columns[((nint)i * w.Rows) + k] = w.Data[(k * w.RowStride) + (i * w.ColumnStride)];
            }
        }

        var nothing = default(Prefetch);
        var t = new DotKernel<TLane>
        {
            A = x.Data,
            ARow = x.RowStride,
            B = columns,
            Length = w.Rows,
            Segments = 1,
            Outputs = w.Columns,
            Bias = bias,
            C = to,
            CRow = w.Columns,
            Next = &nothing,
        };
        t.Run(x.Rows);
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
