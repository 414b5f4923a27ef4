namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        int batch = y.Count / (y.Shape[^2] * y.Shape[^1]);
        using var bias = PaddedBias(y.Device, epilogue.Bias, y.Shape[^1]);
        using var gate = epilogue.Gate?.Output.LaidOutAs(y);
        for (int i = 0; i < batch; i++)
        {
            nint offset = (nint)i * y.Shape[^2] * y.Shape[^1];
            MatrixView left = MatrixView.Create(a, i), right = MatrixView.Create(b, i);
            var finish = Tail(epilogue, gate, offset);
            if (RowProduct<TLane>.Serves(left, right))
            {
                Run(new RowProduct<TLane>(left, right, Data(bias), finish, Data(y) + offset), b);
            }
            else
            {
                MatMul(left, right, Data(y) + offset, y.Device, Data(bias), finish);
            }
        }
    }

    /// <summary>A weight that is used again and again is kept in the order in which it is read.</summary>
    private void Run(RowProduct<TLane> product, Tensor b)
    {
        var key = new PreparedWeights.Key(false, false, default, b.Shape[^2], b.Shape[^1]);
        using var weights = b.ExpectsReuse && b.Shape.Rank == 2
            ? new PreparedWeights(b, key, Math.Max(1, b.Count), to => workers.Run(product.GroupCount, product.GroupInto((float*)to)))
            : default;
        workers.Run(product.Parts, product with { Groups = weights.Data });
    }

    private void MatMul(MatrixView a, MatrixView b, float* y, Device device, float* bias, EpilogueTail finish)
    {
        var product = new MatrixProduct<TLane>(a, b, bias, finish, y);
        bool left = product.Left == MatrixProduct<TLane>.Packing.Whole, right = product.Right == MatrixProduct<TLane>.Packing.Whole;
        int panels = Panels<TLane>.Count(b.Columns);
        using var packedLeft = left ? device.Empty([a.Rows, a.Columns]) : null;
        using var packedRight = right ? device.Empty([panels, b.Rows, MicroKernel<TLane>.Columns]) : null;
        if (left)
        {
            workers.Run(product.Tiles, new RowPanels<TLane>(product, a.Columns, Data(packedLeft!)));
        }

        if (right)
        {
            workers.Run(panels, new Panels<TLane>(b.Data, b.RowStride, b.ColumnStride, b.Rows, b.Columns, Data(packedRight!)));
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
