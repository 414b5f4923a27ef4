using LisNative.Onnx;
using Onnx;
using static LisNative.Tests.Export.TinyOnnx;

namespace LisNative.Tests.Export;

/// <summary>Files as PyTorch's exporters write them, with the operators that they compose others of, are ONNX Runtime's.</summary>
public sealed class PyTorchImportTests : InFolder
{
    private const int Width = 8, Heads = 2, Length = 5;

    private static readonly Dictionary<string, (object[] Input, bool Words, Func<TinyOnnx, string> Make)> Files = new()
    {
        ["perceptron"] = (["batch", 13], false, g => Dense(g, g.Node("Relu", g.Normalise(Dense(g, Input, 13, 16), 16)), 16, 3)),
        ["perceptron over sequences"] = (["batch", 5, 13], false, g => g.Node("Add", [g.Weight(3),
            g.Node("MatMul", [Gelu(g, g.Node("Add", [g.Node("MatMul", [Input, g.Weight(13, 16)]), g.Weight(16)])), g.Weight(16, 3)])])),
        ["encoder, composed"] = (["batch", Length], true, g => Encoder(g, composed: true)),
        ["encoder, in whole operators"] = (["batch", Length], true, g => Encoder(g, composed: false)),
        ["encoder with the sequence first"] = (["batch", Length, Width], false, g => SequenceFirst(g)),
        ["encoder of a file for one sample"] = ([1, Length], true, g => Encoder(g, composed: true)),
        ["class token"] = (["batch", Length, Width], false, g => ClassToken(g)),
        ["causal mask"] = (["batch", Length, Length], false, g => g.Node("Softmax", g.Node("Where", [
            g.Node("Equal", [g.Node("Trilu", g.Values([Length, Length], [.. Enumerable.Repeat(1f, 25)]), Is("upper", 0L)),
                g.Values([], 0)]),
            g.Values([], float.NegativeInfinity), Input]))),
        ["expand as PyTorch writes it"] = (["batch", Width], false, g => Expanded(g)),
        ["choices"] = (["batch", Width], false, g => g.Node("Where", [g.Node("And", [g.Node("Less", [Input, g.Values([], 0.5f)]),
            g.Node("Not", g.Node("Or", [g.Node("LessOrEqual", [Input, g.Values([], -0.5f)]), g.Node("Equal", [Input, Input]), ]))]),
            g.Node("Neg", Input), g.Node("Pow", [g.Node("Abs", Input), g.Values([], 2.5f)])])),
        ["casts"] = (["batch", Width], false, g => g.Node("Add", [
            g.Node("Cast", g.Node("Cast", g.Node("Mul", [Input, g.Values([], 3)]), Is("to", 7)), Is("to", 1)),
            g.Node("Cast", g.Node("Cast", g.Node("Relu", Input), Is("to", 9)), Is("to", 1))])),
        ["positions by arithmetic"] = (["batch", Length], true, g => g.Node("Add", [
            g.Node("Gather", [g.Weight(11, Width), Input]),
            g.Node("Gather", [g.Weight(9, Width), g.Node("Range", [g.Node("Squeeze", [g.Whole(0), g.Whole(0)]),
                g.Node("Gather", [g.Node("Shape", Input), g.Node("Squeeze", [g.Whole(1), g.Whole(0)])]),
                g.Node("Squeeze", [g.Whole(1), g.Whole(0)])])])])),
        ["last word"] = (["batch", Length, Width], false, g => g.Node("Gather", [Input, g.Node("Squeeze", [g.Whole(-1), g.Whole(0)])],
            Is("axis", 1))),
        ["some words, backwards"] = (["batch", Length, Width], false, g => g.Node("Slice", [
            g.Node("Gather", [Input, g.Whole(-1, 0, 3)], Is("axis", 1)), g.Whole(-1), g.Whole(-int.MaxValue), g.Whole(1), g.Whole(-1)])),
        ["a quotient of whole numbers that are known"] = (["batch", Width], false, g => g.Node("Reshape", [Input, g.Node("Concat", [
            g.Node("Unsqueeze", [Size(g, Input, 0), g.Whole(0)]), g.Whole(2), g.Node("Unsqueeze", [
                g.Node("Div", [Size(g, Input, 1), g.Node("Squeeze", [g.Whole(2), g.Whole(0)])]), g.Whole(0)])], Is("axis", 0))])),
        ["best and its place"] = (["batch", Length, Width], false, g => g.Node("GatherElements", [Input,
            g.Node("ArgMax", Input, Is("axis", 2L), Is("keepdims", 1L))], Is("axis", 2))),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    private static string Dense(TinyOnnx g, string x, int inputs, int outputs) =>
        g.Node("Gemm", [x, g.Weight(outputs, inputs), g.Weight(outputs)], Is("transB", 1));

    private static string Linear(TinyOnnx g, string x, int inputs, int outputs) =>
        g.Node("Add", [g.Weight(outputs), g.Node("MatMul", [x, g.Weight(inputs, outputs)])]);

    private static string Gelu(TinyOnnx g, string x) => g.Node("Mul", [g.Node("Mul", [x, g.Node("Add", [
        g.Node("Erf", g.Node("Div", [x, g.Values([], MathF.Sqrt(2))])), g.Values([], 1)])]), g.Values([], 0.5f)]);

    /// <summary>Before there was an operator for it.</summary>
    private static string LayerNorm(TinyOnnx g, string x, bool composed)
    {
        if (!composed)
        {
            return g.Node("LayerNormalization", [x, g.Positive(Width), g.Weight(Width)], Is("axis", -1L), Is("epsilon", 1e-5f));
        }

        string d = g.Node("Sub", [x, g.Node("ReduceMean", x, Is("axes", [-1]))]);
        string variance = g.Node("ReduceMean", g.Node("Pow", [d, g.Values([], 2)]), Is("axes", [-1]));
        string y = g.Node("Div", [d, g.Node("Sqrt", g.Node("Add", [variance, g.Values([], 1e-5f)]))]);
        return g.Node("Add", [g.Node("Mul", [y, g.Positive(Width)]), g.Weight(Width)]);
    }

    private static string Size(TinyOnnx g, string x, int axis) =>
        g.Node("Gather", [g.Node("Shape", x), g.Node("Squeeze", [g.Whole(axis), g.Whole(0)])]);

    private static string One(TinyOnnx g, string size) => g.Node("Unsqueeze", [size, g.Whole(0)]);

    /// <summary>x.view(x.size(0), x.size(1), heads, -1).transpose(1, 2).</summary>
    private static string Split(TinyOnnx g, string x, params long[] order) => g.Node("Transpose", g.Node("Reshape", [x,
        g.Node("Concat", [One(g, Size(g, x, 0)), One(g, Size(g, x, 1)), g.Whole(Heads), g.Whole(-1)], Is("axis", 0))]), Is("perm", order));

    private static string Attention(TinyOnnx g, string x)
    {
        string Part() => Linear(g, x, Width, Width);
        string scores = g.Node("Div", [g.Node("MatMul", [Split(g, Part(), 0, 2, 1, 3), Split(g, Part(), 0, 2, 3, 1)]), g.Values([], 2)]);
        string mixed = g.Node("Transpose", g.Node("MatMul", [g.Node("Softmax", scores, Is("axis", -1L)), Split(g, Part(), 0, 2, 1, 3)]),
            Is("perm", 0, 2, 1, 3));
        return Linear(g, g.Node("Reshape", [mixed, g.Whole(0, 0, Width)]), Width, Width);
    }

    private static string Encoder(TinyOnnx g, bool composed)
    {
        string x = g.Node("Add", [g.Node("Gather", [g.Weight(11, Width), Input]), g.Weight(1, Length, Width)]);
        x = g.Node("Add", [x, Attention(g, LayerNorm(g, x, composed))]);
        string wide = Linear(g, LayerNorm(g, x, composed), Width, 4 * Width);
        x = g.Node("Add", [x, Linear(g, Gelu(g, wide), 4 * Width, Width)]);
        return Dense(g, g.Node("ReduceMean", x, Is("axes", [1]), Is("keepdims", 0)), Width, 3);
    }

    /// <summary>nn.MultiheadAttention: the heads of all samples in one axis, q of [length, batch · heads, size].</summary>
    private static string SequenceFirst(TinyOnnx g)
    {
        string x = g.Node("Transpose", Input, Is("perm", 1, 0, 2));
        string all = Linear(g, x, Width, 3 * Width);
        string heads = g.Node("Mul", [Size(g, x, 1), g.Node("Squeeze", [g.Whole(Heads), g.Whole(0)])]);
        g.Node("Split", [all, g.Whole(Width, Width, Width)], Is("axis", 2));
        var split = g.Graph.Proto.Node[^1];
        split.Output.Add(["k", "v"]);
        string Rows(string part) => g.Node("Transpose", g.Node("Reshape", [part, g.Node("Concat",
            [g.Whole(Length), One(g, heads), g.Whole(Width / Heads)], Is("axis", 0))]), Is("perm", 1, 0, 2));
        string scores = g.Node("MatMul", [Rows(split.Output[0]), g.Node("Transpose", Rows("k"), Is("perm", 0, 2, 1))]);
        string mixed = g.Node("Transpose", g.Node("MatMul", [g.Node("Softmax", scores), Rows("v")]), Is("perm", 1, 0, 2));
        string rows = g.Node("Reshape", [mixed, g.Node("Concat",
            [One(g, g.Node("Mul", [Size(g, x, 0), Size(g, x, 1)])), g.Whole(Width)], Is("axis", 0))]);
        string y = g.Node("Reshape", [Dense(g, rows, Width, Width), g.Node("Concat",
            [One(g, Size(g, x, 0)), One(g, Size(g, x, 1)), g.Whole(Width)], Is("axis", 0))]);
        return g.Node("Transpose", g.Node("Add", [x, y]), Is("perm", 1, 0, 2));
    }

    private static string ClassToken(TinyOnnx g)
    {
        string shape = g.Node("Concat", [One(g, Size(g, Input, 0)), g.Whole(1, Width)], Is("axis", 0));
        string tokens = g.Node("Expand", [g.Weight(1, 1, Width), shape]);
        string x = g.Node("Concat", [tokens, Input], Is("axis", 1));
        return g.Node("Gather", [g.Node("Add", [x, Attention(g, x)]), g.Node("Squeeze", [g.Whole(0), g.Whole(0)])], Is("axis", 1));
    }

    /// <summary>x.unsqueeze(1).expand(-1, 3, -1): ones where the shape says −1.</summary>
    private static string Expanded(TinyOnnx g)
    {
        string shape = g.Node("Concat", [One(g, Size(g, Input, 0)), g.Whole(3), g.Whole(-1)], Is("axis", 0));
        string ones = g.Node("ConstantOfShape", g.Whole(3));
        g.Graph.Proto.Node[^1].Attribute.Add(new AttributeProto
        {
            Name = "value",
            Type = AttributeProto.Types.AttributeType.Tensor,
            T = new() { DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 1 }, Int64Data = { 1 } },
        });
        string asked = g.Node("Where", [g.Node("Equal", [shape, g.Node("Mul", [ones, g.Whole(-1)])]), ones, shape]);
        return g.Node("Expand", [g.Node("Unsqueeze", [Input, g.Whole(1)]), asked]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_that_of_ONNX_Runtime(string name)
    {
        var (input, words, make) = Files[name];
        var g = new TinyOnnx(17, input);
        string y = make(g), path = folder["n.onnx"];
        g.Save(path, y);
        if (words)
        {
            g.Model!.Graph.Input[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int64;
            File.WriteAllBytes(path, Google.Protobuf.MessageExtensions.ToByteArray(g.Model));
        }

        using var network = OnnxImport.Read(Device.Cpu, path);
        int[] sample = [.. input.Skip(1).Cast<int>()];
        Assert.Equal(Shape.Create(sample), network.Input);
        foreach (int batch in input[0] is int one ? (int[])[one] : [1, 2, 7])
        {
            Shape shape = [batch, .. sample];
            float[] values = words ? [.. Enumerable.Range(0, shape.Count).Select(i => (float)(i * 7 % 11))] : Draw(shape, 1);
            AssertClose(Expected(path, Input, shape, values, y, words), Run(network, shape, values));
        }

        // And for more samples than the file fixes: each as if it were alone.
        Shape two = [2, .. sample];
        float[] both = words ? [.. Enumerable.Range(0, two.Count).Select(i => (float)(i * 3 % 11))] : Draw(two, 2);
        float[] One(Range range) => Run(network, [1, .. sample], both[range])[0];
        Assert.Equal([.. One(..(both.Length / 2)), .. One((both.Length / 2)..)], Run(network, two, both)[0]);
    }

    private static float[][] Expected(string path, string input, Shape shape, float[] values, string output, bool words)
    {
        if (!words)
        {
            return TinyOnnx.Expected(path, input, shape, values, output);
        }

        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(path);
        var tensor = new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<long>(Array.ConvertAll(values, v => (long)v), shape.Sizes.ToArray());
        using var results = session.Run([Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor(input, tensor)], [output]);
        return [.. results.Select(r => r.AsTensor<float>().ToArray())];
    }
}
