namespace LisNative.Layers;

/// <summary>A convolution. Inputs: the image, the weight [outputs, inputs of a group, R, S] and, if there is one, the bias.</summary>
internal sealed record ConvolutionNode : WeightedNode
{
    public required Window Window { get; init; }

    /// <summary>Each group of outputs reads its own group of inputs.</summary>
    public int Groups { get; init; } = 1;

    internal override Var Run(IReadOnlyList<Var> x) => Var.Conv2d(
        x[0], x[1], Window.Geometry(x[0].Shape[2], x[0].Shape[3]) with { Groups = Groups }, x.ElementAtOrDefault(2), Activation);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        _ = Activation;
        Sizes.CheckImages(x[0]);
        CheckInputs(2, 3);
        int outputs = x[1].Length == 4 ? x[1][0] : 0;
        bool fits = Groups >= 1 && Window.Kernel.Length == 2 && x[0][1] % Groups == 0 && outputs % Groups == 0
            && x[1].SequenceEqual([outputs, x[0][1] / Groups, .. Window.Kernel])
            && (x.Count == 2 || x[2].SequenceEqual([outputs]));
        return fits ? Window.Infer(x[0], outputs)
            : throw new ArgumentException($"expected weights for {Groups} groups of the channels of {Sizes.Text(x[0])}, found "
                + string.Join(", ", x.Skip(1).Select(Sizes.Text)));
    }

    internal override Tensor Arrange(int input, Tensor weight) =>
        input == 1 && weight.Shape.Rank == 4 ? WeightedLayer.ForConvolution(weight) : weight;
}
