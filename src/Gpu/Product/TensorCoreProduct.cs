using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// <see cref="TiledProduct{TTile, TThreads, TLeft, TRight}"/> with the multiply-adds in tensor cores: operands are rounded to TF32 (10 bits
/// of fraction, a relative error of at most 2⁻¹¹ each), sums are of single precision. A group's tile is 128 × 64; each of its eight warps
/// has 32 × 32 of it, two by four fragments.
/// </summary>
internal readonly struct TensorCoreProduct<TLeft, TRight>(Problem problem, TLeft left, TRight right) : IKernel
    where TLeft : struct, IOperand<TLeft>
    where TRight : struct, IOperand<TRight>
{
    internal const int Rows = 128, Columns = 64;

    private const int Depth = SharedTile<TLeft, LeftSide<Tile8x4, Threads16x16>>.Depth, LeftPitch = Rows + 4, RightPitch = Columns + 4;

    public void Execute()
    {
        var place = problem.Place(Rows, Columns);
        var x = left.ForLayer(place.Layer);
        var y = right.ForLayer(place.Layer);
        int first = place.Piece * problem.PieceDepth, end = Math.Min(x.Depth, first + problem.PieceDepth);
        var leftShared = new SharedTile<TLeft, LeftSide<Tile8x4, Threads16x16>>(
            SharedMemory.Allocate<Float4>(2 * Depth * LeftPitch / 4), x, place.Row);
        var rightShared = new SharedTile<TRight, RightSide<Tile8x4, Threads16x16>>(
            SharedMemory.Allocate<Float4>(2 * Depth * RightPitch / 4), y, place.Column);
        int warp = Group.IdxX / 32, g = Group.IdxX % 32 / 4, t = Group.IdxX % 4, row = warp / 2 * 32, column = warp % 2 * 32, buffer = 0;
        var sums = default(Accumulators);
        var nextLeft = leftShared.Load(x, first, end);
        var nextRight = rightShared.Load(y, first, end);
        leftShared.Store(Rounded(nextLeft), 0);
        rightShared.Store(Rounded(nextRight), 0);
        for (int d = first + Depth; d < end + Depth; d += Depth)
        {
            nextLeft = leftShared.Load(x, d, end);
            nextRight = rightShared.Load(y, d, end);
            Group.Barrier();
            ArrayView<float> a = leftShared.Data.Cast<float>(), b = rightShared.Data.Cast<float>();
            int i = (((buffer * Depth) + t) * LeftPitch) + row + g, j = (((buffer * Depth) + t) * RightPitch) + column + g;
            sums.MultiplyAdd(new(Left(a, i), Left(a, i + 16)), new(Right(b, j), Right(b, j + 8), Right(b, j + 16), Right(b, j + 24)));
            buffer ^= 1;
            leftShared.Store(Rounded(nextLeft), buffer);
            rightShared.Store(Rounded(nextRight), buffer);
        }

        row += place.Row + g;
        column += place.Column + (2 * t);
        Store(place, row, column, sums.U0);
        Store(place, row, column + 8, sums.U1);
        Store(place, row, column + 16, sums.U2);
        Store(place, row, column + 24, sums.U3);
        Store(place, row + 16, column, sums.L0);
        Store(place, row + 16, column + 8, sums.L1);
        Store(place, row + 16, column + 16, sums.L2);
        Store(place, row + 16, column + 24, sums.L3);
    }

    private static (Float4 First, Float4 Second) Rounded((Float4 First, Float4 Second) loaded) =>
        (Rounded(loaded.First), Rounded(loaded.Second));

    private static Float4 Rounded(Float4 v) => new(Rounded(v.X), Rounded(v.Y), Rounded(v.Z), Rounded(v.W));

    /// <summary>To the nearest TF32, ties away from zero; a NaN stays one.</summary>
    private static float Rounded(float v)
    {
        uint bits = Interop.FloatAsInt(v);
        return (bits & 0x7fffffff) > 0x7f800000 ? v : Interop.IntAsFloat((bits + 0x1000) & 0xffffe000);
    }

    private static LeftFragment Left(ArrayView<float> a, int i) => new(a[i], a[i + 8], a[i + (4 * LeftPitch)], a[i + (4 * LeftPitch) + 8]);

    private static RightFragment Right(ArrayView<float> b, int j) => new(b[j], b[j + (4 * RightPitch)]);

    private void Store(Place place, int row, int column, Accumulator c)
    {
        problem.Store(place, row, column, c.C0, c.C1);
        problem.Store(place, row + 8, column, c.C2, c.C3);
    }
}
