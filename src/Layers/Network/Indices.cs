namespace LisNative.Layers;

/// <summary>Positions of an axis by numbers. Inputs: the value, and the numbers, whose axes stand in place of the axis.</summary>
internal sealed record GatherNode : Node
{
    public required int Axis { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => x[0].Gather(Axis, IndexTensor.Of(x[1].Value));

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(2, 2);
        Sizes.CheckAxis(x[0], Axis);
        return Sizes.OnlyOne([.. x[0][..Axis], .. x[1], .. x[0][(Axis + 1)..]], x[0], x[1]);
    }
}

/// <summary>Along an axis, positions by the numbers of each place. Inputs: the value and the numbers.</summary>
internal sealed record TakeAlongAxisNode : Node
{
    public required int Axis { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => x[0].TakeAlongAxis(IndexTensor.Of(x[1].Value), Axis);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(2, 2);
        CheckAlong(x[0], x[1], Axis);
        return x[1];
    }

    /// <summary>Refuses numbers that have not the axes of a value.</summary>
    internal static void CheckAlong(int[] value, int[] numbers, int axis)
    {
        Sizes.CheckAxis(value, axis);
        if (numbers.Length != value.Length || value.Where((s, a) => a != axis && s != numbers[a]).Any())
        {
            throw new ArgumentException(
                $"expected numbers of the sizes of {Sizes.Text(value)} but along axis {axis}, found {Sizes.Text(numbers)}");
        }
    }
}

/// <summary>
/// Along an axis, numbers added at the positions that others say. Inputs: what is added to, the positions, and what is added.
/// </summary>
internal sealed record ScatterAddNode : Node
{
    public required int Axis { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) =>
        x[0] + x[2].ScatterAddAlongAxis(IndexTensor.Of(x[1].Value), Axis, x[0].Shape[Axis]);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(3, 3);
        TakeAlongAxisNode.CheckAlong(x[0], x[1], Axis);
        return x[1].SequenceEqual(x[2]) ? x[0]
            : throw new ArgumentException($"expected a position for each of {Sizes.Text(x[2])}, found {Sizes.Text(x[1])}");
    }
}

/// <summary>The first position of the greatest, or least, along an axis.</summary>
internal sealed record ArgMaxNode : Node
{
    public required int Axis { get; init; }

    /// <summary>The least instead.</summary>
    public bool Least { get; init; }

    /// <summary>Whether the axis stays as size 1.</summary>
    public bool Keep { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => (Least ? x[0].ArgMin(Axis, Keep) : x[0].ArgMax(Axis, Keep)).Values;

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Sizes.CheckAxis(x[0], Axis);
        return [.. x[0][..Axis], .. Keep ? [1] : Array.Empty<int>(), .. x[0][(Axis + 1)..]];
    }
}
