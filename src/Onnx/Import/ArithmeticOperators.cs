using LisNative.Layers;
using DataType = Onnx.TensorProto.Types.DataType;

namespace LisNative.Onnx;

/// <summary>Operators element by element, and products with matrices.</summary>
internal static class ArithmeticOperators
{
    internal static void Binary(Operation op, string operation)
    {
        if (operation == "divide" && op.IsWhole(0) && op.IsWhole(1))
        {
            throw op.Refuse("expected numbers in single precision, found whole ones, of which a division has no remainder");
        }

        if (op.Known(0) is null && op.Known(1) is { } right && (operation != "divide" || !right.IsWhole))
        {
            // Subtracting and dividing are adding and multiplying, of another number.
            double[] numbers = right.ToNumbers();
            bool adds = operation is "add" or "subtract";
            numbers = Array.ConvertAll(numbers, v => operation switch { "subtract" => -v, "divide" => 1 / v, _ => v });
            Fold(op, 0, right, numbers, adds, operation);
        }
        else if (op.Known(1) is null && op.Known(0) is { } left && operation is "add" or "multiply")
        {
            Fold(op, 1, left, left.ToNumbers(), operation == "add", operation);
        }
        else
        {
            Plain(op, operation, op.Output, op.Value(0), op.Value(1));
        }
    }

    internal static void Several(Operation op, string operation)
    {
        string value = op.Value(0);
        for (int i = 1; i < op.Inputs; i++)
        {
            string output = i == op.Inputs - 1 ? op.Output : $"{op.Output}.{i}";
            Plain(op, operation, output, value, op.Value(i));
            value = output;
        }

        if (op.Inputs == 1)
        {
            op.Emit(new FunctionNode { Inputs = [value], Output = op.Output, Function = "affine", Alpha = 1 });
        }
    }

    /// <summary>Values have single precision already, whatever their type in the file.</summary>
    internal static void Cast(Operation op)
    {
        var (function, alpha) = (DataType)op.Int("to", 0) switch
        {
            DataType.Float => ("affine", 1.0),
            DataType.Int64 or DataType.Int32 => op.IsWhole(0) ? ("affine", 1) : ("truncate", 0),
            DataType.Bool => ("not-zero", 0),
            var to => throw op.Refuse($"expected single precision (FLOAT), whole numbers or BOOL, found {Constant.TypeName((int)to)}"),
        };
        op.EmitFunction(function, alpha);
    }

    /// <summary>Two values that are compared, of which one may be known.</summary>
    internal static void Compare(Operation op, string operation, bool exchanged = false) =>
        Plain(op, operation, op.Output, op.Value(exchanged ? 1 : 0), op.Value(exchanged ? 0 : 1));

    internal static void Clip(Operation op)
    {
        double Limit(string name, int input, double otherwise)
        {
            double found = op.Has(input) ? op.Constant(input).ToNumbers().FirstOrDefault(otherwise) : op.Float(name, otherwise);
            return Math.Clamp(found, -float.MaxValue, float.MaxValue);
        }

        op.EmitFunction("clip", Limit("min", 1, -float.MaxValue), Limit("max", 2, float.MaxValue));
    }

    internal static void Power(Operation op)
    {
        double[] exponent = op.Known(0) is null ? op.Known(1)?.ToNumbers() ?? [] : [];
        if (exponent is not [_])
        {
            Plain(op, "power", op.Output, op.Value(0), op.Value(1));
        }
        else if (exponent is [1])
        {
            op.EmitFunction("affine", 1);
        }
        else
        {
            op.EmitFunction(exponent[0] switch { 2 => "square", 0.5 => "sqrt", -1 => "reciprocal", _ => "power" }, exponent[0]);
        }
    }

    /// <summary>A product; of x with a matrix of the file, the bias that may follow goes into the kernel.</summary>
    internal static void MatMul(Operation op)
    {
        if (op.Known(0) is not null || op.Known(1) is not { Sizes.Length: 2 } weight)
        {
            op.Emit(new MatMulNode { Inputs = [op.Value(0), op.Value(1)], Output = op.Output });
            return;
        }

        var transposed = weight.Transposed(1, 0);
        op.Emit(new LinearNode
        {
            Inputs = [op.Computed(0), op.Builder.AddWeight($"{op.Output}.weight", transposed.Sizes, transposed.ToFloats())],
            Output = op.Output,
        });
    }

    /// <summary>Over the last axis.</summary>
    internal static void LayerNormalization(Operation op)
    {
        int last = op.SizesOf(0).Length - 1;
        int[] length = op.AnySizes(1);
        if (op.Axis(op.Int("axis", -1), last + 1) != last)
        {
            throw op.Refuse($"expected the last axis of {Sizes.Text(op.SizesOf(0))} alone, found those from {op.Int("axis", -1)} on");
        }

        op.Emit(new LayerNormNode
        {
            Inputs = [op.Computed(0), op.Value(1), op.Has(2) ? op.Value(2)
                : op.Builder.AddWeight($"{op.Output}.shift", length, new float[Shape.Create(length).Count])],
            Output = op.Output,
            Epsilon = op.Float("epsilon", 1e-5),
        });
    }

    /// <summary>alpha·x·w + beta·c.</summary>
    internal static void Gemm(Operation op)
    {
        var weight = op.Constant(1);
        double alpha = op.Float("alpha", 1), beta = op.Float("beta", 1);
        if (op.Int("transA", 0) != 0 || op.SizesOf(0).Length != 2 || weight.Sizes.Length != 2)
        {
            throw op.Refuse("expected rows [N, in] and a matrix, found "
                + $"{Sizes.Text(op.SizesOf(0))}{(op.Int("transA", 0) != 0 ? " transposed" : "")} and {Sizes.Text(weight.Sizes)}");
        }

        weight = op.Int("transB", 0) != 0 ? weight : weight.Transposed(1, 0);
        float[] values = alpha == 1 ? weight.ToFloats() : Array.ConvertAll(weight.ToFloats(), v => (float)(v * alpha));
        string[] inputs = [op.Computed(0), op.Builder.AddWeight($"{op.Output}.weight", weight.Sizes, values)];
        if (op.Has(2))
        {
            var constant = op.Constant(2);
            double[] added = Array.ConvertAll(constant.ToNumbers(), v => v * beta);
            int outputs = weight.Sizes[0];
            if (constant.Sizes.Length > 2 || (constant.Count != 1 && (constant.Count != outputs || constant.Sizes[^1] != outputs)))
            {
                throw op.Refuse($"expected one number to add for each of {outputs} outputs, found {Sizes.Text(constant.Sizes)}");
            }

            float[] bias = [.. Enumerable.Range(0, outputs).Select(i => (float)added[constant.Count == 1 ? 0 : i])];
            inputs = [.. inputs, op.Builder.AddWeight($"{op.Output}.bias", [outputs], bias)];
        }

        op.Emit(new LinearNode { Inputs = inputs, Output = op.Output });
    }

    /// <summary>Numbers of the file added to a value or multiplied with it: in the kernel before, one for all, or as a weight.</summary>
    private static void Fold(Operation op, int computed, Constant constant, double[] numbers, bool adds, string operation)
    {
        string value = op.Computed(computed);
        int[] sizes = op.SizesOf(computed);
        if (PerChannel(constant, numbers, sizes) is { } channels && op.Builder.TryScale(value, op.Output, ChannelAxis(sizes),
            adds ? [.. channels.Select(_ => 1.0)] : channels, adds ? channels : new double[channels.Length]))
        {
            return;
        }

        if (constant.Count == 1 && constant.Sizes.Length <= sizes.Length)
        {
            op.Emit(new FunctionNode
            {
                Inputs = [value],
                Output = op.Output,
                Function = "affine",
                Alpha = adds ? 1 : numbers[0],
                Beta = adds ? numbers[0] : 0
            });
        }
        else
        {
            Plain(op, operation, op.Output, value, op.Value(1 - computed));
        }
    }

    /// <summary>The numbers of each channel of images, or of each column of rows, where they differ in nothing else.</summary>
    private static double[]? PerChannel(Constant constant, double[] numbers, int[] sizes)
    {
        int axis = ChannelAxis(sizes), more = sizes.Length - constant.Sizes.Length, channels = sizes[axis];
        return more < 0 || channels < 0 || constant.Sizes.Where((s, i) => s != 1 && (i + more != axis || s != channels)).Any() ? null
            : constant.Count == 1 ? [.. Enumerable.Repeat(numbers[0], channels)] : numbers;
    }

    private static int ChannelAxis(int[] sizes) => sizes.Length == 4 ? 1 : sizes.Length - 1;

    private static void Plain(Operation op, string operation, string output, string a, string b) =>
        op.Emit(new ArithmeticNode { Inputs = [a, b], Output = output, Operation = operation });
}
