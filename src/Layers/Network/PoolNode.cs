namespace LisNative.Layers;

/// <summary>The greatest or the mean of each window of an image.</summary>
internal sealed record PoolNode : Node
{
    public required Window Window { get; init; }

    /// <summary>The greatest instead of the mean.</summary>
    public bool Max { get; init; }

    /// <summary>Whether a mean counts the padding.</summary>
    public bool CountsPadding { get; init; }

    internal override Var Run(IReadOnlyList<Var> x)
    {
        int height = x[0].Shape[2], width = x[0].Shape[3], p = Window.Output(0, height), q = Window.Output(1, width);
        (int Before, int After) rows = Window.Border(0, height), columns = Window.Border(1, width);
        if (!Max && Window.Kernel[0] == height && Window.Kernel[1] == width && rows == (0, 0) && columns == (0, 0) && p == 1 && q == 1)
        {
            return x[0].Mean([2, 3], keep: true);
        }

        var geometry = Window.Geometry(height, width);
        return Max ? x[0].MaxPool2d(Kernel, geometry, Window.Ceiling) : x[0].AvgPool2d(Kernel, geometry, Window.Ceiling, CountsPadding);
    }

    private PerAxis Kernel => (Window.Kernel[0], Window.Kernel[1]);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Sizes.CheckImages(x[0]);
        int[] sizes = Window.Infer(x[0], x[0][1]);
        return Window.Pads.Zip([.. Window.Kernel, .. Window.Kernel]).All(p => p.First < p.Second) ? sizes
            : throw new ArgumentException(
                $"expected less padding than a window has pixels, found {Sizes.Text(Window.Pads)} for {Sizes.Text(Window.Kernel)}");
    }
}
