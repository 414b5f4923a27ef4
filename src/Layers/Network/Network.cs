using LisNative.Memory;

namespace LisNative.Layers;

/// <summary>
/// A trained network that is only run: a list of operations over weights, from a batch of images, vectors or sequences to the values that
/// were asked of it. It knows nothing of the format that it came from.
/// </summary>
public sealed class Network : IDisposable
{
    private readonly NetworkGraph graph;
    private readonly Dictionary<string, Parameter> weights = new(StringComparer.Ordinal);
    private readonly Step[] steps;
    private readonly int[] results;
    private readonly int slots;

    /// <summary>Takes weights over; every one is used.</summary>
    /// <exception cref="ArgumentException">A node does not fit.</exception>
    internal Network(Device device, NetworkGraph graph, IReadOnlyDictionary<string, (Shape Shape, float[] Values)> values)
    {
        this.graph = graph;
        Device = device;
        graph.Infer(values.ToDictionary(w => w.Key, w => w.Value.Shape.Sizes.ToArray()));
        using var scope = new Scope();
        var slot = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, node, input) in graph.Nodes.SelectMany(n => n.Inputs.Select((name, i) => (name, n, i)))
            .Where(read => values.ContainsKey(read.name)).DistinctBy(read => read.name))
        {
            var weight = new Parameter(scope.Keep(node.Arrange(input, device.From(values[name].Values, values[name].Shape))));
            weight.Trainable = false;
            weights.Add(name, weight);
        }

        foreach (string name in weights.Keys.Append(graph.Input).Concat(graph.Nodes.Select(n => n.Output)))
        {
            slot.Add(name, slot.Count);
        }

        slots = slot.Count;
        results = [.. graph.Results.Select(r => slot[r])];
        var last = new Dictionary<int, int>();
        foreach (var (i, node) in graph.Nodes.Index())
        {
            last[slot[node.Output]] = i;
            Array.ForEach(node.Inputs, name => last[slot[name]] = i);
        }

        steps = [.. graph.Nodes.Select((node, i) => new Step(node, [.. node.Inputs.Select(name => slot[name])], slot[node.Output],
            [.. node.Inputs.Append(node.Output).Select(name => slot[name]).Distinct()
                .Where(s => s > weights.Count && last[s] == i && !results.Contains(s))]))];
    }

    /// <summary>
    /// The shape of one sample, as the network was made for: of an image [channels, height, width], where one of convolutions alone takes
    /// others, too. A size of 0 is any.
    /// </summary>
    public Shape Input => Shape.Create(graph.Sample);

    /// <summary>What was asked for, in the order in which <see cref="Forward"/> returns it.</summary>
    public IReadOnlyList<string> Outputs => graph.Outputs;

    /// <summary>Where the weights are.</summary>
    public Device Device { get; }

    /// <summary>The shapes of one sample's outputs for an image of a size.</summary>
    /// <exception cref="ArgumentException">The network does not take that size.</exception>
    public IReadOnlyList<Shape> OutputShapes(int height, int width)
    {
        var sizes = Infer(height, width);
        return [.. graph.Results.Select(r => sizes[r] is [Sizes.Batch, .. var sample] ? Shape.Create(sample)
            : throw new ArgumentException($"Network: expected outputs with a sample each, found {Sizes.Text(sizes[r])}"))];
    }

    /// <summary>
    /// The last map of each of some strides, for an image of a size: of a network for classes, what its stages end with.
    /// </summary>
    /// <exception cref="ArgumentException">There is none, or the network does not take that size.</exception>
    internal IReadOnlyList<string> LastMaps(int height, int width, params IReadOnlyList<int> strides)
    {
        var sizes = Infer(height, width);
        return [.. strides.Select(stride => graph.Nodes.LastOrDefault(n => sizes[n.Output] is [_, > 1, var h, var w]
            && h == (height + stride - 1) / stride && w == (width + stride - 1) / stride)?.Output ?? throw new ArgumentException(
                $"Network: expected a map of 1/{stride} of {height}x{width}, found none"))];
    }

    /// <summary>
    /// The outputs for a batch of samples, [N, …]; whole numbers, such as words, are taken as floats. What is computed on the way is given
    /// back after its last use, but where a gradient is asked for.
    /// </summary>
    /// <exception cref="ArgumentException">The network does not take that shape.</exception>
    public IReadOnlyList<Var> Forward(Var x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check(x.Shape);
        var values = new Var[slots];
        foreach (var (i, weight) in weights.Values.Index())
        {
            values[i] = weight;
        }

        values[weights.Count] = x;
        if (x.NeedsGradient && !NoGrad.IsActive)
        {
            foreach (var step in steps)
            {
                values[step.Output] = step.Run(values);
            }

            return [.. results.Select(r => values[r])];
        }

        using var scope = new Scope();
        values[weights.Count] = x.Value.Alias();
        foreach (var step in steps)
        {
            values[step.Output] = Device.Scoped(() => step.Run(values).Value);
            Array.ForEach(step.Done, s => values[s].Value.Dispose());
        }

        return [.. results.Select(r => new Var(scope.Keep(values[r].Value)))];
    }

    /// <summary>Adds the nodes as metadata and the weights as tensors, under names that begin with a prefix.</summary>
    public void AddTo(SafeTensors file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Metadata[prefix] = (graph with { Weights = [.. weights.Keys] }).ToJson();
        foreach (var (name, weight) in weights)
        {
            file.Add(Weights.FullName(prefix, name), weight.Value);
        }
    }

    /// <summary>What <see cref="AddTo"/> added, to the same bits.</summary>
    /// <exception cref="InputException">There is none, or it does not fit together.</exception>
    public static Network Load(Device device, SafeTensors file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        var graph = file.Metadata.TryGetValue(prefix, out string? json) ? NetworkGraph.Parse(json, file.Source)
            : throw new InputException(file.Source, $"expected the nodes of a network as \"{prefix}\", found none");
        try
        {
            return new(device, graph, graph.Weights.Distinct().ToDictionary(name => name, name =>
                file[Weights.FullName(prefix, name)] is var stored ? (stored.Shape, stored.ToFloats()) : default));
        }
        catch (ArgumentException e)
        {
            throw new InputException(file.Source, $"the nodes of the network do not fit together ({e.Message})", e);
        }
    }

    /// <summary>Returns the weights' memory.</summary>
    public void Dispose()
    {
        foreach (var weight in weights.Values)
        {
            weight.Dispose();
        }
    }

    /// <summary>Refuses another number of channels, and a size that a node does not take: convolutions take more than the file's
    /// own.</summary>
    private void Check(Shape shape)
    {
        int[] expected = [Sizes.Batch, .. graph.Sample.Select(s => s == 0 ? Sizes.Open : s)];
        bool areImages = expected.Length == 4;
        if (shape.Rank != expected.Length || (areImages && shape[1] != expected[1]))
        {
            throw new ArgumentException($"Network: expected {(areImages ? "images" : "samples")} {Sizes.Text(expected)}, found {shape}");
        }

        if (expected.Where((size, axis) => size > 0 && size != shape[axis]).Any())
        {
            Infer(shape.Sizes[1..].ToArray());
        }
    }

    private Dictionary<string, int[]> Infer(int height, int width) => graph.Sample is [var channels, _, _]
        ? Infer([channels, height, width]) : throw new ArgumentException($"Network: made for samples {Input}, it takes no images");

    private Dictionary<string, int[]> Infer(int[] sample)
    {
        try
        {
            return graph.Infer(weights.ToDictionary(w => w.Key, w => w.Value.Shape.Sizes.ToArray()), sample);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Network: made for samples {Input}, it does not take {Shape.Create(sample)} ({e.Message})", e);
        }
    }

    /// <summary>A node with the places of its values, and those that nobody reads after it.</summary>
    private sealed record Step(Node Node, int[] Inputs, int Output, int[] Done)
    {
        internal Var Run(Var[] values) => Node.Run([.. Inputs.Select(i => values[i])]);
    }
}
