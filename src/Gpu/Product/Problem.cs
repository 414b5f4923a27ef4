using System.Numerics;
using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>Which tile of results, of which layer, from which piece of the sum.</summary>
internal readonly struct Place(int layer, int piece, int row, int column)
{
    internal readonly int Layer = layer, Piece = piece, Row = row, Column = column;
}

/// <summary>The sizes of a product, how it is cut, and where its results go: a layer for each piece and layer.</summary>
internal readonly struct Problem(EpilogueTarget target, int layers, int columns, int pieces, int pieceDepth)
{
    internal readonly int Layers = layers, Columns = columns, Pieces = pieces, PieceDepth = pieceDepth;
    internal readonly EpilogueTarget Target = target;

    internal int Rows => Target.Rows;

    /// <summary>Fours of columns, the last not full.</summary>
    internal int Fours => (Columns + 3) / 4;

    /// <summary>Groups of a launch with tiles of the given size.</summary>
    internal long Groups(int tileRows, int tileColumns) =>
        (long)((Rows + tileRows - 1) / tileRows) * ((Columns + tileColumns - 1) / tileColumns) * Layers * Pieces;

    /// <summary>What this group computes; neighbours share their rows.</summary>
    internal Place Place(int tileRows, int tileColumns)
    {
        int columnTiles = (Columns + tileColumns - 1) / tileColumns, rowTiles = (Rows + tileRows - 1) / tileRows;
        int rest = Grid.IdxX / columnTiles, column = Grid.IdxX - (rest * columnTiles), layer = rest / rowTiles, piece = layer / Layers;
        return new(layer - (piece * Layers), piece, (rest - (layer * rowTiles)) * tileRows, column * tileColumns);
    }

    /// <summary>Takes four neighbouring results of one row, from a multiple of four on.</summary>
    internal void Store(Place place, int row, int column, Float4 value) =>
        Target.Store((place.Piece * Layers) + place.Layer, row, column, Columns, value);

    /// <summary>Takes two, from a multiple of two on.</summary>
    internal void Store(Place place, int row, int column, float first, float second) =>
        Target.Store((place.Piece * Layers) + place.Layer, row, column, Math.Min(Columns, column + 2), new(first, second, 0, 0));
}

/// <summary>
/// Adds up the pieces of a product, [piece, layer, row, fours of columns]. Some threads share the pieces of four results of one row, and
/// four loads of each are on their way together; their sums are joined in order.
/// </summary>
internal readonly struct SplitKReduce(Problem problem, ArrayView<float> pieces) : IKernel
{
    private readonly int shares = Shares(problem.Pieces), fours = GpuBackend.GroupSize / Shares(problem.Pieces);

    internal long Groups => (All + fours - 1) / fours;

    private static int Shares(int pieces) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(8, pieces));

    private int All => problem.Layers * problem.Rows * problem.Fours;

    public void Execute()
    {
        int share = Group.IdxX / fours, i = (Grid.IdxX * fours) + Group.IdxX - (share * fours), all = All;
        var sums = SharedMemory.Allocate<Float4>(GpuBackend.GroupSize);
        Float4 sum = default;
        for (int piece = share; piece < problem.Pieces; piece += 4 * shares)
        {
            Float4 a = Load(piece, i, all), b = Load(piece + shares, i, all), c = Load(piece + (2 * shares), i, all),
                d = Load(piece + (3 * shares), i, all);
            sum = sum + a + b + c + d;
        }

        sums[Group.IdxX] = sum;
        Group.Barrier();
        if (share > 0 || i >= all)
        {
            return;
        }

        for (int other = 1; other < shares; other++)
        {
            sum += sums[(other * fours) + Group.IdxX];
        }

        int row = i / problem.Fours, layer = row / problem.Rows;
        problem.Target.Store(layer, row - (layer * problem.Rows), (i - (row * problem.Fours)) * 4, problem.Columns, sum);
    }

    private Float4 Load(int piece, int i, int all) =>
        Intrinsics.LoadIf((piece < problem.Pieces) & (i < all), pieces.Cast<Float4>(), (piece * all) + i);
}

/// <summary>The first rung: a thread computes four results of one row, straight from memory.</summary>
internal readonly struct NaiveProduct<TLeft, TRight>(Problem problem, TLeft left, TRight right) : IKernel
    where TLeft : struct, IOperand<TLeft>
    where TRight : struct, IOperand<TRight>
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X, fours = problem.Fours, rest = i / fours, column = (i - (rest * fours)) * 4;
        int layer = rest / problem.Rows, row = rest - (layer * problem.Rows), piece = layer / problem.Layers;
        if (piece >= problem.Pieces)
        {
            return;
        }

        var place = new Place(layer - (piece * problem.Layers), piece, row, column);
        var x = left.ForLayer(place.Layer);
        var y = right.ForLayer(place.Layer);
        int first = piece * problem.PieceDepth, end = Math.Min(x.Depth, first + problem.PieceDepth);
        var rowCursor = x.Row(row);
        Cursor c0 = y.Row(column), c1 = y.Row(column + 1), c2 = y.Row(column + 2), c3 = y.Row(column + 3);
        Float4 sum = default;
        for (int d = first; d < end; d++)
        {
            float a = x.LoadOne(rowCursor, d, end);
            sum = new(
                Intrinsics.FusedMultiplyAdd(a, y.LoadOne(c0, d, end), sum.X), Intrinsics.FusedMultiplyAdd(a, y.LoadOne(c1, d, end), sum.Y),
                Intrinsics.FusedMultiplyAdd(a, y.LoadOne(c2, d, end), sum.Z), Intrinsics.FusedMultiplyAdd(a, y.LoadOne(c3, d, end), sum.W));
        }

        problem.Store(place, row, column, sum);
    }
}
