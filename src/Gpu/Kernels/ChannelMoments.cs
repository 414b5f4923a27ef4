using ILGPU;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// Pixels with their channels innermost, [rows, channels], in pieces of rows and tiles of channels: a group for each.
/// </summary>
internal readonly struct ChannelPieces
{
    internal readonly ColumnTiles Tiles;
    internal readonly int Channels, Rows, Length, Count;

    internal ChannelPieces(int rows, int channels)
    {
        (Tiles, Channels, Rows) = (new(channels), channels, rows);
        Length = Math.Max(1, (rows + Tiles.Pieces(rows) - 1) / Tiles.Pieces(rows));
        Count = Math.Max(1, (rows + Length - 1) / Length);
    }

    internal int Groups => Count * Tiles.Count;

    /// <summary>Rows of a piece.</summary>
    internal int RowsOf(int piece) => Math.Min(Length, Rows - (piece * Length));
}

/// <summary>Σ (x − mean)².</summary>
internal readonly struct SquaresAround(GpuLane mean) : IReduction
{
    public float Start => 0;

    public T Accumulate<T>(T sum, T x) where T : struct, ILane<T>
    {
        var centred = x - T.Create(mean.Value);
        return T.Fma(centred, centred, sum);
    }

    public T Combine<T>(T a, T b) where T : struct, ILane<T> => a + b;

    public double Exact(double sum, double x) => sum + ((x - mean.Value) * (x - mean.Value));
}

/// <summary>
/// The mean of each channel of a piece of x, and Σ (x − that mean)², two views of [pieces, channels]. Two passes, since Σx² − (Σx)²
/// cancels; the second finds the piece in cache.
/// </summary>
internal readonly struct ChannelMoments(PartialReduction x, ChannelPieces pieces, ArrayView<float> means, ArrayView<float> squares)
    : IKernel
{
    public void Execute()
    {
        var shared = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int piece = Grid.IdxX / pieces.Tiles.Count;
        var own = pieces.Tiles.Place(Grid.IdxX - (piece * pieces.Tiles.Count));
        var mean = Over(default(Sum), shared, own, piece) / new GpuLane(pieces.RowsOf(piece));
        var around = Over(new SquaresAround(mean), shared, own, piece);
        if (own.Works && own.Row == 0)
        {
            int at = (piece * pieces.Channels) + own.Column;
            means[at] = mean.Value;
            squares[at] = around.Value;
        }
    }

    private GpuLane Over<TOp>(TOp op, ArrayView<float> shared, ColumnPlace own, int piece) where TOp : unmanaged, IReduction =>
        Tree.Join(default(Sum), shared, own.Works ? x.Reduce(op, 0, piece, own.Column, own.Row, pieces.Tiles.Rows) : new(0),
            pieces.Tiles.Columns, own.InTile);
}

/// <summary>
/// Moments of all pieces from those of each (Chan, Golub, LeVeque 1979): Σ (x − mean)² = Σ over pieces of theirs and n · (their mean −
/// mean)². All pieces but the last have one n.
/// </summary>
internal readonly struct JoinedMoments(
    PartialReduction meansBeforeLast, PartialReduction squares, ArrayView<float> lastMeans, ChannelPieces pieces, ArrayView<float> mean,
    ArrayView<float> variance) : IKernel
{
    public void Execute()
    {
        var shared = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        var own = pieces.Tiles.Place(Grid.IdxX);
        GpuLane each = new(pieces.Length), rest = new(pieces.RowsOf(pieces.Count - 1)), all = new(pieces.Rows);
        var last = new GpuLane(Intrinsics.LoadIf(own.Works, lastMeans, own.Column));
        var sum = Join(shared, own, own.Works ? Own(default(Sum), meansBeforeLast, own) : new(0));
        var centre = GpuLane.Fma(last, rest / all, sum * (each / all));
        var around = Join(shared, own, own.Works ? GpuLane.Fma(Own(new SquaresAround(centre), meansBeforeLast, own), each,
            Own(default(Sum), squares, own)) : new(0));
        if (own.Works && own.Row == 0)
        {
            var apart = last - centre;
            mean[own.Column] = centre.Value;
            variance[own.Column] = (GpuLane.Fma(apart * apart, rest, around) / all).Value;
        }
    }

    private GpuLane Own<TOp>(TOp op, PartialReduction from, ColumnPlace own) where TOp : unmanaged, IReduction =>
        from.Reduce(op, 0, 0, own.Column, own.Row, pieces.Tiles.Rows);

    private GpuLane Join(ArrayView<float> shared, ColumnPlace own, GpuLane part) =>
        Tree.Join(default(Sum), shared, part, pieces.Tiles.Columns, own.InTile);
}
