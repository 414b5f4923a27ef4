namespace LisNative.Layers;

/// <summary>A convolution. Inputs: the image, the weight [outputs, inputs of a group, R, S] and, if there is one, the bias.</summary>
internal sealed record ConvolutionNode : WeightedNode
{
    /// <summary>The kernel's steps; its dilations are equal.</summary>
    public required Window Window { get; init; }

    /// <summary>Each group of outputs reads its own group of inputs.</summary>
    public int Groups { get; init; } = 1;

    /// <inheritdoc/>
    internal override Var Run(IReadOnlyList<Var> x)
    {
        var (image, w) = (x[0], x[1]);
        int height = image.Shape[2], width = image.Shape[3];
        (int Before, int After) rows = Window.Border(0, height), columns = Window.Border(1, width);
        int p = Window.Output(0, height), q = Window.Output(1, width);

        // Strides that differ: the largest that both are multiples of, and every so many of its outputs.
        int stride = TapAxis.GreatestCommonDivisor(Window.Strides[0], Window.Strides[1]);
        int down = Window.Strides[0] / stride, across = Window.Strides[1] / stride;
        var geometry = new ConvGeometry(stride, rows.Before, Window.Dilations[0], Groups);
        bool even = rows.Before == columns.Before && down == 1 && across == 1
            && geometry.Output(height, w.Shape[2]) == p && geometry.Output(width, w.Shape[3]) == q;
        if (!even)
        {
            image = image.ChannelsLast().PadImages(rows, columns).ChannelsFirst();
            geometry = geometry with { Padding = 0 };
        }

        var y = Var.Conv2d(image, w, geometry, x.ElementAtOrDefault(2), Activation);
        return y.Shape[2] == p && y.Shape[3] == q ? y : y.Slice(2, 0, p, down).Slice(3, 0, q, across);
    }

    /// <inheritdoc/>
    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        _ = Activation;
        Sizes.CheckImages(x[0]);
        CheckInputs(2, 3);
        int outputs = x[1].Length == 4 ? x[1][0] : 0;
        bool fits = Groups >= 1 && Window.Kernel.Length == 2 && Window.Dilations is [var d, var e] && d == e
            && x[0][1] % Groups == 0 && outputs % Groups == 0 && x[1].SequenceEqual([outputs, x[0][1] / Groups, .. Window.Kernel])
            && (x.Count == 2 || x[2].SequenceEqual([outputs]));
        return fits ? Window.Infer(x[0], outputs)
            : throw new ArgumentException($"expected weights for {Groups} groups of the channels of {Sizes.Text(x[0])}, found "
                + string.Join(", ", x.Skip(1).Select(Sizes.Text)));
    }

    /// <inheritdoc/>
    internal override Tensor Arrange(int input, Tensor weight)
    {
        if (input != 1 || weight.Shape.Rank != 4)
        {
            return weight;
        }

        using (weight)
        {
            using var order = Tensor.EmptyWeight(weight.Device, weight.Shape);
            return weight.LaidOutAs(order);
        }
    }
}
