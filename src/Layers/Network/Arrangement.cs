namespace LisNative.Layers;

/// <summary>Values one after another along an axis.</summary>
internal sealed record ConcatNode : Node
{
    public required int Axis { get; init; }

    /// <summary>Images are joined in the memory order of convolutions.</summary>
    internal override Var Run(IReadOnlyList<Var> x) => x[0].Shape.Rank != 4 || Axis == 0 ? Var.Concat(Axis, x)
        : Var.Concat(Axis == 1 ? 3 : Axis - 1, [.. x.Select(v => v.ChannelsLast())]).ChannelsFirst();

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, short.MaxValue);
        Sizes.CheckAxis(x[0], Axis);
        int[] result = [.. x[0]];
        foreach (int[] next in x.Skip(1))
        {
            bool fits = next.Length == result.Length;
            for (int i = 0; i < result.Length && fits; i++)
            {
                fits = i == Axis || next[i] == result[i] || Math.Min(next[i], result[i]) == Sizes.Open;
            }

            result[Axis] = !fits ? throw new ArgumentException($"expected sizes that differ in axis {Axis} alone, found "
                + string.Join(", ", x.Select(Sizes.Text)))
                : Math.Min(next[Axis], result[Axis]) < 0 ? Sizes.Open : checked(result[Axis] + next[Axis]);
        }

        return result;
    }
}

/// <summary>The same elements under another shape.</summary>
internal sealed record ReshapeNode : Node
{
    /// <summary>The new sizes; of one sample where the batch is the first axis.</summary>
    public required int[] Sample { get; init; }

    /// <summary>What there was before: as many elements in another layout are another picture.</summary>
    public required int[] From { get; init; }

    internal override Var Run(IReadOnlyList<Var> x)
    {
        int[] from = Whole(From);
        int axis = Sizes.BatchAxis(from);
        return x[0].Reshape(Sizes.Of(Whole(Sample), x[0].Shape[axis] / Sizes.PerBatch(from[axis])));
    }

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        int[] result = Whole(Sample), from = Whole(From);
        return x[0].SequenceEqual(from) && result.All(s => s is > 0 and <= Sizes.Most * 64 or <= Sizes.Batch)
            && Sizes.OnlyOne(result, from).Length == result.Length && Sizes.PerSample(from) == Sizes.PerSample(result) ? result
            : throw new ArgumentException(
                $"expected {Sizes.Text(from)}, of which {Sizes.Text(result)} was to be made, found {Sizes.Text(x[0])}");
    }

    /// <summary>Sizes as <see cref="Sample"/> and <see cref="From"/> have them.</summary>
    internal static int[] Stored(int[] sizes) => sizes is [Sizes.Batch, .. var sample] ? sample : sizes;

    private static int[] Whole(int[] stored) => Sizes.BatchAxis(stored) >= 0 ? stored : [Sizes.Batch, .. stored];
}

/// <summary>
/// Axes of size 1 repeated. Inputs: the value and the network's input, which tells how many samples there are.
/// </summary>
internal sealed record ExpandNode : Node
{
    /// <summary>The new sizes, of which one may be the batch's.</summary>
    public required int[] To { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => x[0].Expand(Shape.Create(Sizes.Of(To, x[1].Shape[0])));

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(2, 2);
        return x[1] is [Sizes.Batch, ..] && To.All(s => s is > 0 and <= Sizes.Most or <= Sizes.Batch)
            && Sizes.Broadcast(x[0], To).SequenceEqual(To) ? To
            : throw new ArgumentException($"expected sizes that {Sizes.Text(x[0])} broadcasts to, found {Sizes.Text(To)}");
    }
}

/// <summary>The axes in another order.</summary>
internal sealed record PermuteNode : Node
{
    /// <summary>Axis i of the result is axis Order[i].</summary>
    public required int[] Order { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => x[0].Permute(Order);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        return Order.Order().SequenceEqual(Enumerable.Range(0, x[0].Length))
            ? [.. Order.Select(axis => x[0][axis])]
            : throw new ArgumentException($"expected an order of the axes of {Sizes.Text(x[0])}, found "
                + $"[{string.Join(", ", Order)}]");
    }
}

/// <summary>Some positions of an axis.</summary>
internal sealed record SliceNode : Node
{
    public required int Axis { get; init; }

    public int Start { get; init; }

    public required int Length { get; init; }

    public int Step { get; init; } = 1;

    /// <summary>The size of the axis for which start and length were worked out.</summary>
    public required int Of { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => x[0].Slice(Axis, Start, Length, Step);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Sizes.CheckAxis(x[0], Axis);
        int[] result = [.. x[0]];
        result[Axis] = Length;
        return x[0][Axis] == Of && Start >= 0 && Length > 0 && Step > 0 && Start + ((Length - 1L) * Step) < x[0][Axis] ? result
            : throw new ArgumentException($"expected a slice inside of axis {Axis} of {Sizes.Text(x[0])}, found {Length} from {Start} by "
                + $"{Step} of {Of}");
    }
}

/// <summary>A value around each axis.</summary>
internal sealed record PadNode : Node
{
    public required int[] Before { get; init; }

    public required int[] After { get; init; }

    public double Value { get; init; }

    internal override Var Run(IReadOnlyList<Var> x)
    {
        static int[] Last(int[] a) => [a[0], a[2], a[3], a[1]];
        return Before.Length != 4 || Before[0] + After[0] > 0 ? x[0].Pad(Before, After, Value)
            : x[0].ChannelsLast().Pad(Last(Before), Last(After), Value).ChannelsFirst();
    }

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        bool fits = Before.Length == x[0].Length && After.Length == x[0].Length
            && Before.Concat(After).All(n => n is >= 0 and <= short.MaxValue)
            && x[0].Index().All(s => s.Item > Sizes.Batch || (Before[s.Index] == 0 && After[s.Index] == 0));
        return fits ? [.. x[0].Select((s, axis) => s < 0 ? s : Before[axis] + s + After[axis])]
            : throw new ArgumentException($"expected numbers of elements around the axes of {Sizes.Text(x[0])} but the batch, found "
                + $"{Sizes.Text(Before)} and {Sizes.Text(After)}");
    }
}

/// <summary>Every pixel several times, along both axes.</summary>
internal sealed record UpsampleNode : Node
{
    /// <summary>How often along the height and the width.</summary>
    public required int[] Factors { get; init; }

    internal override Var Run(IReadOnlyList<Var> x)
    {
        int n = x[0].Shape[0], c = x[0].Shape[1], h = x[0].Shape[2], w = x[0].Shape[3];
        return x[0].ChannelsLast().Reshape(n, h, 1, w, 1, c).Expand([n, h, Factors[0], w, Factors[1], c])
            .Reshape(n, h * Factors[0], w * Factors[1], c).ChannelsFirst();
    }

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Sizes.CheckImages(x[0]);
        return Factors is [>= 1 and <= short.MaxValue, >= 1 and <= short.MaxValue] && x[0].All(s => s <= Sizes.Most)
            ? [.. x[0][..2], .. x[0][2..].Select((s, i) => s < 0 ? s : checked(s * Factors[i]))]
            : throw new ArgumentException($"expected two factors, found {Sizes.Text(Factors)}");
    }
}
