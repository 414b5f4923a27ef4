namespace LisNative.Layers;

/// <summary>Axes reduced to one number: their mean, sum, greatest, least or sum of squares.</summary>
internal sealed record ReduceNode : Node
{
    private static readonly Dictionary<string, Func<Var, int[], bool, Var>> Operations = new(StringComparer.Ordinal)
    {
        ["mean"] = (x, axes, keep) => x.Mean(axes, keep),
        ["sum"] = (x, axes, keep) => x.Sum(axes, keep),
        ["max"] = (x, axes, keep) => x.Max(axes, keep),
        ["min"] = (x, axes, keep) => x.Min(axes, keep),
        ["sum-of-squares"] = (x, axes, keep) => x.Square().Sum(axes, keep),
    };

    public required string Operation { get; init; }

    public required int[] Axes { get; init; }

    /// <summary>Whether they stay as size 1.</summary>
    public bool Keep { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => Operations[Operation](x[0], Axes, Keep);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Array.ForEach(Axes, axis => Sizes.CheckAxis(x[0], axis));
        return Axes.Length > 0 && Axes.Distinct().Count() == Axes.Length && Operations.ContainsKey(Operation)
            ? [.. x[0].Index().Where(s => Keep || !Axes.Contains(s.Index)).Select(s => Axes.Contains(s.Index) ? 1 : s.Item)]
            : throw new ArgumentException($"expected one of {string.Join(", ", Operations.Keys)} over axes, found \"{Operation}\" over "
                + Sizes.Text(Axes));
    }
}

/// <summary>eˣ / Σeˣ along an axis.</summary>
internal sealed record SoftmaxNode : Node
{
    /// <summary>Its logarithm instead.</summary>
    public bool Log { get; init; }

    public required int Axis { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => Log ? x[0].LogSoftmax(Axis) : x[0].Softmax(Axis);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Sizes.CheckAxis(x[0], Axis);
        return x[0];
    }
}

/// <summary>(x − mean) / √(variance + ε) · scale + shift over the last axis. Inputs: x, scale, shift.</summary>
internal sealed record LayerNormNode : Node
{
    /// <summary>Added to the variance.</summary>
    public required double Epsilon { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => x[0].LayerNorm(x[1], x[2], Epsilon);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(3, 3);
        Sizes.CheckAxis(x[0], x[0].Length - 1);
        return x[1].Length == 1 && x[1][0] == x[0][^1] && x[2].SequenceEqual(x[1]) ? x[0] : throw new ArgumentException(
            $"expected a scale and a shift for each of the last axis of {Sizes.Text(x[0])}, found {Sizes.Text(x[1])} and "
            + Sizes.Text(x[2]));
    }
}

/// <summary>x / (bias + alpha/size · Σx² over neighbouring channels)^beta.</summary>
internal sealed record LocalResponseNormNode : Node
{
    /// <summary>Channels that are summed over.</summary>
    public required int Size { get; init; }

    /// <summary>Factor of the mean of squares.</summary>
    public required double Alpha { get; init; }

    public required double Beta { get; init; }

    /// <summary>What the denominator is at least.</summary>
    public required double Bias { get; init; }

    internal override Var Run(IReadOnlyList<Var> x)
    {
        var image = x[0].ChannelsLast();
        int channels = image.Shape[3], before = (Size - 1) / 2;
        var squares = image.Square().Pad([0, 0, 0, before], [0, 0, 0, Size - 1 - before]);
        var sum = Enumerable.Range(0, Size).Select(i => squares.Slice(3, i, channels)).Aggregate((a, b) => a + b);
        return (image * (sum.Affine(Alpha / Size, Bias).Log() * -Beta).Exp()).ChannelsFirst();
    }

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Sizes.CheckImages(x[0]);
        return Size is >= 1 and <= short.MaxValue ? x[0] : throw new ArgumentException($"expected a size of at least 1, found {Size}");
    }
}
