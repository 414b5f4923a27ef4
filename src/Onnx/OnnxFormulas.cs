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
            Abs or Exp or Log or Sigmoid or Softplus or Sqrt or Tanh or Sign => Node(op.GetType().Name, x),
            Affine { Offset: 0 } a => Node("Mul", x, graph.Scalar(a.Scale)),
            Affine { Scale: 1 } a => Node("Add", x, graph.Scalar(a.Offset)),
            Affine a => Node("Add", Node("Mul", x, graph.Scalar(a.Scale)), graph.Scalar(a.Offset)),
            Clamp c => Node("Clip", x, graph.Scalar(c.Min), graph.Scalar(c.Max)),
            Expm1 => Node("Sub", Node("Exp", x), graph.Scalar(1)),
            Gelu => Node("Mul", x, Node("Mul", graph.Scalar(0.5),
                Node("Add", graph.Scalar(1), Node("Erf", Node("Mul", x, graph.Scalar(Math.Sqrt(0.5))))))),
            LeakyRelu { Slope: 0 } => Node("Relu", x),
            LeakyRelu l => graph.Node("LeakyRelu", [x], Attribute("alpha", (float)l.Slope)),
            Log1p => Node("Log", Node("Add", x, graph.Scalar(1))),
            Square => Node("Mul", x, x),
            _ => throw Unknown(op),
        };
    }

    internal static string Binary(OnnxGraph graph, IBinary op, string a, string b)
    {
        string Node(string type, params string[] inputs) => graph.Node(type, inputs);
        return op switch
        {
            Add => Node("Add", a, b),
            Subtract => Node("Sub", a, b),
            Multiply => Node("Mul", a, b),
            Divide => Node("Div", a, b),
            Max => Node("Max", a, b),
            GreaterThan => Node("Where", Node("Greater", a, b), graph.Scalar(1), graph.Scalar(0)),
            DivideOrZero => Node("Where", Node("Equal", b, graph.Scalar(0)), graph.Scalar(0), Node("Div", a, b)),
            _ => throw Unknown(op),
        };
    }

    internal static string Reduce(OnnxGraph graph, IReduction op, string x, int[] axes)
    {
        string Attributed(string type) => graph.Node(type, [x], Attribute("axes", axes.Select(a => (long)a)), Attribute("keepdims", 1));
        return op switch
        {
            _ when axes.Length == 0 => op is SumOfSquares ? graph.Node("Mul", [x, x]) : x,
            Sum => graph.Node("ReduceSum", [x, graph.Integers([.. axes.Select(a => (long)a)])], Attribute("keepdims", 1)),
            MaxReduction => Attributed("ReduceMax"),
            SumOfSquares => Attributed("ReduceSumSquare"),
            _ => throw Unknown(op),
        };
    }

    private static NotSupportedException Unknown(object op) => new($"ONNX export: no operator is known for {op.GetType().Name}");
}
