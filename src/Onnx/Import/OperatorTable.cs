using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>The operators that are read, by name.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, Action<Operation>> All = new(StringComparer.Ordinal)
    {
        ["Abs"] = op => op.EmitFunction("abs"),
        ["Add"] = op => ArithmeticOperators.Binary(op, "add"),
        ["And"] = op => ArithmeticOperators.Compare(op, "multiply"),
        ["ArgMax"] = op => IndexOperators.Extreme(op, least: false),
        ["ArgMin"] = op => IndexOperators.Extreme(op, least: true),
        ["AveragePool"] = op => ImageOperators.Pool(op, max: false),
        ["BatchNormalization"] = ImageOperators.BatchNormalization,
        ["Cast"] = ArithmeticOperators.Cast,
        ["Clip"] = ArithmeticOperators.Clip,
        ["Concat"] = ShapeOperators.Concat,
        ["Conv"] = ImageOperators.Convolution,
        ["ConvTranspose"] = ImageOperators.Transposed,
        ["Cos"] = op => op.EmitFunction("cos"),
        ["Div"] = op => ArithmeticOperators.Binary(op, "divide"),
        ["Elu"] = op => op.EmitFunction("elu", op.Float("alpha", 1)),
        ["Equal"] = op => ArithmeticOperators.Compare(op, "equal"),
        ["Erf"] = op => op.EmitFunction("erf"),
        ["Exp"] = op => op.EmitFunction("exp"),
        ["Expand"] = ShapeOperators.Expand,
        ["Flatten"] = ShapeOperators.Flatten,
        ["Gather"] = IndexOperators.Gather,
        ["GatherElements"] = IndexOperators.GatherElements,
        ["Gelu"] = op => op.EmitFunction(op.Text("approximate", "none") == "tanh" ? "gelu-tanh" : "gelu"),
        ["Gemm"] = ArithmeticOperators.Gemm,
        ["GlobalAveragePool"] = op => ImageOperators.GlobalPool(op, "mean"),
        ["GlobalMaxPool"] = op => ImageOperators.GlobalPool(op, "max"),
        ["Greater"] = op => ArithmeticOperators.Compare(op, "greater"),
        ["GreaterOrEqual"] = op => ArithmeticOperators.Compare(op, "greater-or-equal"),
        ["HardSigmoid"] = op => op.EmitFunction("hard-sigmoid", op.Float("alpha", 0.2), op.Float("beta", 0.5)),
        ["HardSwish"] = op => op.EmitFunction("hard-swish"),
        ["LRN"] = ImageOperators.LocalNormalization,
        ["LayerNormalization"] = ArithmeticOperators.LayerNormalization,
        ["LeakyRelu"] = op => op.EmitFunction("leaky-relu", op.Float("alpha", 0.01)),
        ["Less"] = op => ArithmeticOperators.Compare(op, "greater", exchanged: true),
        ["LessOrEqual"] = op => ArithmeticOperators.Compare(op, "greater-or-equal", exchanged: true),
        ["Log"] = op => op.EmitFunction("log"),
        ["LogSoftmax"] = op => ShapeOperators.Softmax(op, log: true),
        ["MatMul"] = ArithmeticOperators.MatMul,
        ["Max"] = op => ArithmeticOperators.Several(op, "max"),
        ["MaxPool"] = op => ImageOperators.Pool(op, max: true),
        ["Min"] = op => ArithmeticOperators.Several(op, "min"),
        ["Mish"] = op => op.EmitFunction("mish"),
        ["Mul"] = op => ArithmeticOperators.Binary(op, "multiply"),
        ["Neg"] = op => op.EmitFunction("affine", -1),
        ["Not"] = op => op.EmitFunction("affine", -1, 1),
        ["Or"] = op => ArithmeticOperators.Compare(op, "max"),
        ["PRelu"] = op => op.Emit(new PReluNode { Inputs = [op.Computed(0), op.Value(1)], Output = op.Output }),
        ["Pad"] = ImageOperators.Pad,
        ["Pow"] = ArithmeticOperators.Power,
        ["Reciprocal"] = op => op.EmitFunction("reciprocal"),
        ["ReduceMax"] = op => ShapeOperators.Reduce(op, "max"),
        ["ReduceMean"] = op => ShapeOperators.Reduce(op, "mean"),
        ["ReduceMin"] = op => ShapeOperators.Reduce(op, "min"),
        ["ReduceSum"] = op => ShapeOperators.Reduce(op, "sum"),
        ["ReduceSumSquare"] = op => ShapeOperators.Reduce(op, "sum-of-squares"),
        ["Relu"] = op => op.EmitFunction("relu"),
        ["Reshape"] = ShapeOperators.Reshape,
        ["Resize"] = ImageOperators.Resize,
        ["ScatterElements"] = IndexOperators.ScatterElements,
        ["Selu"] = op => op.EmitFunction("selu", op.Float("alpha", 1.6732631921768188), op.Float("gamma", 1.0507010221481323)),
        ["Sigmoid"] = op => op.EmitFunction("sigmoid"),
        ["Sign"] = op => op.EmitFunction("sign"),
        ["Sin"] = op => op.EmitFunction("sin"),
        ["Slice"] = ShapeOperators.Slice,
        ["Softmax"] = op => ShapeOperators.Softmax(op, log: false),
        ["Softplus"] = op => op.EmitFunction("softplus"),
        ["Softsign"] = op => op.EmitFunction("softsign"),
        ["Split"] = ShapeOperators.Split,
        ["Sqrt"] = op => op.EmitFunction("sqrt"),
        ["Squeeze"] = ShapeOperators.Squeeze,
        ["Sub"] = op => ArithmeticOperators.Binary(op, "subtract"),
        ["Sum"] = op => ArithmeticOperators.Several(op, "add"),
        ["Tanh"] = op => op.EmitFunction("tanh"),
        ["Transpose"] = ShapeOperators.Transpose,
        ["Unsqueeze"] = ShapeOperators.Unsqueeze,
        ["Upsample"] = ImageOperators.Resize,
        ["Where"] = op => op.Emit(new WhereNode { Inputs = [op.Value(0), op.Value(1), op.Value(2)], Output = op.Output }),
    };

    /// <summary>Adds to the network what a node does.</summary>
    /// <exception cref="InputException">It is none that the engine has.</exception>
    internal static void Read(Operation op)
    {
        if (!All.TryGetValue(op.Type, out var read))
        {
            throw op.Unknown();
        }

        read(op);
    }
}
