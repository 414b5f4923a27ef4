using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>Every channel of [N, C, H, W] with kernels of its own, a weight [C·m, 1, R, S]: the sum over the taps of the image, shifted,
/// times one number for each channel.</summary>
internal static class DepthwiseConvolution
{
    /// <summary>Results that are summed at once: they, what is added and what is read stay in a core's cache.</summary>
    private const int Strip = 1 << 16;

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

        if (!x.NeedsGradient || NoGrad.IsActive)
        {
            return new Var(InPlace(image.Value, w.Value, p, q, window, new(b?.Value, activation))).ChannelsFirst();
        }

        var sum = Taps(window).Select(tap => image.Slice(1, tap.Row, p, window.Strides[0]).Slice(2, tap.Column, q, window.Strides[1])
            * w.Slice(2, tap.I, 1).Slice(3, tap.J, 1).Reshape(outputs)).Aggregate((a, c) => a + c);
        var y = b is null ? sum : sum + b;
        return (activation is null ? y : y.Activate(activation)).ChannelsFirst();
    }

    /// <summary>Channels innermost, [R, S, C·m], under the weight's shape.</summary>
    internal static Tensor Arrange(Tensor weight)
    {
        using var last = weight.Permute(2, 3, 1, 0);
        using var copy = last.Contiguous();
        return copy.Permute(3, 2, 0, 1);
    }

    /// <summary>Strips of rows one after another, each summed where it lies; on another device than the CPU all at once.</summary>
    private static Tensor InPlace(Tensor image, Tensor w, int p, int q, Window window, Epilogue end)
    {
        int images = image.Shape[0], channels = image.Shape[3];
        var (device, kernels) = (image.Device, image.Device.Kernels);
        bool strips = kernels.Info.UsesHostMemory;
        int rows = strips ? Math.Clamp(Strip / Math.Max(1, q * channels), 1, p) : p, batch = strips ? 1 : images;
        var result = device.Empty([images, p, q, channels]);
        using var product = device.Empty([batch, rows, q, channels]);
        int repeats = strips && window.Strides[1] == 1 ? q : 1;
        Tensor[] factors = [.. Taps(window).Select(tap => Factor(w, tap.I, tap.J, repeats))];
        for (int n = 0; n < images; n += batch)
        {
            using Tensor from = image.Slice(0, n, batch), to = result.Slice(0, n, batch);
            for (int row = 0; row < p; row += rows)
            {
                int count = Math.Min(rows, p - row);
                using Tensor y = to.Slice(1, row, count), term = product.Slice(1, 0, count);
                foreach (var (i, tap) in Taps(window).Index())
                {
                    using var shifted = from.Slice(1, (row * window.Strides[0]) + tap.Row, count, window.Strides[0]);
                    using var pixels = shifted.Slice(2, tap.Column, q, window.Strides[1]);
                    kernels.Binary(default(Multiply), pixels, factors[i], i == 0 ? y : term);
                    if (i > 0)
                    {
                        kernels.Binary(default(Add), y, term, y);
                    }
                }

                end.Apply(kernels, y, 3);
            }
        }

        Array.ForEach(factors, f => f.Dispose());
        return result;
    }

    /// <summary>The numbers of one tap, one for each channel, as often as there are pixels that lie in a row of memory.</summary>
    private static Tensor Factor(Tensor w, int i, int j, int repeats)
    {
        using var row = w.Slice(2, i, 1);
        using var one = row.Slice(3, j, 1);
        using var numbers = one.Reshape(1, w.Shape[0]);
        using var all = numbers.Expand([repeats, w.Shape[0]]);
        return all.Contiguous();
    }

    /// <summary>The places of a kernel's taps in it and, from the first on, in the image.</summary>
    private static IEnumerable<(int I, int J, int Row, int Column)> Taps(Window window) =>
        from i in Enumerable.Range(0, window.Kernel[0])
        from j in Enumerable.Range(0, window.Kernel[1])
        select (i, j, i * window.Dilations[0], j * window.Dilations[1]);
}
