using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace LisNative.Onnx;

/// <summary>A graph under construction: constants, and nodes that each have one result.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Reductions but the sum still take their axes as an attribute.</summary>
    internal const int OperatorSet = 17;

    /// <summary>The version of the format that the operator set came with.</summary>
    private const int FormatVersion = 8;

    /// <summary>The format's 2 GiB, less room for everything but the weights.</summary>
    private const long MostBytes = int.MaxValue - (1 << 24);

    private readonly Dictionary<string, int> named = [];

    internal GraphProto Proto { get; } = new() { Name = "graph" };

    /// <summary>Samples of the traced batch. A size that is a multiple grows with it: no size of a constant is one.</summary>
    internal int Batch { get; set; }

    internal bool IsOfBatch(int size) => size > 0 && size % Batch == 0;

    /// <summary>Leaves out what no output needs: penalties of training, for one, are computed beside a result.</summary>
    internal void LeaveOutUnneeded()
    {
        var needed = Proto.Output.Select(o => o.Name).ToHashSet();
        var nodes = Proto.Node.Reverse().Where(n =>
        {
            bool isNeeded = n.Output.Any(needed.Contains);
            needed.UnionWith(isNeeded ? n.Input : []);
            return isNeeded;
        }).Reverse().ToArray();
        var constants = Proto.Initializer.Where(t => needed.Contains(t.Name)).ToArray();
        Proto.Node.Clear();
        Proto.Node.Add(nodes);
        Proto.Initializer.Clear();
        Proto.Initializer.Add(constants);
    }

    /// <summary>It as a model.</summary>
    /// <exception cref="InputException">There are more numbers than a file of the format holds; of the source.</exception>
    internal ModelProto Model(string source)
    {
        long numbers = Proto.Initializer.Sum(t => (long)t.RawData.Length);
        return numbers <= MostBytes
            ? new()
            {
                IrVersion = FormatVersion,
                ProducerName = "LisNative",
                Graph = Proto,
                OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
            }
            : throw new InputException(source, $"expected at most {MostBytes} bytes of numbers, as an ONNX file holds, found {numbers}");
    }

    /// <summary>Writes a model beside its place, then renames it.</summary>
    internal static void Write(ModelProto model, string path)
    {
        byte[] bytes = model.ToByteArray();
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>A node; its result's name.</summary>
    internal string Node(string type, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        string result = Unique(type.ToLowerInvariant());
        Proto.Node.Add(new NodeProto
        {
            OpType = type,
            Name = result,
            Input = { inputs },
            Output = { result },
            Attribute = { attributes.ToArray() }
        });
        return result;
    }

    internal string Constant(string name, Shape shape, float[] values) => Add(new TensorProto
    {
        Name = Unique(name),
        DataType = (int)TensorProto.Types.DataType.Float,
        Dims = { (long[])[.. shape.Sizes] },
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
    });

    internal string Scalar(double value) => Constant("scalar", [], [(float)value]);

    internal string Integers(params long[] values) => Add(new TensorProto
    {
        Name = Unique("integers"),
        DataType = (int)TensorProto.Types.DataType.Int64,
        Dims = { values.Length },
        Int64Data = { values },
    });

    /// <summary>The sizes of a reshape as a constant, those of the batch as what is left over.</summary>
    internal string Sizes(Shape shape)
    {
        int[] sizes = shape.Sizes.ToArray();
        int batch = Array.FindIndex(sizes, IsOfBatch);
        return Integers([.. sizes.Select((s, axis) => axis == batch ? -1 : s)]);
    }

    internal static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    internal static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    internal static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    internal static AttributeProto Attribute(string name, IEnumerable<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    /// <summary>A tensor at the border of the graph: a size, or the name of one that varies.</summary>
    internal static ValueInfoProto Border(string name, params IEnumerable<object> sizes) => new()
    {
        Name = name,
        Type = new()
        {
            TensorType = new()
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new()
                {
                    Dim = { sizes.Select(
                s => s is string varies ? new TensorShapeProto.Types.Dimension { DimParam = varies } : new() { DimValue = (int)s }) }
                },
            },
        },
    };

    private string Add(TensorProto tensor)
    {
        Proto.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string Unique(string name)
    {
        int count = named[name] = named.GetValueOrDefault(name) + 1;
        return count == 1 ? name : $"{name}_{count}";
    }
}
