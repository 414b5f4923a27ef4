namespace LisNative.Layers;

/// <summary>a·b over the last two axes; those before broadcast.</summary>
internal sealed record MatMulNode : Node
{
    internal override Var Run(IReadOnlyList<Var> x) => Var.MatMul(x[0], x[1]);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(2, 2);
        return x[0].Length >= 2 && x[1].Length >= 2 && (x[0][^1] == x[1][^2] || Math.Min(x[0][^1], x[1][^2]) == Sizes.Open)
            && Math.Min(x[0][^1], x[1][^2]) > Sizes.Batch
            ? Sizes.OnlyOne([.. Sizes.Broadcast(x[0][..^2], x[1][..^2]), x[0][^2], x[1][^1]], x[0], x[1])
            : throw new ArgumentException($"expected […, m, k] and […, k, n], found {Sizes.Text(x[0])} and {Sizes.Text(x[1])}");
    }
}
