namespace LisNative.Layers;

/// <summary>
/// A transposed convolution. Inputs: the image, the weight [inputs, outputs of a group, R, S] and, if there is one, the bias.
/// </summary>
internal sealed record TransposedConvolutionNode : WeightedNode
{
    public required Window Window { get; init; }

    /// <summary>Each group of outputs reads its own group of inputs.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Rows and columns beyond the smallest image that the convolution makes the input of.</summary>
    public required int[] More { get; init; }

    internal override Var Run(IReadOnlyList<Var> x)
    {
        int height = x[0].Shape[2], width = x[0].Shape[3];
        return Var.ConvTranspose2d(
            x[0], x[1], [x[0].Shape[0], x[1].Shape[1] * Groups, Pixels(0, height), Pixels(1, width)],
            Window.Geometry(height, width) with { Groups = Groups }, x.ElementAtOrDefault(2), Activation);
    }

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        _ = Activation;
        Sizes.CheckImages(x[0]);
        CheckInputs(2, 3);
        int outputs = x[1].Length == 4 ? checked(x[1][1] * Groups) : 0;
        bool fits = Groups >= 1 && Window.Same is null && !Window.Ceiling && Window.Kernel.Length == 2 && outputs > 0
            && x[0][1] % Groups == 0 && x[1].SequenceEqual([x[0][1], outputs / Groups, .. Window.Kernel])
            && (x.Count == 2 || x[2].SequenceEqual([outputs])) && More.Length == 2 && Window.AreInRange
            && Enumerable.Range(0, 2).All(a => More[a] >= 0 && More[a] < Math.Max(Window.Strides[a], Window.Dilations[a]));
        int[] result = fits ? [Sizes.Batch, outputs, Pixels(0, x[0][2]), Pixels(1, x[0][3])]
            : throw new ArgumentException($"expected weights for {Groups} groups of the channels of {Sizes.Text(x[0])}, found "
                + string.Join(", ", x.Skip(1).Select(Sizes.Text)));
        return result.All(s => s is > 0 or Sizes.Open or Sizes.Batch) ? result
            : throw new ArgumentException($"expected an image of at least one pixel, found {Sizes.Text(result)}");
    }

    private int Pixels(int axis, int size) => size == Sizes.Open ? Sizes.Open
        : checked((Window.Strides[axis] * (size - 1)) + Window.Reach(axis) + More[axis] - Window.Pads[axis] - Window.Pads[axis + 2]);
}
