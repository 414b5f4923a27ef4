namespace LisNative.Layers;

/// <summary>
/// A convolution. Inputs: the image, then the weight [outputs, inputs, R, S] of each group, then the bias of each, if there are any. Where
/// every channel is a group of its own there is one weight [outputs, 1, R, S] and one bias.
/// </summary>
internal sealed record ConvolutionNode : WeightedNode
{
    /// <summary>The kernel's steps; its dilations are equal.</summary>
    public required Window Window { get; init; }

    /// <summary>Each group of outputs reads its own group of inputs.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether every channel is convolved with kernels of its own.</summary>
    public bool Depthwise { get; init; }

    private int Weights => Depthwise ? 1 : Groups;

    /// <inheritdoc/>
    internal override Var Run(IReadOnlyList<Var> x)
    {
        if (Depthwise)
        {
            return DepthwiseConvolution.Run(x[0], x[1], x.ElementAtOrDefault(2), Window, Activation);
        }

        int channels = x[0].Shape[1] / Groups;
        Var Part(int group) => Dense(
            Groups == 1 ? x[0] : x[0].Slice(1, group * channels, channels), x[1 + group], x.ElementAtOrDefault(1 + Groups + group));
        return Groups == 1 ? Part(0)
            : Var.Concat(3, [.. Enumerable.Range(0, Groups).Select(g => Part(g).ChannelsLast())]).ChannelsFirst();
    }

    private Var Dense(Var x, Var w, Var? b)
    {
        int height = x.Shape[2], width = x.Shape[3], dilation = Window.Dilations[0];
        (int Before, int After) rows = Window.Border(0, height), columns = Window.Border(1, width);
        int p = Window.Output(0, height), q = Window.Output(1, width);

        // Strides that differ: the largest that both are multiples of, and every so many of its outputs.
        int stride = TapAxis.GreatestCommonDivisor(Window.Strides[0], Window.Strides[1]);
        int down = Window.Strides[0] / stride, across = Window.Strides[1] / stride;
        var geometry = new ConvGeometry(stride, rows.Before, dilation);
        bool even = rows.Before == columns.Before && down == 1 && across == 1
            && geometry.Output(height, w.Shape[2]) == p && geometry.Output(width, w.Shape[3]) == q;
        if (!even)
        {
            x = x.ChannelsLast().PadImages(rows, columns).ChannelsFirst();
            geometry = geometry with { Padding = 0 };
        }

        var y = Var.Conv2d(x, w, geometry, b, Activation);
        return y.Shape[2] == p && y.Shape[3] == q ? y : y.Slice(2, 0, p, down).Slice(3, 0, q, across);
    }

    /// <inheritdoc/>
    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        _ = Activation;
        Sizes.CheckImages(x[0]);
        CheckInputs(1 + Weights, 1 + (2 * Weights));
        int outputs = x[1].Length == 4 ? x[1][0] : 0, inputs = Depthwise ? 1 : x[0][1] / Math.Max(1, Groups);
        bool fits = Groups >= 1 && Window.Kernel.Length == 2 && Window.Dilations is [var d, var e] && d == e && x[0][1] % Groups == 0
            && (!Depthwise || (Groups == x[0][1] && outputs % Groups == 0))
            && Inputs.Length is var count && (count == 1 + Weights || count == 1 + (2 * Weights));
        for (int g = 0; g < Weights && fits; g++)
        {
            fits = x[1 + g].SequenceEqual([outputs, inputs, .. Window.Kernel])
                && (x.Count == 1 + Weights || x[1 + Weights + g].SequenceEqual([outputs]));
        }

        return fits ? Window.Infer(x[0], outputs * Weights)
            : throw new ArgumentException($"expected weights for {Groups} groups of the channels of {Sizes.Text(x[0])}, found "
                + string.Join(", ", x.Skip(1).Take(4).Select(Sizes.Text)));
    }

    /// <inheritdoc/>
    internal override Tensor Arrange(int input, Tensor weight)
    {
        if (input > Weights || weight.Shape.Rank != 4)
        {
            return weight;
        }

        using (weight)
        {
            if (Depthwise)
            {
                return DepthwiseConvolution.Arrange(weight);
            }

            using var order = Tensor.EmptyWeight(weight.Device, weight.Shape);
            return weight.LaidOutAs(order);
        }
    }
}
