using ILGPU;
using LisNative.Formulas;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>Where [image, row, column, channel] lies in a tensor.</summary>
internal readonly struct StridedImage(ArrayView<float> data, int offset, int image, int row, int column, int channel)
{
    internal readonly ArrayView<float> Data = data;
    private readonly int offset = offset, image = image, row = row, column = column;

    internal readonly int Channel = channel;

    /// <summary>A tensor [N, C, H, W].</summary>
    internal StridedImage(ArrayView<float> data, Tensor y)
        : this(data, y.Offset, y.Strides[0], y.Strides[2], y.Strides[3], y.Strides[1])
    {
    }

    /// <summary>Matrices [layer, row, column]: each row an image of one pixel, its columns the channels.</summary>
    internal static StridedImage OfMatrices(ArrayView<float> data, Tensor y) =>
        new(data, y.Offset, y.Strides[1], y.Strides[0], 0, y.Strides[2]);

    internal int At(int n, int h, int w) => offset + (n * image) + (h * row) + (w * column);
}

/// <summary>
/// What becomes of a product's results: gate(activation(result + bias)), stored at pixel (u·PhaseRows + a, v·PhaseColumns + b) of an image,
/// where layer a·PhaseColumns + b is a phase of a transposed convolution. A matrix of a batch is «row a» of images of one pixel.
/// </summary>
internal readonly struct EpilogueTarget
{
    private readonly StridedImage y, gate;
    private readonly ArrayView<float> bias;
    private readonly Divisor gridRows, gridColumns;
    private readonly int rows, phaseRows, phaseColumns, height, width, biasStride, gated, finished;
    private readonly FusedActivation activation, gateActivation;
    private readonly float slope, gateSlope;

    internal EpilogueTarget(StridedImage y, (int Images, int Rows, int Columns) grid,
        (int Rows, int Columns, int Height, int Width) phases, Epilogue epilogue, Func<Tensor, ArrayView<float>> view, StridedImage? gate)
    {
        this.y = y;
        this.gate = gate ?? y;
        bias = epilogue.Bias is { } b ? view(b).SubView(b.Offset) : y.Data;
        gridRows = new(grid.Rows);
        gridColumns = new(grid.Columns);
        rows = grid.Images * grid.Rows * grid.Columns;
        (phaseRows, phaseColumns, height, width) = phases;
        biasStride = epilogue.Bias is { } c ? c.Strides[0] : -1;
        (activation, slope) = FusedEpilogue.Find(epilogue.Activation);
        (gateActivation, gateSlope) = FusedEpilogue.Find(epilogue.Gate?.Activation);
        gated = gate is null ? 0 : 1;
        finished = biasStride >= 0 || activation != FusedActivation.None || gated != 0 ? 1 : 0;
    }

    internal int Rows => rows;

    /// <summary>Finishes and stores up to four neighbouring columns of one row, those before <paramref name="end"/>.</summary>
    internal void Store(int layer, int row, int column, int end, Float4 value)
    {
        if (row >= rows || column >= end)
        {
            return;
        }

        int v = row, u = gridColumns.Split(ref v), n = gridRows.Split(ref u), a = layer / phaseColumns;
        int h = (u * phaseRows) + a, w = ((v - a) * phaseColumns) + layer;
        if (h >= height || w >= width)
        {
            return;
        }

        int at = y.At(n, h, w);
        if (finished != 0)
        {
            // All are on their way together.
            Float4 biases = Intrinsics.LoadIf(biasStride >= 0, bias, column * biasStride, biasStride, end - column),
                gates = Intrinsics.LoadIf(gated != 0, gate.Data, gate.At(n, h, w) + (column * gate.Channel), gate.Channel, end - column);
            value = Finish(biasStride >= 0 ? value + biases : value, gates);
        }

        if (y.Channel == 1 && column + 3 < end && ((at + column) & 3) == 0)
        {
            y.Data.Cast<Float4>()[(at + column) / 4] = value;
            return;
        }

        for (int i = 0; i < 4 && column + i < end; i++)
        {
            y.Data[at + ((column + i) * y.Channel)] = value[i];
        }
    }

    private Float4 Finish(Float4 value, Float4 gates)
    {
        if (activation == FusedActivation.LeakyRelu)
        {
            value = new(Leaky(value.X), Leaky(value.Y), Leaky(value.Z), Leaky(value.W));
        }
        else if (activation == FusedActivation.Relu)
        {
            value = new(Positive(value.X), Positive(value.Y), Positive(value.Z), Positive(value.W));
        }
        else if (activation != FusedActivation.None)
        {
            // Seldom, and long: compiled once for all four.
            for (int i = 0; i < 4; i++)
            {
                var x = new GpuLane(value[i]);
                value = value.With(i, (activation == FusedActivation.Sigmoid ? default(Sigmoid).Invoke(x) : default(Tanh).Invoke(x)).Value);
            }
        }

        return gated == 0 ? value : new(Gated(value.X, gates.X), Gated(value.Y, gates.Y), Gated(value.Z, gates.Z), Gated(value.W, gates.W));
    }

    private float Leaky(float x) => LeakyRelu.Invoke(new GpuLane(x), new GpuLane(slope)).Value;

    private static float Positive(float x) => default(Relu).Invoke(new GpuLane(x)).Value;

    private float Gated(float x, float gate) => (gateActivation == FusedActivation.Relu
        ? default(ReluGradient).Invoke(new GpuLane(x), new GpuLane(gate))
        : LeakyReluGradient.Invoke(new GpuLane(x), new GpuLane(gate), new GpuLane(gateSlope))).Value;
}
