using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// y[n] = finish(bias[n] + Σₖ a[k] · b[k, n]): one row times a matrix, in groups of neighbouring columns. Each weight is used once, so what
/// counts is how fast b is read: as it lies or, if it is used again and again, from a copy in which each group lies in one piece.
/// </summary>
internal readonly unsafe struct RowProduct<TLane>(MatrixView a, MatrixView b, float* bias, EpilogueTail finish, float* y) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int MostParts = 32;

    private static readonly int Width = RowKernel<TLane>.Panels * MicroKernel<TLane>.Columns;

    /// <summary>The groups of b one after another, each k after k; null to read b as it lies.</summary>
    internal float* Groups { get; init; }

    internal int GroupCount => (b.Columns + Width - 1) / Width;

    internal int Parts => Math.Min(Units, MostParts);

    /// <summary>
    /// What parts consist of: groups, or the panels of what is less than one, whose few sums cannot hide each other's latency.
    /// </summary>
    private int Unit => b.Columns < Width ? MicroKernel<TLane>.Columns : Width;

    private int Units => (b.Columns + Unit - 1) / Unit;

    /// <summary>Whether a product is of this kind.</summary>
    internal static bool Serves(MatrixView a, MatrixView b) =>
        a.Rows == 1 && b.ColumnStride == 1 && b.Columns % MicroKernel<TLane>.Columns == 0;

    public void Execute(int part)
    {
        int first = First(part), last = First(part + 1);
        for (int column = first; column < last; column += Unit)
        {
            Compute(column, Math.Min(Unit, last - column));
        }

        finish.Apply(y, first, last - first);
    }

    /// <summary>The first column of a part.</summary>
    private int First(int part) => Math.Min(b.Columns, (int)((long)Units * part / Parts) * Unit);

    private void Compute(int column, int columns)
    {
        int group = column / Width * Width;
        float* from = Groups == null ? b.Data + column : Groups + ((nint)group * b.Rows) + (column - group);
        nint step = Groups == null ? b.RowStride : Math.Min(Width, b.Columns - group);
        if (columns == Width)
        {
            RowKernel<TLane>.Multiply(a.Data, a.ColumnStride, from, step, b.Rows, bias + column, y + column);
            return;
        }

        for (int panel = 0; panel < columns; panel += MicroKernel<TLane>.Columns)
        {
            MicroKernel<TLane>.Multiply(1, new Tile
            {
                A = a.Data,
                AStep = a.ColumnStride,
                B = from + panel,
                BStep = step,
                Length = b.Rows,
                Segments = 1,
                Init = bias + column + panel,
                C = y + column + panel
            });
        }
    }

    /// <summary>Writes the groups, each a part.</summary>
    internal Grouping GroupInto(float* to) => new(b, to);

    internal readonly struct Grouping(MatrixView b, float* to) : ITask
    {
        public void Execute(int part)
        {
            int column = part * Width, columns = Math.Min(Width, b.Columns - column);
            Panel.Pack(b.Data + column, b.RowStride, 1, b.Rows, columns, to + ((nint)column * b.Rows), columns);
        }
    }
}
