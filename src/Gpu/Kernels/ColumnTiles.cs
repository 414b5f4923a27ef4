using ILGPU;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// How a group shares rows of neighbouring columns. Up to 32 columns are a tile: a thread has one column of it, and its rows are as far
/// apart as the group has rows at once.
/// </summary>
internal readonly struct ColumnTiles(int inner)
{
    private const int Most = 32;

    private readonly int inner = inner;

    /// <summary>Columns of a tile, tiles, and rows that a group's threads take at once.</summary>
    internal readonly int Columns = Math.Min(inner, Most), Count = (inner + Most - 1) / Most,
        Rows = GpuBackend.GroupSize / Math.Min(inner, Most);

    /// <summary>
    /// Pieces of so many rows, of each of so many matrices: few, so that there are groups for a large GPU, and none so short that a thread
    /// would find little in it.
    /// </summary>
    internal int Pieces(int rows, int matrices = 1)
    {
        int least = GpuBackend.ShortestRun * Rows;
        return Math.Clamp(GpuBackend.ManyGroups / (matrices * Count), 1, Math.Max(1, (rows + least - 1) / least));
    }

    /// <summary>Where this thread stands in a tile.</summary>
    internal ColumnPlace Place(int tile)
    {
        int row = Group.IdxX / Columns, inTile = Group.IdxX - (row * Columns), column = (tile * Columns) + inTile;
        return new(row, inTile, column, row < Rows && column < inner);
    }
}

/// <summary>A thread's row and column, and whether it has any: a group may have threads left over.</summary>
internal readonly struct ColumnPlace(int row, int inTile, int column, bool works)
{
    internal readonly int Row = row, InTile = inTile, Column = column;
    internal readonly bool Works = works;
}
