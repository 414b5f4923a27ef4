using Google.Protobuf;
using LisNative.Onnx;
using Onnx;
using static LisNative.Tests.Export.TinyOnnx;

namespace LisNative.Tests.Export;

/// <summary>What a file has that the engine has not is named in one sentence.</summary>
public sealed class OnnxRefusedImportTests : InFolder
{
    private static readonly Dictionary<string, (string Part, object[] Input, Func<TinyOnnx, string> Make)> Cases = new()
    {
        ["an operator"] = Fixed("expected operators that the engine has, found NonZero in the node \"nonzero\"; asking for an",
            g => g.Node("NonZero", Input)),
        ["a quantised operator"] = Fixed("found DequantizeLinear in the node", g => g.Node("DequantizeLinear", [Input, g.Values([], 1)])),
        ["control flow"] = Fixed("found If in the node", g => g.Node("If", Input)),
        ["a loop"] = Fixed("found Loop in the node", g => g.Node("Loop", Input)),
        ["an operator of others"] = Fixed("found com.microsoft.FusedConv in the node", g =>
        {
            string y = g.Node("FusedConv", Input);
            g.Graph.Proto.Node[^1].Domain = "com.microsoft";
            return y;
        }),
        ["half precision"] = Fixed("expected numbers of \"w\" in single precision (FLOAT), found FLOAT16", g => Altered(g, t =>
        {
            t.DataType = (int)TensorProto.Types.DataType.Float16;
            t.RawData = ByteString.CopyFrom(new byte[216]);
        })),
        ["bfloat16"] = Fixed("found BFLOAT16", g => Altered(g, t => t.DataType = (int)TensorProto.Types.DataType.Bfloat16)),
        ["another file"] = Fixed("expected the numbers of \"w\" in the file, found them in another (weights.bin); saving the model as",
            g => Altered(g, t =>
        {
            t.DataLocation = TensorProto.Types.DataLocation.External;
            t.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        })),
        ["too few numbers"] = Fixed("expected 108 numbers of \"w\" [4, 3, 3, 3], found 2", g => Altered(g, t =>
            t.RawData = ByteString.CopyFrom(new byte[8]))),
        ["several inputs"] = Fixed("expected one input that the outputs depend on, found 2 (", g =>
        {
            g.Graph.Proto.Input.Add(OnnxGraph.Border("second", 1, 3, 8, 8));
            return g.Node("Add", [Input, "second"]);
        }),
        ["a value from nowhere"] = Fixed("expected values that nodes compute, found nowhere", g => g.Node("Add", [Input, "nowhere"])),
        ["no batch"] = ("expected the input \"image\" with a batch first, images [N, channels, height, width] with a number of channels, "
            + "found []", [], g => g.Node("Relu", Input)),
        ["open channels"] = ("found [batch, channels, 8, 8]", ["batch", "channels", 8, 8], g => g.Node("Relu", Input)),
        ["open sizes that matter"] = ("node \"flatten\" (Flatten): expected a fixed height and width, found [N, 4, ?, ?]; an output",
            ["batch", 3, "height", "width"], g => g.Node("Flatten", g.Convolve(Input, 3, 4, 3))),
        ["a crop of open sizes"] = ("expected an axis of a fixed size, found axis 2 of [N, 3, ?, ?]", ["batch", 3, "height", "width"],
            g => g.Node("Slice", [Input, g.Whole(0), g.Whole(-1), g.Whole(2)])),
        ["another batch"] = Fixed(
            "node \"reshape\" (Reshape): expected a shape of the same elements with the batch as an axis, found [3, 64]",
            g => g.Node("Reshape", [Input, g.Whole(3, 64)])),
        ["samples that are mixed"] = Fixed("expected an axis of [N, 3, 8, 8] other than the batch's, found 0",
            g => g.Node("ReduceMean", Input, Is("axes", [0]))),
        ["a quotient of whole numbers"] = Fixed("node \"div\" (Div): expected numbers in single precision, found whole ones",
            g => g.Node("Div", [g.Node("ArgMax", Input, Is("axis", 1L)), g.Whole(2)])),
        ["a product of batches"] = Fixed("expected the batch as one axis of the result, found", g => g.Node("MatMul",
            [g.Node("Reshape", [Input, g.Whole(-1, 8)]), g.Node("Transpose", g.Node("Reshape", [Input, g.Whole(-1, 8)]))])),
        ["channels that do not fit"] = Fixed(
            "node \"conv\" (Conv): expected weights for 1 groups of the channels of [N, 3, 8, 8], found [4, 2, 3, 3]",
            g => g.Node("Conv", [Input, g.Weight(4, 2, 3, 3)])),
        ["weights that are computed"] = Fixed("expected numbers that the file holds as input 2, found values that the network computes",
            g => g.Node("Conv", [Input, g.Node("Relu", Input)])),
        ["a picture smaller than a kernel"] = Fixed("expected an image at least as large as the kernel, found 8 against 9",
            g => g.Node("Conv", [Input, g.Weight(4, 3, 9, 9)])),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static (string, object[], Func<TinyOnnx, string>) Fixed(string part, Func<TinyOnnx, string> make) =>
        (part, ["batch", 3, 8, 8], make);

    private static string Altered(TinyOnnx graph, Action<TensorProto> alter)
    {
        string y = graph.Node("Conv", [Input, graph.Weight(4, 3, 3, 3)]);
        alter(graph.Graph.Proto.Initializer[^1]);
        return y;
    }

    private static void Refused(string part, string path, params string[] outputs)
    {
        string message = Assert.Throws<InputException>(() => OnnxImport.Read(Device.Cpu, path, outputs)).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_refused_in_words(string name)
    {
        var (part, input, make) = Cases[name];
        var graph = new TinyOnnx(17, input);
        graph.Save(folder["n.onnx"], make(graph));
        Refused(part, folder["n.onnx"]);
    }

    [Fact]
    public void An_input_in_half_precision_is_refused()
    {
        var graph = new TinyOnnx(17, "batch", 3, 8, 8);
        graph.Save(folder["n.onnx"], graph.Node("Relu", Input));
        graph.Model!.Graph.Input[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Float16;
        File.WriteAllBytes(folder["n.onnx"], graph.Model.ToByteArray());
        Refused("expected the input \"image\" in single precision (FLOAT) or of whole numbers, found FLOAT16", folder["n.onnx"]);
    }

    [Fact]
    public void What_is_no_such_file_and_has_no_such_output_is_refused()
    {
        var graph = new TinyOnnx(17, "batch", 3, 8, 8);
        string y = graph.Convolve(Input, 3, 4, 3);
        graph.Save(folder["n.onnx"], y);
        Refused("expected an output that the network has, found \"moon\"; it has conv", folder["n.onnx"], "moon");
        Refused("expected an output that the network has, found \"w\"", folder["n.onnx"], "w");
        byte[] bytes = File.ReadAllBytes(folder["n.onnx"]);
        for (int length = 0; length < bytes.Length; length += 1 + (length / 5))
        {
            File.WriteAllBytes(folder["cut.onnx"], bytes[..length]);
            Refused($"expected an ONNX model, found {length} bytes that are none or are cut off", folder["cut.onnx"]);
        }

        folder.Write("text.onnx", "not a model at all");
        Refused("expected an ONNX model", folder["text.onnx"]);
        Refused("cannot be read", folder["missing.onnx"]);
        var old = new TinyOnnx(6, "batch", 3, 8, 8);
        old.Save(folder["old.onnx"], old.Node("Relu", Input));
        Refused("expected operators of version 7 or later, found version 6", folder["old.onnx"]);
    }

    /// <summary>Whatever byte is wrong: refused in words, or a network.</summary>
    [Fact]
    public void A_damaged_file_is_refused_in_words_or_read()
    {
        var graph = new TinyOnnx(17, "batch", 3, 8, 8);
        string x = graph.Node("Relu", graph.Normalise(graph.Convolve(Input, 3, 4, 3), 4));
        x = graph.Node("MaxPool", graph.Convolve(x, 4, 4, 3, groups: 4), Is("kernel_shape", 2, 2), Is("strides", 2, 2));
        x = graph.Node("Concat", [x, graph.Node("Slice", [x, graph.Whole(1), graph.Whole(3), graph.Whole(1)])], Is("axis", 1));
        x = graph.Node("Reshape", [graph.Node("Conv", [x, graph.Weight(4, 3, 2, 2)], Is("dilations", 1, 2), Is("group", 2)),
            graph.Node("Concat", [graph.Node("Gather", [graph.Node("Shape", x), graph.Whole(0)]), graph.Whole(-1)], Is("axis", 0))]);
        graph.Save(folder["n.onnx"], graph.Node("Gemm", [x, graph.Weight(24, 3), graph.Weight(3)]));
        OnnxImport.Read(Device.Cpu, folder["n.onnx"]).Dispose();
        byte[] whole = File.ReadAllBytes(folder["n.onnx"]);
        int read = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] bytes = [.. whole];
            bytes[i] = (byte)((i * 37) + (i / 7));
            File.WriteAllBytes(folder["damaged.onnx"], bytes);
            try
            {
                OnnxImport.Read(Device.Cpu, folder["damaged.onnx"]).Dispose();
                read++;
            }
            catch (InputException)
            {
            }
        }

        Assert.InRange(read, 1, whole.Length - 1);
    }

    /// <summary>Files of the first versions list their numbers among the inputs, as floats.</summary>
    [Fact]
    public void Numbers_among_the_inputs_are_read()
    {
        var graph = new TinyOnnx(8, 1, 3, 8, 8);
        string y = graph.Node("Dropout", graph.Normalise(graph.Convolve(Input, 3, 4, 3), 4), Is("ratio", 0.5f));
        graph.Graph.Proto.Node[^1].Output.Add("mask");
        y = graph.Node("Reshape", [y, graph.Whole(1, 256)]);
        foreach (var tensor in graph.Graph.Proto.Initializer)
        {
            graph.Graph.Proto.Input.Add(OnnxGraph.Border(tensor.Name, [.. tensor.Dims.Select(d => (object)(int)d)]));
            if (tensor.DataType == (int)TensorProto.Types.DataType.Float)
            {
                tensor.FloatData.Add(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray());
                tensor.RawData = ByteString.Empty;
            }
            else
            {
                graph.Graph.Proto.Input[^1].Type.TensorType.ElemType = tensor.DataType;
            }
        }

        graph.Save(folder["n.onnx"], y);
        using var network = OnnxImport.Read(Device.Cpu, folder["n.onnx"]);
        float[] values = Draw([1, 3, 8, 8], 1), twice = [.. values, .. values];
        float[][] expected = Expected(folder["n.onnx"], Input, [1, 3, 8, 8], values, y), found = Run(network, [1, 3, 8, 8], values);
        AssertClose(expected, found);
        Assert.Equal([.. found[0], .. found[0]], Run(network, [2, 3, 8, 8], twice)[0]);
    }
}
