using static LisNative.Tests.Export.TinyOnnx;

namespace LisNative.Tests.Export;

/// <summary>Each operator that is read, in each of its forms, is ONNX Runtime's.</summary>
public sealed class OnnxOperatorImportTests : InFolder
{
    /// <summary>A case: its version of the operators, the sample and what it adds to the graph.</summary>
    private static readonly Dictionary<string, (int Version, int[] Sample, Func<TinyOnnx, string> Make)> Cases = new()
    {
        ["Conv 3x3"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3), g.Weight(5)], Is("pads", 1, 1, 1, 1))),
        ["Conv 1x1"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 1, 1)])),
        ["Conv 7x7 stride 2"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 7, 7)], Is("strides", 2, 2), Is("pads", 3, 3, 3, 3))),
        ["Conv rectangular"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 1, 7), g.Weight(5)], Is("pads", 0, 3, 0, 3))),
        ["Conv rectangular tall"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 5, 2)])),
        ["Conv pads of four sizes"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3)], Is("pads", 0, 1, 2, 3))),
        ["Conv pads before"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3)], Is("pads", 1, 1, 0, 0), Is("strides", 2, 2))),
        ["Conv strides that differ"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3)], Is("strides", 2, 1))),
        ["Conv strides 4 and 2"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3)], Is("strides", 4, 2), Is("pads", 1, 1, 1, 1))),
        ["Conv dilation 2"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3)], Is("dilations", 2, 2), Is("pads", 2, 2, 2, 2))),
        ["Conv dilations that differ"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3)], Is("dilations", 1, 3))),
        ["Conv dilation of one tap"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 1, 3)], Is("dilations", 1, 2))),
        ["Conv SAME_UPPER"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 4, 3)], Is("auto_pad", "SAME_UPPER"), Is("strides", 2, 2))),
        ["Conv SAME_LOWER"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 4, 3)], Is("auto_pad", "SAME_LOWER"), Is("strides", 2, 2))),
        ["Conv VALID"] = Image(g => g.Node("Conv", [Input, g.Weight(5, 4, 3, 3)], Is("auto_pad", "VALID"))),
        ["Conv groups"] = Image(g => g.Node("Conv", [Input, g.Weight(6, 2, 3, 3), g.Weight(6)], Is("group", 2), Is("pads", 1, 1, 1, 1))),
        ["Conv depthwise"] = Image(g => g.Node("Conv", [Input, g.Weight(4, 1, 3, 3), g.Weight(4)], Is("group", 4), Is("pads", 1, 1, 1, 1))),
        ["Conv depthwise stride 2"] = Image(g => g.Node("Conv", [Input, g.Weight(4, 1, 5, 5)], Is("group", 4), Is("pads", 1, 2, 1, 2),
            Is("strides", 2, 2))),
        ["Conv depthwise twice the channels"] = Image(g => g.Node("Conv", [Input, g.Weight(8, 1, 3, 3), g.Weight(8)], Is("group", 4),
            Is("dilations", 2, 2))),
        ["Conv, batch norm"] = Image(g => g.Normalise(g.Convolve(Input, 4, 6, 3), 6)),
        ["Conv in groups, batch norm, relu"] = Image(g => g.Node("Relu", g.Normalise(g.Convolve(Input, 4, 6, 3, groups: 2), 6))),
        ["Conv depthwise, batch norm, leaky relu"] = Image(g => g.Node("LeakyRelu", g.Normalise(g.Convolve(Input, 4, 4, 3, groups: 4), 4))),
        ["Conv, numbers for each channel"] = Image(g => g.Node("Add", [g.Node("Mul", [g.Convolve(Input, 4, 6, 3), g.Weight(6, 1, 1)]),
            g.Weight(1, 6, 1, 1)])),
        ["Conv read twice"] = Image(g => g.Convolve(Input, 4, 6, 3) is var c ? g.Node("Add", [g.Normalise(c, 6), g.Node("Relu", c)]) : ""),
        ["Conv, identity, batch norm"] = Image(g => g.Normalise(g.Node("Dropout", g.Node("Identity", g.Convolve(Input, 4, 6, 3))), 6)),
        ["BatchNormalization"] = Image(g => g.Normalise(Input, 4)),
        ["BatchNormalization of version 7"] = Image(g => g.Normalise(Input, 4), version: 7),
        ["Relu"] = Image(g => g.Node("Relu", Input)),
        ["LeakyRelu"] = Image(g => g.Node("LeakyRelu", Input, Is("alpha", 0.3f))),
        ["LeakyRelu, negative"] = Image(g => g.Node("LeakyRelu", Input, Is("alpha", -0.3f))),
        ["Sigmoid"] = Image(g => g.Node("Sigmoid", Input)),
        ["Tanh"] = Image(g => g.Node("Tanh", Input)),
        ["Conv, Tanh"] = Image(g => g.Node("Tanh", g.Convolve(Input, 4, 6, 3))),
        ["Clip by attributes"] = Image(g => g.Node("Clip", Input, Is("min", 0f), Is("max", 0.5f)), version: 7),
        ["Clip by inputs"] = Image(g => g.Node("Clip", [Input, g.Values([], -0.1f), g.Values([], 0.5f)])),
        ["Clip from below"] = Image(g => g.Node("Clip", [Input, g.Values([], -0.1f)])),
        ["Clip from above"] = Image(g => g.Node("Clip", [Input, "", g.Values([], 0.2f)])),
        ["HardSigmoid"] = Image(g => g.Node("HardSigmoid", Input, Is("alpha", 0.9f))),
        ["HardSwish"] = Image(g => g.Node("HardSwish", g.Node("Mul", [Input, g.Values([], 5)]))),
        ["Elu"] = Image(g => g.Node("Elu", Input, Is("alpha", 0.7f))),
        ["Selu"] = Image(g => g.Node("Selu", Input)),
        ["Softplus"] = Image(g => g.Node("Softplus", Input)),
        ["Softsign"] = Image(g => g.Node("Softsign", Input)),
        ["Mish"] = Image(g => g.Node("Mish", Input), version: 18),
        ["Gelu"] = Image(g => g.Node("Gelu", g.Node("Mul", [Input, g.Values([], 3)])), version: 20),
        ["Gelu by tanh"] = Image(g => g.Node("Gelu", Input, Is("approximate", "tanh")), version: 20),
        ["Erf"] = Image(g => g.Node("Erf", g.Node("Mul", [Input, g.Values([1], 3)]))),
        ["Exp, Log, Sqrt, Abs, Neg, Reciprocal"] = Image(g => g.Node("Neg", g.Node("Reciprocal", g.Node("Log", g.Node("Exp", g.Node("Sqrt",
            g.Node("Add", [g.Node("Abs", Input), g.Values([], 1)]))))))),
        ["Pow"] = Image(g => g.Node("Pow", [Input, g.Values([], 2)])),
        ["PRelu"] = Image(g => g.Node("PRelu", [Input, g.Weight(4, 1, 1)])),
        ["Add of a vector"] = Image(g => g.Node("Add", [g.Weight(7), Input])),
        ["Sub of a picture"] = Image(g => g.Node("Sub", [Input, g.Weight(1, 4, 9, 7)])),
        ["Sub from a number"] = Image(g => g.Node("Sub", [g.Values([], 2), Input])),
        ["Div by a number"] = Image(g => g.Node("Div", [Input, g.Values([1, 1, 1, 1], 0.3f)])),
        ["Div by channels"] = Image(g => g.Node("Div", [Input, g.Values([4, 1, 1], 1, 2, 3, 4)])),
        ["Div of values"] = Image(g => g.Node("Div", [Input, g.Node("Exp", Input)])),
        ["Mul of values"] = Image(g => g.Node("Mul", [g.Node("GlobalAveragePool", Input), Input])),
        ["Sum, Max and Min"] = Image(g => g.Node("Sum",
            [Input, g.Node("Max", [Input, g.Weight(4, 1, 1)]), g.Node("Min", [Input, g.Weight(7)])])),
        ["MaxPool"] = Image(g => g.Node("MaxPool", Input, Is("kernel_shape", 2, 2), Is("strides", 2, 2))),
        ["MaxPool padded"] = Image(g => g.Node("MaxPool", Input, Is("kernel_shape", 3, 3), Is("strides", 2, 2), Is("pads", 1, 1, 1, 1))),
        ["MaxPool of negatives, rectangular"] = Image(g => g.Node("MaxPool", g.Node("Sub", [Input, g.Values([], 3)]),
            Is("kernel_shape", 3, 2), Is("strides", 1, 2), Is("pads", 1, 0, 1, 1))),
        ["MaxPool ceiling"] = Image(g => g.Node("MaxPool", Input, Is("kernel_shape", 2, 2), Is("strides", 2, 2), Is("ceil_mode", 1))),
        ["MaxPool SAME_UPPER"] = Image(g => g.Node("MaxPool", Input, Is("kernel_shape", 3, 3), Is("strides", 2, 2),
            Is("auto_pad", "SAME_UPPER"))),
        ["MaxPool dilated"] = Image(g => g.Node("MaxPool", Input, Is("kernel_shape", 2, 2), Is("dilations", 2, 3))),
        ["AveragePool"] = Image(g => g.Node("AveragePool", Input, Is("kernel_shape", 3, 2), Is("strides", 2, 1))),
        ["AveragePool padded"] = Image(g => g.Node("AveragePool", Input, Is("kernel_shape", 3, 3), Is("strides", 2, 2),
            Is("pads", 1, 1, 1, 1))),
        ["AveragePool that counts padding"] = Image(g => g.Node("AveragePool", Input, Is("kernel_shape", 3, 3), Is("strides", 2, 2),
            Is("pads", 1, 1, 1, 1), Is("count_include_pad", 1))),
        ["AveragePool SAME_LOWER"] = Image(g => g.Node("AveragePool", Input, Is("kernel_shape", 2, 2), Is("strides", 2, 2),
            Is("auto_pad", "SAME_LOWER"))),
        ["AveragePool ceiling"] = Image(g => g.Node("AveragePool", Input, Is("kernel_shape", 2, 2), Is("strides", 2, 2),
            Is("ceil_mode", 1)), version: 19),
        ["AveragePool of everything"] = Image(g => g.Node("AveragePool", Input, Is("kernel_shape", 9, 7))),
        ["GlobalAveragePool"] = Image(g => g.Node("GlobalAveragePool", Input)),
        ["GlobalMaxPool"] = Image(g => g.Node("GlobalMaxPool", Input)),
        ["ReduceMean"] = Image(g => g.Node("ReduceMean", Input, Is("axes", 2, 3), Is("keepdims", 0))),
        ["ReduceMean by input"] = Image(g => g.Node("ReduceMean", [Input, g.Whole(-1, -2)]), version: 18),
        ["ReduceSum and ReduceMax"] = Image(g => g.Node("Add", [g.Node("ReduceSum", [Input, g.Whole(1)]),
            g.Node("ReduceMax", Input, Is("axes", [3]))])),
        ["Concat"] = Image(g => g.Node("Concat", [g.Convolve(Input, 4, 5, 3), Input, g.Convolve(Input, 4, 3, 1)], Is("axis", 1))),
        ["Concat of rows"] = Image(g => g.Node("Concat", [Input, Input], Is("axis", -2))),
        ["Flatten, Gemm"] = Image(g => g.Node("Gemm", [g.Node("Flatten", g.Convolve(Input, 4, 5, 3)), g.Weight(6, 315), g.Weight(6)],
            Is("transB", 1), Is("alpha", 0.5f), Is("beta", 2f))),
        ["Gemm not transposed, one number"] = Image(g => g.Node("Relu", g.Node("Gemm", [g.Node("Flatten", Input, Is("axis", -3)),
            g.Weight(252, 6), g.Values([1], 2)]))),
        ["Gemm, batch norm"] = Image(g => g.Normalise(g.Node("Gemm", [g.Node("Flatten", Input), g.Weight(252, 6), g.Weight(1, 6)]), 6)),
        ["MatMul, Add"] = Image(g => g.Node("Sigmoid", g.Node("Add", [g.Node("MatMul", [Input, g.Weight(7, 3)]), g.Weight(3)]))),
        ["MatMul, batch norm of another axis of its size"] = Image(g => g.Normalise(g.Node("MatMul", [g.Node("Reshape",
            [Input, g.Whole(-1, 7, 36)]), g.Weight(36, 7)]), 7)),
        ["MatMul of images, factors of channels as many"] = Image(g => g.Node("Mul", [g.Node("MatMul", [Input, g.Weight(7, 4)]),
            g.Values([4, 1, 1], 1, 2, 3, 4)])),
        ["Channels last, Add"] = Image(g => g.Node("Add", [g.Node("Transpose", Input, Is("perm", 0, 2, 3, 1)), g.Values([], 0.5f)])),
        ["Pad with −∞, MaxPool"] = Image(g => g.Node("MaxPool", g.Node("Pad", Input, Is("pads", 0, 0, 1, 1, 0, 0, 1, 1),
            Is("value", float.NegativeInfinity)), Is("kernel_shape", 3, 3)), version: 9),
        ["Reshape"] = Image(g => g.Node("Reshape", [Input, g.Whole(-1, 28, 9)])),
        ["Reshape with −1 and 0"] = Image(g => g.Node("Reshape", [Input, g.Whole(0, 0, -1)])),
        ["Reshape by arithmetic"] = Image(g => g.Node("Reshape", [Input, g.Node("Concat", [g.Node("Unsqueeze", [g.Node("Gather",
            [g.Node("Shape", Input), g.Node("Squeeze", g.Whole(0))]), g.Whole(0)]), g.Whole(-1)], Is("axis", 0))])),
        ["Cast"] = Image(g => g.Node("Cast", g.Node("Relu", Input), Is("to", 1))),
        ["Reshape by divided sizes"] = Image(g => g.Node("Reshape", [Input, g.Node("Concat", [g.Whole(0), g.Node("Unsqueeze",
            [g.Node("Cast", g.Node("Ceil", g.Node("Div", [g.Node("Cast", g.Node("Gather", [g.Node("Shape", Input),
            g.Node("Squeeze", g.Whole(3))]), Is("to", 1)), g.Values([], 2)])), Is("to", 7)), g.Whole(0)]), g.Whole(-1)], Is("axis", 0))])),
        ["Squeeze, Unsqueeze"] = Image(g => g.Node("Unsqueeze", [g.Node("Squeeze", [g.Node("GlobalAveragePool", Input), g.Whole(2, 3)]),
            g.Whole(-1)])),
        ["Squeeze, Unsqueeze by attributes"] = Image(g => g.Node("Unsqueeze", g.Node("Squeeze", g.Node("GlobalAveragePool", Input),
            Is("axes", 2, 3)), Is("axes", [1])), version: 11),
        ["Channel shuffle"] = Image(g => g.Node("Reshape", [g.Node("Transpose", g.Node("Reshape", [g.Convolve(Input, 4, 6, 3),
            g.Whole(-1, 2, 3, 9, 7)]), Is("perm", 0, 2, 1, 3, 4)), g.Whole(-1, 6, 9, 7)])),
        ["Slice"] = Image(g => g.Node("Slice", [Input, g.Whole(1, 0), g.Whole(-1, long.MaxValue), g.Whole(2, 3), g.Whole(2, 3)])),
        ["Slice by attributes"] = Image(g => g.Node("Slice", Input, Is("starts", 0, 1), Is("ends", 3, 1000), Is("axes", 1, 2)), version: 9),
        ["Gather"] = Image(g => g.Node("Gather", [Input, g.Node("Squeeze", [g.Whole(-2), g.Whole(0)])], Is("axis", 1))),
        ["Split"] = Image(g => Split(g, [Is("axis", 1), Is("split", 1, 3)]), version: 11),
        ["Split in halves"] = Image(g => Split(g, [Is("axis", 1)]), version: 13),
        ["Pad"] = Image(g => g.Node("Pad", [Input, g.Whole(0, 0, 1, 2, 0, 1, 0, 3)])),
        ["Pad with a number"] = Image(g => g.Node("Pad", Input, Is("pads", 0, 1, 0, 0, 0, 0, 2, 0), Is("value", 2.5f)), version: 9),
        ["Softmax"] = Image(g => g.Node("Softmax", Input, Is("axis", 1))),
        ["Softmax of everything"] = Image(g => g.Node("Softmax", Input), version: 11),
        ["Resize"] = Image(g => g.Node("Resize", [Input, "", g.Values([4], 1, 1, 2, 3)], Is("mode", "nearest"))),
        ["Resize by sizes"] = Image(g => g.Node("Resize", [Input, "", "", g.Node("Concat", [g.Node("Slice",
            [g.Node("Shape", Input), g.Whole(0), g.Whole(2)]), g.Whole(18, 14)], Is("axis", 0))], Is("mode", "nearest"),
            Is("coordinate_transformation_mode", "asymmetric"), Is("nearest_mode", "floor"))),
        ["Upsample"] = Image(g => g.Node("Upsample", [Input, g.Values([4], 1, 1, 2, 2)]), version: 9),
        ["LRN"] = Image(g => g.Node("LRN", Input, Is("size", 3), Is("alpha", 0.5f), Is("beta", 0.7f), Is("bias", 1.5f))),
        ["LRN without a bias"] = Image(g => g.Node("LRN", Input, Is("size", 3), Is("alpha", 1f), Is("bias", 0f))),
        ["Constant and ConstantOfShape"] = Image(g => g.Node("Add", [Input, g.Node("Cast", g.Node("ConstantOfShape", g.Whole(4, 1, 1)),
            Is("to", 1))])),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static (int, int[], Func<TinyOnnx, string>) Image(Func<TinyOnnx, string> make, int version = 17) => (version, [4, 9, 7], make);

    private static string Split(TinyOnnx graph, global::Onnx.AttributeProto[] attributes)
    {
        graph.Node("Split", Input, attributes);
        graph.Graph.Proto.Node[^1].Output.Add("rest");
        return graph.Node("Concat", ["rest", graph.Graph.Proto.Node[^1].Output[0]], Is("axis", 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_that_of_ONNX_Runtime(string name)
    {
        var (version, sample, make) = Cases[name];
        foreach (bool open in (bool[])[false, true])
        {
            // A file that leaves height and width open, where the case allows it.
            object[] sizes = open ? ["batch", sample[0], "height", "width"] : ["batch", .. sample.Cast<object>()];
            var graph = new TinyOnnx(version, sizes);
            string output = make(graph), path = folder[$"{open}.onnx"];
            graph.Save(path, output);
            if (open)
            {
                try
                {
                    LisNative.Onnx.OnnxImport.Read(Device.Cpu, path).Dispose();
                }
                catch (InputException e)
                {
                    Assert.Contains("fixed", e.Message, StringComparison.Ordinal);
                    return;
                }
            }

            foreach (var device in (Device[])[Device.Cpu, Device.Reference])
            {
                AssertSame(device, path, Shape.Create(sample), output);
            }
        }
    }
}
