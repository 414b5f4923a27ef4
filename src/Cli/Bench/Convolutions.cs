namespace LisNative.Cli.Bench;

/// <summary>The three operations of a convolution, or of a transposed one: the convolution with input and output exchanged.</summary>
internal static class Convolutions
{
    /// <summary>With fewer channels the direct algorithm is taken.</summary>
    private const int FewestChannels = 12;

    /// <summary>Forward, gradient of the input, gradient of the weight.</summary>
    /// <param name="device">Where.</param>
    /// <param name="suite">Of the cases.</param>
    /// <param name="name">Of the cases, a point and the operation's name after it.</param>
    /// <param name="image">The wide side, [N, C, H, W]: a convolution's input, a transposed one's output.</param>
    /// <param name="weight">[K, C, R, S].</param>
    /// <param name="geometry">Stride, padding, dilation.</param>
    /// <param name="transposed">Whether the operation is the transposed one.</param>
    internal static IEnumerable<Case> Of(
        Device device, string suite, string name, Shape image, Shape weight, ConvGeometry geometry, bool transposed)
    {
        var map = geometry.Output(image, weight);
        var (x, y, w) = (Operands.Images(device, image), Operands.Images(device, map), Operands.Lazily(device, weight));
        int kernel = weight[2] == weight[3] ? weight[2] : 0;
        bool winograd = geometry.Dilation == 1 && geometry.Groups == 1 && Math.Min(weight[0], weight[1]) >= FewestChannels
            && ((kernel == 3 && geometry.Stride == 1) || (kernel == 4 && geometry.Stride == 2));
        double flop = 2.0 * map.Count * weight.Count / weight[0], bytes = Operands.BytesOf(image, map, weight);
        void Down() => Tensor.Conv2d(x.Value, w.Value, geometry).Dispose();
        void Up() => Tensor.ConvTranspose2d(y.Value, w.Value, image, geometry).Dispose();
        Case Named(string operation, Action action) => new(suite, $"{name}.{operation}", action, flop, bytes, winograd);
        yield return Named("forward", transposed ? Up : Down);
        yield return Named("grad_input", transposed ? Down : Up);
        yield return Named("grad_weight", () => Tensor.Conv2dWeight(x.Value, y.Value, weight, geometry).Dispose());
    }
}
