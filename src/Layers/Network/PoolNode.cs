namespace LisNative.Layers;

/// <summary>The greatest or the mean of each window of an image; along the height, then along the width.</summary>
internal sealed record PoolNode : Node
{
    /// <summary>The windows.</summary>
    public required Window Window { get; init; }

    /// <summary>The greatest instead of the mean.</summary>
    public bool Max { get; init; }

    /// <summary>Whether a mean counts the padding.</summary>
    public bool CountsPadding { get; init; }

    /// <inheritdoc/>
    internal override Var Run(IReadOnlyList<Var> x)
    {
        int height = x[0].Shape[2], width = x[0].Shape[3], p = Window.Output(0, height), q = Window.Output(1, width);
        (int Before, int After) rows = Window.Border(0, height), columns = Window.Border(1, width);
        if (!Max && Window.Kernel[0] == height && Window.Kernel[1] == width && rows == (0, 0) && columns == (0, 0) && p == 1 && q == 1)
        {
            return x[0].Mean([2, 3], keep: true);
        }

        // The last window may reach over the padding that the file asks for, where the number of windows is rounded up.
        int down = Over(0, rows, height, p), across = Over(1, columns, width, q);
        var y = x[0].ChannelsLast().PadImages((rows.Before, rows.After + down), (columns.Before, columns.After + across),
            Max ? double.NegativeInfinity : 0);
        y = Along(y, 0, p);
        y = Along(y, 1, q);
        if (Max)
        {
            return y.ChannelsFirst();
        }

        if (rows == (0, 0) && columns == (0, 0) && down == 0 && across == 0)
        {
            return (y / ((double)Window.Kernel[0] * Window.Kernel[1])).ChannelsFirst();
        }

        var device = x[0].Value.Device;
        Var ones = CountsPadding
            ? new Var(device.Full([1, rows.Before + height + rows.After, columns.Before + width + columns.After, 1], 1))
                .PadImages((0, down), (0, across))
            : new Var(device.Full([1, height, width, 1], 1))
                .PadImages((rows.Before, rows.After + down), (columns.Before, columns.After + across));
        return (y / Along(Along(ones, 0, p), 1, q)).ChannelsFirst();
    }

    private int Over(int axis, (int Before, int After) border, int size, int outputs) =>
        Math.Max(0, ((outputs - 1) * Window.Strides[axis]) + Window.Reach(axis) - border.Before - size - border.After);

    /// <summary>The windows of one axis of [N, H, W, C].</summary>
    private Var Along(Var x, int axis, int outputs) => Enumerable.Range(0, Window.Kernel[axis])
        .Select(i => x.Slice(axis + 1, i * Window.Dilations[axis], outputs, Window.Strides[axis]))
        .Aggregate((a, b) => Max ? Var.Max(a, b) : a + b);

    /// <inheritdoc/>
    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Sizes.CheckImages(x[0]);
        return Window.Infer(x[0], x[0][1]);
    }
}
