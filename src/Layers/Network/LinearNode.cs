namespace LisNative.Layers;

/// <summary>x·wᵀ + b. Inputs: x […, in], w [out, in] and, if there is one, b [out].</summary>
internal sealed record LinearNode : WeightedNode
{
    internal override Var Run(IReadOnlyList<Var> x) => Var.Linear(x[0], x[1], x.ElementAtOrDefault(2), Activation);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        _ = Activation;
        CheckInputs(2, 3);
        return x[0].Length >= 2 && x[1] is [var outputs, var inputs] && x[0][^1] == inputs
            && (x.Count == 2 || x[2].SequenceEqual([outputs])) ? [.. x[0][..^1], outputs]
            : throw new ArgumentException("expected […, in] and weights [out, in] and [out], found "
                + string.Join(", ", x.Select(Sizes.Text)));
    }

    internal override Tensor Arrange(int input, Tensor weight) =>
        input == 1 && weight.Shape.Rank == 2 ? WeightedLayer.ForProduct(weight) : weight;
}
