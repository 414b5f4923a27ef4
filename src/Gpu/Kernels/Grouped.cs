using ILGPU;
using LisNative.Gpu.Product;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// A (transposed) convolution of channels in groups: y[n, u, v, o] = Σ_i Σ_r Σ_s x[n, u + r, v + s, i] · w[i, r, s, o] over the inputs i of
/// the group of o. A thread for each channel of a pixel, neighbours read neighbours.
/// </summary>
internal readonly struct GroupedConvolution(
    EpilogueTarget y, StridedImage x, ArrayView<float> w, GroupedWindow window, int gridRows, int gridColumns) : IKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X, row = i / window.Outputs, output = i - (row * window.Outputs), layer = row / y.Rows;
        row -= layer * y.Rows;
        if (layer >= window.Down.Phases * window.Across.Phases)
        {
            return;
        }

        int line = row / gridColumns, n = line / gridRows;
        int phase = layer / window.Across.Phases;
        Taps rows = window.Down.ForPhase(phase), columns = window.Across.ForPhase(layer - (phase * window.Across.Phases));
        int top = ((line - (n * gridRows)) * rows.Scale) + rows.Start;
        int left = ((row - (line * gridColumns)) * columns.Scale) + columns.Start;
        float sum = 0;
        for (int r = 0; r < rows.Count; r++)
        {
            for (int s = 0; s < columns.Count; s++)
            {
                int h = top + (r * rows.Move), v = left + (s * columns.Move);
                bool wanted = h >= 0 && h < window.Height && v >= 0 && v < window.Width;
                for (int input = 0; input < window.Inputs; input++)
                {
                    float a = Intrinsics.LoadIf(wanted, x.Data, x.At(n, h, v) + (window.Channel(output, input) * x.Channel));
                    int tap = window.Tap(input, rows.First + (r * rows.Step), columns.First + (s * columns.Step));
                    sum = Intrinsics.FusedMultiplyAdd(a, w[(tap * window.Outputs) + output], sum);
                }
            }
        }

        y.Store(layer, row, output, output + 1, new(sum, 0, 0, 0));
    }
}

/// <summary>
/// The gradient of its weight, [pieces, i, r, s, o], each piece over so many rows of all images of y: a thread for each weight and piece.
/// </summary>
internal readonly struct GroupedWeightGradient(
    StridedImage x, StridedImage y, ArrayView<float> w, GroupedWindow window, int height, int width, int lines, int length) : IKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X, tap = i / window.Outputs, output = i - (tap * window.Outputs);
        int all = window.Inputs * window.Kernel * window.KernelWidth, piece = tap / all, first = piece * length;
        if (first >= lines)
        {
            return;
        }

        tap -= piece * all;
        int line = tap / window.KernelWidth, input = line / window.Kernel;
        Taps rows = window.Down.ForPhase(0), columns = window.Across.ForPhase(0);
        int top = rows.Start + ((line - (input * window.Kernel)) * rows.Move);
        int left = columns.Start + ((tap - (line * window.KernelWidth)) * columns.Move);
        int channel = window.Channel(output, input);
        float sum = 0;
        for (int p = first; p < Math.Min(lines, first + length); p++)
        {
            int n = p / height, u = p - (n * height), h = (u * rows.Scale) + top;
            for (int q = 0; q < width && h >= 0 && h < window.Height; q++)
            {
                int v = (q * columns.Scale) + left;
                float a = Intrinsics.LoadIf(v >= 0 && v < window.Width, x.Data, x.At(n, h, v) + (channel * x.Channel));
                sum = Intrinsics.FusedMultiplyAdd(a, y.Data[y.At(n, u, q) + (output * y.Channel)], sum);
            }
        }

        w[i] = sum;
    }
}

/// <summary>What both know of sizes: the image that is read, the kernel, and the channels.</summary>
internal readonly struct GroupedWindow
{
    internal readonly TapAxis Down, Across;
    internal readonly int Height, Width, Kernel, KernelWidth, Inputs, Outputs;

    /// <summary>Outputs of a group.</summary>
    private readonly int each;

    internal GroupedWindow(Tensor image, Tensor w, ConvGeometry geometry, bool transposed)
    {
        (Height, Width, Kernel, KernelWidth) = (image.Shape[2], image.Shape[3], w.Shape[2], w.Shape[3]);
        (Down, Across) = (new(Kernel, geometry.Down, transposed), new(KernelWidth, geometry.Across, transposed));
        Inputs = transposed ? w.Shape[0] / geometry.Groups : w.Shape[1];
        each = transposed ? w.Shape[1] : w.Shape[0] / geometry.Groups;
        Outputs = each * geometry.Groups;
    }

    /// <summary>The channel that is an output's i-th input.</summary>
    internal int Channel(int output, int i) => (output / each * Inputs) + i;

    internal int Tap(int i, int r, int s) => (((i * Kernel) + r) * KernelWidth) + s;
}
