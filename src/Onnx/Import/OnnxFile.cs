using Google.Protobuf;
using Onnx;

namespace LisNative.Onnx;

/// <summary>An ONNX file: its nodes and numbers by name.</summary>
internal sealed class OnnxFile
{
    /// <summary>The first version of the operators whose binary operations broadcast as NumPy's.</summary>
    private const long OldestOperators = 7;

    private readonly GraphProto graph;
    private readonly Dictionary<string, TensorProto> initialisers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Constant> read = new(StringComparer.Ordinal);

    private OnnxFile(string path, ModelProto model, long operators)
    {
        (Path, graph, Operators) = (path, model.Graph, operators);
        foreach (var tensor in graph.Initializer)
        {
            initialisers[tensor.Name] = tensor;
        }

        foreach (var node in graph.Node)
        {
            foreach (string output in node.Output.Where(o => o.Length > 0))
            {
                producers[output] = node;
            }
        }
    }

    internal string Path { get; }

    /// <summary>Version of the set of operators.</summary>
    internal long Operators { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It cannot be read or is no ONNX.</exception>
    internal static OnnxFile Read(string path)
    {
        byte[] bytes = SafeTensors.ReadBytes(path);
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InputException(path,
                $"expected an ONNX model, found {bytes.Length} bytes that are none or are cut off ({e.Message})", e);
        }

        long? version = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version;
        if (model.Graph is not { Node.Count: > 0 } || version is null)
        {
            throw new InputException(path, $"expected an ONNX model, found {bytes.Length} bytes that are none or are cut off");
        }

        return version >= OldestOperators ? new(path, model, version.Value) : throw new InputException(path,
            $"expected operators of version {OldestOperators} or later, found version {version}; ONNX's version converter helps");
    }

    /// <summary>The numbers of a name; null where there are none.</summary>
    internal Constant? Initialiser(string name)
    {
        if (!read.TryGetValue(name, out var constant) && initialisers.TryGetValue(name, out var tensor))
        {
            read[name] = constant = Constant.Read(Path, tensor);
        }

        return constant;
    }

    /// <summary>What some outputs need.</summary>
    /// <param name="outputs">Names of values or nodes; none means the graph's outputs.</param>
    /// <exception cref="InputException">There is no such value, or they need no input or several.</exception>
    internal Selection Select(IReadOnlyList<string> outputs)
    {
        string[] names = outputs.Count > 0 ? [.. outputs] : [.. graph.Output.Select(o => o.Name)];
        string[] results = [.. names.Select(name => Resolve(Find(name)))];
        var (needed, values, inputs) = (new HashSet<NodeProto>(ReferenceEqualityComparer.Instance), new Stack<string>(results),
            new HashSet<string>(StringComparer.Ordinal));
        while (values.TryPop(out string? value))
        {
            if (initialisers.ContainsKey(value))
            {
                continue;
            }

            if (!producers.TryGetValue(value, out var node))
            {
                inputs.Add(value);
            }
            else if (needed.Add(node))
            {
                foreach (string input in node.Input.Where(i => i.Length > 0))
                {
                    values.Push(Resolve(input));
                }
            }
        }

        return new(names, results, [.. graph.Node.Where(needed.Contains)], Input(inputs));
    }

    /// <summary>The value that a value is the same as, at inference.</summary>
    internal string Resolve(string name)
    {
        for (int steps = 0; producers.TryGetValue(name, out var node) && IsAlias(node) && node.Output[0] == name; name = node.Input[0])
        {
            if (++steps > producers.Count)
            {
                throw new InputException(Path, $"expected values that are computed from others, found \"{name}\" computed from itself");
            }
        }

        return name;
    }

    /// <summary>A few of many names, for messages.</summary>
    internal static string Some(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 0 ? "none" : all.Length <= 8 ? string.Join(", ", all)
            : $"{string.Join(", ", all.Take(3))}, …, {string.Join(", ", all.TakeLast(4))}";
    }

    private static bool IsAlias(NodeProto node) =>
        node.OpType is "Identity" or "Dropout" && node.Input.Count > 0 && node.Output.Count > 0;

    private string Find(string name) =>
        producers.ContainsKey(name) || graph.Input.Any(i => i.Name == name && !initialisers.ContainsKey(name)) ? name
        : graph.Node.FirstOrDefault(n => n.Name == name && name.Length > 0)?.Output.FirstOrDefault() ?? throw new InputException(Path,
            $"expected an output that the network has, found \"{name}\"; it has {Some(graph.Node.SelectMany(n => n.Output))}");

    /// <summary>The one input, and its sizes.</summary>
    private NetworkInput Input(HashSet<string> names)
    {
        string[] strange = [.. names.Where(n => graph.Input.All(i => i.Name != n))];
        if (strange.Length > 0)
        {
            throw new InputException(Path, $"expected values that nodes compute, found {Some(strange)}, which none does");
        }

        if (names.Count != 1)
        {
            throw new InputException(Path, $"expected one input that the outputs depend on, found {names.Count} ({Some(names)})");
        }

        string name = names.Single();
        var type = graph.Input.First(i => i.Name == name).Type?.TensorType;
        const int Single = (int)TensorProto.Types.DataType.Float;
        bool isWhole = type?.ElemType is (int)TensorProto.Types.DataType.Int64 or (int)TensorProto.Types.DataType.Int32;
        if (type is null || (type.ElemType != Single && !isWhole))
        {
            throw new InputException(Path, $"expected the input \"{name}\" in single precision (FLOAT) or of whole "
                + $"numbers, found {Constant.TypeName(type?.ElemType ?? 0)}; exporting the network in single precision helps");
        }

        TensorShapeProto.Types.Dimension[] axes = [.. type.Shape?.Dim ?? []];
        int[] sizes = [.. axes.Select(d => d.DimValue is > 0 and <= 1 << 20 ? (int)d.DimValue : 0)];
        bool fits = sizes.Length > 0 && (sizes.Length != 4 || sizes[1] > 0);
        return fits ? new(name, sizes[0], sizes[1..], isWhole) : throw new InputException(Path,
            $"expected the input \"{name}\" with a batch first, images [N, channels, height, width] with a number of channels, found "
            + $"[{string.Join(", ", axes.Select(d => d.DimValue > 0 ? $"{d.DimValue}" : d.DimParam.Length > 0 ? d.DimParam : "?"))}]");
    }
}

/// <summary>The input: a batch that the file fixes or 0, the sizes of a sample, 0 for what is open, and whether its numbers are
/// whole.</summary>
internal sealed record NetworkInput(string Name, int Batch, int[] Sample, bool IsWhole);

/// <summary>What is asked for, the value of each, and the nodes that they need, in order.</summary>
internal sealed record Selection(string[] Outputs, string[] Results, NodeProto[] Nodes, NetworkInput Input);
