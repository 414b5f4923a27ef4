using LisNative.Formulas;
using Onnx;
using static LisNative.Onnx.OnnxGraph;

namespace LisNative.Onnx;

internal sealed partial class TracingBackend
{
    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue) =>
        Trace(y, () => Kernels.EachGroup(x, w, y, geometry, epilogue, inner.Conv2d), [x, w],
            i => Finish(graph.Node("Conv", i, Convolution(geometry)), epilogue, [-1, 1, 1]));

    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue) =>
        Trace(x, () => Kernels.EachGroup(x, w, y, geometry, epilogue, (x1, w1, y1, g, end) => inner.ConvTranspose2d(y1, w1, x1, g, end)),
            [y, w], i =>
            {
                // ONNX gives the smallest image that fits, as ConvGeometry does, and as much more as is asked for.
                var least = geometry.TransposedOutput(y.Shape, w.Shape);
                long[] more = [x.Shape[2] - least[2], x.Shape[3] - least[3]];
                AttributeProto[] attributes = [.. Convolution(geometry), Attribute("output_padding", more)];
                return Finish(graph.Node("ConvTranspose", i, attributes), epilogue, [-1, 1, 1]);
            });

    public bool TryConvolve(Tensor input, Tensor w, Tensor result, ConvGeometry geometry, Epilogue epilogue, bool transposed)
    {
        if (transposed)
        {
            ConvTranspose2d(input, w, result, geometry, epilogue);
        }
        else
        {
            Conv2d(input, w, result, geometry, epilogue);
        }

        return true;
    }

    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry) => throw NoGradient();

    public bool TryConv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry) => throw NoGradient();

    public void MaxPool2d(Tensor x, PerAxis kernel, ConvGeometry geometry, Tensor y, Tensor? winners)
    {
        if (winners is not null)
        {
            throw NoGradient();
        }

        Trace(y, () => Pool(x, kernel, geometry, y), [x],
            i => graph.Node("MaxPool", i, [.. Steps(geometry), Attribute("kernel_shape", [kernel.H, kernel.W])]));
    }

    public void GatherWinners(Tensor x, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor y) => throw NoGradient();

    public void ScatterWinners(Tensor y, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor x) => throw NoGradient();

    private static NotSupportedException NoGradient() => new("ONNX export: a gradient is no part of it");

    /// <summary>Tap by tap, those windows whose tap lies in the image.</summary>
    private void Pool(Tensor x, PerAxis kernel, ConvGeometry g, Tensor y)
    {
        inner.Fill(y, double.NegativeInfinity);
        for (int r = 0; r < kernel.H; r++)
        {
            for (int s = 0; s < kernel.W; s++)
            {
                var (rows, top) = Inside(r, g.Down, x.Shape[2], y.Shape[2]);
                var (columns, left) = Inside(s, g.Across, x.Shape[3], y.Shape[3]);
                int height = rows.End.Value - rows.Start.Value, width = columns.End.Value - columns.Start.Value;
                if (height <= 0 || width <= 0)
                {
                    continue;
                }

                using Tensor line = x.Slice(2, top, height, g.Stride.H), taps = line.Slice(3, left, width, g.Stride.W);
                using Tensor some = y.Slice(2, rows.Start.Value, height), windows = some.Slice(3, columns.Start.Value, width);
                inner.Binary(default(Max), windows, taps, windows);
            }
        }
    }

    /// <summary>The windows whose tap lies in an image of some size, and its pixel in the first.</summary>
    private static (Range Windows, int Pixel) Inside(int tap, ConvAxis axis, int size, int windows)
    {
        int[] inside = [.. Enumerable.Range(0, windows).Where(p => Pixel(p) >= 0 && Pixel(p) < size)];
        return inside is [var first, ..] ? (first..(inside[^1] + 1), Pixel(first)) : (0..0, 0);

        int Pixel(int window) => (window * axis.Stride) + (tap * axis.Dilation) - axis.Before;
    }

    private static AttributeProto[] Convolution(ConvGeometry g) => g.Groups == 1 ? Steps(g) : [.. Steps(g), Attribute("group", g.Groups)];

    private static AttributeProto[] Steps(ConvGeometry g) =>
    [
        Attribute("strides", [g.Stride.H, g.Stride.W]),
        Attribute("pads", [g.Padding.Top, g.Padding.Left, g.Padding.Bottom, g.Padding.Right]),
        Attribute("dilations", [g.Dilation.H, g.Dilation.W]),
    ];
}
