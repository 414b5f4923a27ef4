using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>Which tile of results, of which layer, from which piece of the sum.</summary>
internal readonly struct Place(int layer, int piece, int row, int column)
{
    internal readonly int Layer = layer, Piece = piece, Row = row, Column = column;
}

/// <summary>The sizes of a product, how it is cut, and where its results go.</summary>
internal readonly struct Problem(Target target, ArrayView<float> scratch, int layers, int columns, int pieces, int pieceDepth)
{
    private readonly Target target = target;
    private readonly ArrayView<float> scratch = scratch;

    internal readonly int Layers = layers, Columns = columns, Pieces = pieces, PieceDepth = pieceDepth;

    internal int Rows => target.Rows;

    /// <summary>Groups of a launch with tiles of the given size.</summary>
    internal long Groups(int tileRows, int tileColumns) => (long)((Rows + tileRows - 1) / tileRows) * ((Columns + tileColumns - 1) / tileColumns) * Layers * Pieces;

    /// <summary>What this group computes; neighbours share their rows.</summary>
    internal Place Place(int tileRows, int tileColumns)
    {
        int columnTiles = (Columns + tileColumns - 1) / tileColumns, rowTiles = (Rows + tileRows - 1) / tileRows;
        int rest = Grid.IdxX / columnTiles, column = Grid.IdxX - (rest * columnTiles), layer = rest / rowTiles, piece = layer / Layers;
        return new(layer - (piece * Layers), piece, (rest - (layer * rowTiles)) * tileRows, column * tileColumns);
    }

    /// <summary>Takes neighbouring results of one row, four at most.</summary>
    internal void Store(Place place, int row, int column, Float4 value, int count = 4)
    {
        int end = Math.Min(Columns, column + count);
        if (Pieces == 1)
        {
            target.Store(place.Layer, row, column, end, value);
        }
        else if (row < Rows)
        {
            int at = ((((place.Piece * Layers) + place.Layer) * Rows) + row) * Columns;
            for (int i = 0; i < 4 && column + i < end; i++)
            {
                scratch[at + column + i] = value[i];
            }
        }
    }

    /// <summary>Adds up the pieces of four results, first to last, and stores them.</summary>
    internal void Join(int layer, int row, int column)
    {
        Float4 sum = default;
        for (int piece = 0; piece < Pieces; piece++)
        {
            int at = ((((piece * Layers) + layer) * Rows) + row) * Columns;
            sum += new Float4(LoadScratch(at, column), LoadScratch(at, column + 1), LoadScratch(at, column + 2), LoadScratch(at, column + 3));
        }

        target.Store(layer, row, column, Columns, sum);
    }

    private float LoadScratch(int at, int column) => column < Columns ? scratch[at + column] : 0;
}

/// <summary>Joins the pieces of a product; a thread for four results of one row.</summary>
internal readonly struct JoinPieces(Problem problem) : IKernel
{
    internal static long Count(Problem problem) => (long)problem.Layers * problem.Rows * ((problem.Columns + 3) / 4);

    public void Run()
    {
        int i = Grid.GlobalIndex.X, fours = (problem.Columns + 3) / 4, row = i / fours, layer = row / problem.Rows;
        if (layer < problem.Layers)
        {
            problem.Join(layer, row - (layer * problem.Rows), (i - (row * fours)) * 4);
        }
    }
}

/// <summary>The first rung: a thread computes four results of one row, straight from memory.</summary>
internal readonly struct NaiveProduct<TLeft, TRight>(Problem problem, TLeft left, TRight right) : IKernel
    where TLeft : struct, IOperand<TLeft>
    where TRight : struct, IOperand<TRight>
{
    public void Run()
    {
        int i = Grid.GlobalIndex.X, fours = (problem.Columns + 3) / 4, rest = i / fours, column = (i - (rest * fours)) * 4;
        int layer = rest / problem.Rows, row = rest - (layer * problem.Rows), piece = layer / problem.Layers;
        if (piece >= problem.Pieces)
        {
            return;
        }

        var place = new Place(layer - (piece * problem.Layers), piece, row, column);
        var x = left.Of(place.Layer);
        var y = right.Of(place.Layer);
        int first = piece * problem.PieceDepth, end = Math.Min(x.Depth, first + problem.PieceDepth);
        var rowCursor = x.Row(row);
        Cursor c0 = y.Row(column), c1 = y.Row(column + 1), c2 = y.Row(column + 2), c3 = y.Row(column + 3);
        Float4 sum = default;
        for (int d = first; d < end; d++)
        {
            float a = x.Load(rowCursor, d, d + 1).X;
            sum = new(
                Intrinsics.FusedMultiplyAdd(a, y.Load(c0, d, d + 1).X, sum.X), Intrinsics.FusedMultiplyAdd(a, y.Load(c1, d, d + 1).X, sum.Y),
                Intrinsics.FusedMultiplyAdd(a, y.Load(c2, d, d + 1).X, sum.Z), Intrinsics.FusedMultiplyAdd(a, y.Load(c3, d, d + 1).X, sum.W));
        }

        problem.Store(place, row, column, sum);
    }
}
