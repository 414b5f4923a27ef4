using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>Makes a network of the nodes of a file, one after another.</summary>
internal sealed class NetworkBuilder
{
    private readonly OnnxFile file;
    private readonly Selection selection;
    private readonly Dictionary<string, Constant> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Shape Shape, float[] Values)> weights = new(StringComparer.Ordinal);
    private readonly HashSet<string> whole = new(StringComparer.Ordinal);
    private readonly List<Node> nodes = [];
    private readonly Dictionary<string, int> producers = new(StringComparer.Ordinal), readers = new(StringComparer.Ordinal);

    internal NetworkBuilder(OnnxFile file, Selection selection)
    {
        (this.file, this.selection) = (file, selection);
        var sample = selection.Input.Sample;
        sizes[selection.Input.Name] = [Sizes.Batch, .. sample.Select(s => s == 0 ? Sizes.Open : s)];
        if (selection.Input.IsWhole)
        {
            whole.Add(selection.Input.Name);
        }

        // What only asks for sizes reads no value.
        foreach (string name in selection.Nodes.Where(n => n.OpType != "Shape").SelectMany(n => n.Input).Select(file.Resolve)
            .Concat(selection.Results))
        {
            readers[name] = readers.GetValueOrDefault(name) + 1;
        }
    }

    internal string Path => file.Path;

    /// <summary>Version of the set of operators.</summary>
    internal long Version => file.Operators;

    /// <summary>The batch that the file fixes, which sizes in it may repeat; 0 for none.</summary>
    internal int FixedBatch => selection.Input.Batch;

    /// <summary>The name of the network's input.</summary>
    internal string Input => selection.Input.Name;

    /// <exception cref="InputException">A node is none that the engine has.</exception>
    internal Network Build(Device device)
    {
        foreach (var node in selection.Nodes)
        {
            var operation = new Operation(this, node);
            if (node.Output.Count == 0 || node.Domain is not ("" or "ai.onnx"))
            {
                throw operation.Unknown();
            }

            try
            {
                if (Folding.Try(operation) is { } constant)
                {
                    known[operation.Output] = constant;
                }
                else
                {
                    OperatorTable.Read(operation);
                }
            }
            catch (Exception e) when (e is ArgumentException or ArithmeticException or IndexOutOfRangeException
                or InvalidOperationException or KeyNotFoundException)
            {
                throw operation.Refuse($"its numbers do not fit together ({e.Message})", e);
            }
        }

        if (selection.Results.FirstOrDefault(r => !sizes.ContainsKey(r)) is { } odd)
        {
            throw new InputException(Path, $"expected outputs that depend on the input, found \"{odd}\"");
        }

        var graph = new NetworkGraph
        {
            Input = selection.Input.Name,
            Sample = selection.Input.Sample,
            Outputs = selection.Outputs,
            Results = selection.Results,
            Weights = [],
            Nodes = Needed(),
        };
        try
        {
            return new(device, graph, weights);
        }
        catch (ArgumentException e)
        {
            throw new InputException(Path, $"the nodes do not fit together ({e.Message})", e);
        }
    }

    internal string Resolve(string name) => file.Resolve(name);

    internal int[]? SizesOf(string name) => sizes.GetValueOrDefault(name);

    internal Constant? Known(string name) =>
        known.TryGetValue(file.Resolve(name), out var constant) ? constant : file.Initialiser(file.Resolve(name));

    /// <summary>Whether a value holds whole numbers: those that are divided lose what follows the point.</summary>
    internal bool IsWhole(string name) => whole.Contains(name);

    /// <summary>Whether a value is read.</summary>
    internal bool IsRead(string name) => readers.ContainsKey(name);

    /// <summary>Numbers as a weight, under a name of its own where others have theirs.</summary>
    internal string AddWeight(string name, int[] shape, float[] values)
    {
        string free = name;
        for (int i = 2; weights.TryGetValue(free, out var other) || IsRead(free) && file.Initialiser(free) is null; i++)
        {
            if (ReferenceEquals(other.Values, values) && other.Shape == Shape.Create(shape))
            {
                return free;
            }

            free = $"{name}_{i}";
        }

        weights.Add(free, (Shape.Create(shape), values));
        return free;
    }

    internal void Add(Operation operation, Node node)
    {
        int[][] inputs = [.. node.Inputs.Select(i => sizes.GetValueOrDefault(i) ?? weights[i].Shape.Sizes.ToArray())];
        try
        {
            sizes.Add(node.Output, node.Infer(inputs));
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw operation.Refuse(e.Message + (inputs.Any(i => i.Contains(Sizes.Open))
                ? "; an output before it, or a file exported with fixed sizes, helps" : ""), e);
        }

        if (operation.GivesWhole)
        {
            whole.Add(node.Output);
        }

        producers[node.Output] = nodes.Count;
        nodes.Add(node);
    }

    /// <summary>Puts a function at the end of the kernel that makes a value, if that is its only reader.</summary>
    internal bool TryFuse(string value, string output, string function, double alpha)
    {
        if (Alone(value) is not { } node || Functions.Fused(function, alpha) is null)
        {
            return false;
        }

        Replace(value, node with { Function = function, Alpha = alpha, Output = output });
        return true;
    }

    /// <summary>Multiplies the weights of the kernel that makes a value, if this is its only reader, and adds to its bias.</summary>
    /// <param name="value">What is multiplied and added to.</param>
    /// <param name="output">The result's name.</param>
    /// <param name="axis">Of the channels.</param>
    /// <param name="scale">One factor for each channel.</param>
    /// <param name="offset">What is added to each.</param>
    internal bool TryScale(string value, string output, int axis, double[] scale, double[] offset)
    {
        if (Alone(value) is not { } node || node is TransposedConvolutionNode
            || axis != (node is LinearNode ? sizes[value].Length - 1 : 1) || scale.Length != sizes[value][axis])
        {
            return false;
        }

        var (shape, values) = weights[node.Inputs[1]];
        float[]? old = node.Inputs.Length > 2 ? weights[node.Inputs[2]].Values : null;
        int outputs = shape[0], each = shape.Count / outputs;
        float[] scaled = [.. values.Select((value, i) => (float)(value * scale[i / each]))];
        float[] bias = [.. offset.Select((number, k) => (float)(number + (old is null ? 0 : old[k] * scale[k])))];
        string weight = scale.All(s => s == 1) ? node.Inputs[1] : AddWeight($"{output}.weight", shape.Sizes.ToArray(), scaled);
        string[] inputs = [node.Inputs[0], weight, AddWeight($"{output}.bias", [outputs], bias)];
        Replace(value, node with { Inputs = inputs, Output = output });
        return true;
    }

    /// <summary>The kernel that makes a value of which there is one reader, if nothing follows in it.</summary>
    private WeightedNode? Alone(string value) => readers.GetValueOrDefault(value) == 1 && producers.TryGetValue(value, out int i)
        && nodes[i] is WeightedNode { Function: null } node && node.Output == value ? node : null;

    private void Replace(string value, WeightedNode node)
    {
        int i = producers[value];
        nodes[i] = node;
        producers[node.Output] = i;
        sizes[node.Output] = sizes[value];
    }

    /// <summary>The nodes that the results are computed from.</summary>
    private Node[] Needed()
    {
        var read = new HashSet<string>(selection.Results, StringComparer.Ordinal);
        foreach (var node in nodes.AsEnumerable().Reverse().Where(n => read.Contains(n.Output)))
        {
            read.UnionWith(node.Inputs);
        }

        return [.. nodes.Where(n => read.Contains(n.Output))];
    }
}
