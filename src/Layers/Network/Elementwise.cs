namespace LisNative.Layers;

/// <summary>One of <see cref="Functions"/> of a value, with up to two numbers.</summary>
internal sealed record FunctionNode : Node
{
    public required string Function { get; init; }

    public double Alpha { get; init; }

    public double Beta { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => Functions.Apply(Function, x[0], Alpha, Beta);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(1, 1);
        Functions.Check(Function);
        return x[0];
    }
}

/// <summary>max(x, 0) + slope · min(x, 0), with slopes that broadcast.</summary>
internal sealed record PReluNode : Node
{
    internal override Var Run(IReadOnlyList<Var> x) => x[0].LeakyRelu(0) + (Functions.Negative(x[0]) * x[1]);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(2, 2);
        return Sizes.Broadcast(x[0], x[1]);
    }
}

/// <summary>The second input where the first is not 0, else the third; all three broadcast.</summary>
internal sealed record WhereNode : Node
{
    internal override Var Run(IReadOnlyList<Var> x) => Var.Where(x[0], x[1], x[2]);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(3, 3);
        return Sizes.Broadcast(x[0], Sizes.Broadcast(x[1], x[2]));
    }
}

/// <summary>Two values that broadcast, element by element.</summary>
internal sealed record ArithmeticNode : Node
{
    private static readonly Dictionary<string, Func<Var, Var, Var>> Operations = new(StringComparer.Ordinal)
    {
        ["add"] = (a, b) => a + b,
        ["subtract"] = (a, b) => a - b,
        ["multiply"] = (a, b) => a * b,
        ["divide"] = (a, b) => a / b,
        ["max"] = Var.Max,
        ["min"] = (a, b) => -Var.Max(-a, -b),
        ["power"] = (a, b) => a.Pow(b),
        ["equal"] = (a, b) => Tensor.EqualTo(a.Value, b.Value),
        ["greater"] = (a, b) => a > b,
        ["greater-or-equal"] = (a, b) => a >= b,
    };

    public required string Operation { get; init; }

    internal override Var Run(IReadOnlyList<Var> x) => Operations[Operation](x[0], x[1]);

    internal override int[] Infer(IReadOnlyList<int[]> x)
    {
        CheckInputs(2, 2);
        return Operations.ContainsKey(Operation) ? Sizes.Broadcast(x[0], x[1])
            : throw new ArgumentException($"expected an operation ({string.Join(", ", Operations.Keys)}), found \"{Operation}\"");
    }
}
