namespace LisNative.Layers;

/// <summary>Every channel of [N, C, H, W] with kernels of its own, a weight [C·m, 1, R, S]: the sum over the taps of the image, shifted,
/// times one number for each channel.</summary>
internal static class DepthwiseConvolution
{
    internal static Var Run(Var x, Var w, Var? b, Window window, Activation? activation)
    {
        int p = window.Output(0, x.Shape[2]), q = window.Output(1, x.Shape[3]), outputs = w.Shape[0], many = outputs / x.Shape[1];
        var image = x.ChannelsLast().PadImages(window.Border(0, x.Shape[2]), window.Border(1, x.Shape[3]));
        if (many > 1)
        {
            // Each channel as often as it has kernels.
            var sizes = image.Shape;
            image = image.Reshape([.. sizes.Sizes, 1]).Expand([.. sizes.Sizes, many]).Reshape([.. sizes.Sizes[..3], outputs]);
        }

        Var? sum = null;
        for (int i = 0; i < window.Kernel[0]; i++)
        {
            for (int j = 0; j < window.Kernel[1]; j++)
            {
                var pixels = image.Slice(1, i * window.Dilations[0], p, window.Strides[0])
                    .Slice(2, j * window.Dilations[1], q, window.Strides[1]);
                var tap = pixels * w.Slice(2, i, 1).Slice(3, j, 1).Reshape(outputs);
                sum = sum is null ? tap : sum + tap;
            }
        }

        var y = b is null ? sum! : sum! + b;
        return (activation is null ? y : Activate(y, activation)).ChannelsFirst();
    }

    /// <summary>Channels innermost, [R, S, C·m], under the weight's shape.</summary>
    internal static Tensor Arrange(Tensor weight)
    {
        using var last = weight.Permute(2, 3, 1, 0);
        using var copy = last.Contiguous();
        return copy.Permute(3, 2, 0, 1);
    }

    private static Var Activate(Var y, Activation activation) => activation.Formula switch
    {
        Formulas.LeakyRelu leaky => y.LeakyRelu(leaky.Slope),
        Formulas.Sigmoid => y.Sigmoid(),
        _ => y.Tanh(),
    };
}
