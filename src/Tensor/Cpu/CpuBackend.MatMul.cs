namespace LisNative.Cpu;

public sealed unsafe partial class CpuBackend<TLane>
{
    /// <inheritdoc/>
    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        int batch = y.Count == 0 ? 0 : y.Count / (y.Shape[^2] * y.Shape[^1]);
        using var bias = PaddedBias(y.Device, epilogue.Bias, y.Shape[^1]);
        for (int i = 0; i < batch; i++)
        {
            MatMul(Matrix(a, i), Matrix(b, i), Data(y) + ((nint)i * y.Shape[^2] * y.Shape[^1]), y.Device, Data(bias));
        }

        Activate(epilogue.Activation, y);
    }

    /// <summary>A matrix in any layout.</summary>
    private readonly record struct MatrixView(nint Data, int Rows, int Columns, nint RowStride, nint ColumnStride);

    /// <summary>Matrix number i of a batch, its leading axes counted innermost fastest.</summary>
    private static MatrixView Matrix(Tensor t, int i)
    {
        nint offset = 0;
        for (int axis = t.Shape.Rank - 3; axis >= 0; axis--)
        {
            offset += (nint)(i % t.Shape[axis]) * t.Strides[axis];
            i /= t.Shape[axis];
        }

        return new((nint)(Data(t) + offset), t.Shape[^2], t.Shape[^1], t.Strides[^2], t.Strides[^1]);
    }

    private void MatMul(MatrixView a, MatrixView b, float* y, Device device, float* bias)
    {
        int panels = Panels<TLane>.Count(b.Columns), width = MicroKernel<TLane>.Columns;
        if (a.Rows <= MicroKernel<TLane>.MaxRows && b.ColumnStride == 1 && b.Columns % width == 0)
        {
            // One tile of rows reads every element of b once: packing would only add to that.
            Multiply(a, (float*)b.Data, width, b.RowStride, b.Columns, bias, y);
            return;
        }

        using var packed = device.Empty([panels, b.Rows, width]);
        workers.Run(panels, new Panels<TLane>((float*)b.Data, b.RowStride, b.ColumnStride, b.Rows, b.Columns, Data(packed)));
        Multiply(a, Data(packed), (nint)b.Rows * width, width, b.Columns, bias, y);
    }

    private void Multiply(MatrixView a, float* panels, nint panelStride, nint step, int columns, float* bias, float* y)
    {
        var product = new MatrixProduct<TLane>((float*)a.Data, a.RowStride, a.ColumnStride, a.Rows, a.Columns, panels, panelStride, step, columns, bias, y);
        workers.Run(product.Parts, product);
    }

    /// <summary>The bias, or zeros, filled up to whole panels: where the micro-kernel's accumulators start.</summary>
    private static Tensor PaddedBias(Device device, Tensor? bias, int channels)
    {
        var result = device.Empty([Panels<TLane>.Count(channels) * MicroKernel<TLane>.Columns]);
        var values = new Span<float>(Data(result), result.Count);
        values.Clear();
        for (int i = 0; bias is not null && i < channels; i++)
        {
            values[i] = Data(bias)[(nint)i * bias.Strides[0]];
        }

        return result;
    }
}
