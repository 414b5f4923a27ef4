using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>
    /// Terms of a long sum over samples, which are then columns of a; pieces of one; and results that are few: less than what keeps threads
    /// busy.
    /// </summary>
    private const int LongSum = 4096, Pieces = 16, FewResults = 1 << 14;

    /// <remarks>Few columns fill narrow registers; the order of every sum is the same.</remarks>
    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        if (Products<TLane>.HasFewColumns(MatrixView.Create(a, 0), MatrixView.Create(b, 0)))
        {
            MatMul<TLane>(a, b, y, epilogue);
        }
        else if (Fits<Lane128>(y.Shape[^1]))
        {
            MatMul<Lane128>(a, b, y, epilogue);
        }
        else if (Fits<Lane256>(y.Shape[^1]))
        {
            MatMul<Lane256>(a, b, y, epilogue);
        }
        else
        {
            MatMul<TLane>(a, b, y, epilogue);
        }
    }

    /// <summary>Whether so many columns, or channels, fit two registers of that width, which is less than the widest.</summary>
    private static bool Fits<TUsed>(int columns) where TUsed : unmanaged, IVectorLane<TUsed> =>
        TUsed.Width < TLane.Width && columns <= MicroKernel<TUsed>.Columns;

    private void MatMul<TUsed>(Tensor a, Tensor b, Tensor y, Epilogue epilogue) where TUsed : unmanaged, IVectorLane<TUsed>
    {
        if (y.Shape.Rank == 2 && a.Shape[1] >= LongSum && y.Count <= FewResults && a.Strides[0] == 1 && a.Strides[1] > 1)
        {
            InPieces<TUsed>(a, b, y);
            epilogue.Apply(this, y, 1);
            return;
        }

        int size = y.Shape[^2] * y.Shape[^1], batch = y.Count / size;
        using var bias = PaddedBias(y.Device, epilogue.Bias, y.Shape[^1]);
        using var gate = epilogue.Gate?.Output.LaidOutAs(y);
        var finish = Tail(epilogue, gate);
        MatrixView left = MatrixView.Create(a, 0), right = MatrixView.Create(b, 0);
        if (Products<TUsed>.Serves(left, right, batch) && Batch.TryCreate(a) is { } lefts && Batch.TryCreate(b) is { } rights)
        {
            var products = new Products<TUsed>(left, right, lefts, rights, batch, Data(bias), finish, Data(y));
            workers.Run(products.Parts, products);
            return;
        }

        for (int i = 0; i < batch; i++)
        {
            nint offset = (nint)i * size;
            (left, right) = (MatrixView.Create(a, i), MatrixView.Create(b, i));
            if (RowProduct<TUsed>.Serves(left, right))
            {
                Run(new RowProduct<TUsed>(left, right, Data(bias), finish.From(offset), Data(y) + offset), b);
            }
            else
            {
                MatMul<TUsed>(left, right, Data(y) + offset, y.Device, Data(bias), finish.From(offset));
            }
        }
    }

    /// <summary>Few long sums: pieces of them are a batch, whose results are added in order.</summary>
    private void InPieces<TUsed>(Tensor a, Tensor b, Tensor y) where TUsed : unmanaged, IVectorLane<TUsed>
    {
        int m = a.Shape[0], k = a.Shape[1], n = b.Shape[1];
        int each = Math.Max(LongSum / Pieces, k / Pieces), pieces = k / each, rest = k % each;
        using var sums = y.Device.Empty([pieces + Math.Min(rest, 1), m, n]);
        using Tensor aWhole = a.Slice(1, 0, pieces * each), aSplit = aWhole.Reshape(m, pieces, each), left = aSplit.Permute(1, 0, 2);
        using Tensor bWhole = b.Slice(0, 0, pieces * each), right = bWhole.Reshape(pieces, each, n), first = sums.Slice(0, 0, pieces);
        MatMul<TUsed>(left, right, first, default);
        if (rest > 0)
        {
            using Tensor aRest = a.Slice(1, k - rest, rest), bRest = b.Slice(0, k - rest, rest), last = sums.Slice(0, pieces, 1);
            using var matrix = last.Reshape(m, n);
            MatMul<TUsed>(aRest, bRest, matrix, default);
        }

        using var total = y.Reshape(1, m, n);
        Reduce(default(Sum), sums, total);
    }

    /// <summary>A weight that is used again and again is kept in the order in which it is read.</summary>
    private void Run<TUsed>(RowProduct<TUsed> product, Tensor b) where TUsed : unmanaged, IVectorLane<TUsed>
    {
        var key = new PreparedWeights.Key(false, false, default, b.Shape[^2], b.Shape[^1]);
        using var weights = b.ExpectsReuse && b.Shape.Rank == 2
            ? new PreparedWeights(b, key, Math.Max(1, b.Count), to => workers.Run(product.GroupCount, product.GroupInto((float*)to)))
            : default;
        workers.Run(product.Parts, product with { Groups = weights.Data });
    }

    private void MatMul<TUsed>(MatrixView a, MatrixView b, float* y, Device device, float* bias, EpilogueTail finish)
        where TUsed : unmanaged, IVectorLane<TUsed>
    {
        var product = new MatrixProduct<TUsed>(a, b, bias, finish, y);
        bool left = product.Left == MatrixProduct<TUsed>.Packing.Whole, right = product.Right == MatrixProduct<TUsed>.Packing.Whole;
        int panels = Panels<TUsed>.Count(b.Columns);
        using var packedLeft = left ? device.Empty([a.Rows, a.Columns]) : null;
        using var packedRight = right ? device.Empty([panels, b.Rows, MicroKernel<TUsed>.Columns]) : null;
        if (left)
        {
            workers.Run(product.Tiles, new RowPanels<TUsed>(product, a.Columns, Data(packedLeft!)));
        }

        if (right)
        {
            workers.Run(panels, new Panels<TUsed>(b.Data, b.RowStride, b.ColumnStride, b.Rows, b.Columns, Data(packedRight!)));
        }

        workers.Run(product.Parts, product with
        { PackedLeft = left ? Data(packedLeft!) : null, PackedRight = right ? Data(packedRight!) : null });
    }

    /// <summary>
    /// The bias, or zeros, filled up to whole panels, where the micro-kernel's accumulators start; the bias itself if it fills them.
    /// </summary>
    private Tensor PaddedBias(Device device, Tensor? bias, int channels)
    {
        if (bias is not null && channels % MicroKernel<TLane>.Columns == 0)
        {
            return bias.Contiguous();
        }

        var result = device.Empty([Panels<TLane>.Count(channels) * MicroKernel<TLane>.Columns]);
        workers.Run(1, new Padded(bias is null ? null : Data(bias), bias is null ? 0
            : bias.Strides[0], channels, Data(result), result.Count));
        return result;
    }

    private readonly struct Padded(float* bias, nint stride, int channels, float* to, int count) : ITask
    {
        public void Execute(int part)
        {
            new Span<float>(to, count).Clear();
            for (int i = 0; bias != null && i < channels; i++)
            {
                to[i] = bias[i * stride];
            }
        }
    }
}
