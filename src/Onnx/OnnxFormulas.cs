using LisNative.Formulas;
using static LisNative.Onnx.OnnxGraph;

namespace LisNative.Onnx;

/// <summary>The formulas of the engine as ONNX operators.</summary>
internal static class OnnxFormulas
{
    internal static string Unary(OnnxGraph graph, IUnary op, string x)
    {
        string Node(string type, params string[] inputs) => graph.Node(type, inputs);
        return op switch
        {
            Identity => x,
            Abs or Cos or Exp or Log or Sigmoid or Softplus or Sin or Sqrt or Tanh or Sign => Node(op.GetType().Name, x),
            Affine { Offset: 0 } a => Node("Mul", x, graph.Scalar(a.Scale)),
            Affine { Scale: 1 } a => Node("Add", x, graph.Scalar(a.Offset)),
            Affine a => Node("Add", Node("Mul", x, graph.Scalar(a.Scale)), graph.Scalar(a.Offset)),
            Clamp c => Node("Clip", x, graph.Scalar(c.Min), graph.Scalar(c.Max)),
            Expm1 => Node("Sub", Node("Exp", x), graph.Scalar(1)),
            Gelu => Node("Mul", x, Node("Mul", graph.Scalar(0.5),
                Node("Add", graph.Scalar(1), Node("Erf", Node("Mul", x, graph.Scalar(Math.Sqrt(0.5))))))),
            Relu or LeakyRelu { Slope: 0 } => Node("Relu", x),
            LeakyRelu l => graph.Node("LeakyRelu", [x], Attribute("alpha", (float)l.Slope)),
            Silu => Node("Mul", x, Node("Sigmoid", x)),
            Log1p => Node("Log", Node("Add", x, graph.Scalar(1))),
            PowerOf p => Node("Pow", x, graph.Scalar(p.Exponent)),
            Square => Node("Mul", x, x),
            _ => throw Unknown(op),
        };
    }

    internal static string Binary(OnnxGraph graph, IBinary op, string a, string b)
    {
        string Node(string type, params string[] inputs) => graph.Node(type, inputs);
        string Choice(string comparison) => Node("Where", Node(comparison, a, b), graph.Scalar(1), graph.Scalar(0));
        string Holds(string condition) => Node("Greater", Node("Abs", condition), graph.Scalar(0));
        return op switch
        {
            Add => Node("Add", a, b),
            Subtract => Node("Sub", a, b),
            Multiply => Node("Mul", a, b),
            Divide => Node("Div", a, b),
            Power => Node("Pow", a, b),
            Max => Node("Max", a, b),
            Min => Node("Min", a, b),
            WhereTrue => Node("Where", Holds(a), b, graph.Scalar(-0.0)),
            WhereFalse => Node("Where", Holds(a), graph.Scalar(-0.0), b),
            GreaterThan => Choice("Greater"),
            GreaterOrEqual => Choice("GreaterOrEqual"),
            EqualTo => Choice("Equal"),
            Reaches => Node("Where", Node("Or", Node("Equal", a, b), Node("Not", Node("Equal", a, a))), graph.Scalar(1), graph.Scalar(0)),
            DivideOrZero => Node("Where", Node("Equal", b, graph.Scalar(0)), graph.Scalar(0), Node("Div", a, b)),
            _ => throw Unknown(op),
        };
    }

    internal static string Reduce(OnnxGraph graph, IReduction op, string x, int[] axes)
    {
        string Attributed(string type) => graph.Node(type, [x], Attribute("axes", [.. axes]), Attribute("keepdims", 1));
        return op switch
        {
            _ when axes.Length == 0 => op is SumOfSquares ? graph.Node("Mul", [x, x]) : x,
            Sum => graph.Node("ReduceSum", [x, graph.Integers([.. axes])], Attribute("keepdims", 1)),
            MaxReduction => Attributed("ReduceMax"),
            MinReduction => Attributed("ReduceMin"),
            SumOfSquares => Attributed("ReduceSumSquare"),
            _ => throw Unknown(op),
        };
    }

    private static NotSupportedException Unknown(object op) => new($"ONNX export: no operator is known for {op.GetType().Name}");
}
