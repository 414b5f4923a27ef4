using System.Text.Json;

namespace LisNative.Layers;

/// <summary>A network without its weights, as a file has it.</summary>
internal sealed record NetworkGraph
{
    /// <summary>The name of the input.</summary>
    public required string Input { get; init; }

    /// <summary>Of one sample: of an image channels, height and width; 0 for what is open.</summary>
    public required int[] Sample { get; init; }

    /// <summary>What each output is called.</summary>
    public required string[] Outputs { get; init; }

    /// <summary>The value that each output is.</summary>
    public required string[] Results { get; init; }

    public required string[] Weights { get; init; }

    /// <summary>In an order in which they can run.</summary>
    public required Node[] Nodes { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, NetworkJson.Default.NetworkGraph);

    /// <summary>Of a text.</summary>
    /// <exception cref="InputException">It is no network's.</exception>
    internal static NetworkGraph Parse(string json, string source)
    {
        try
        {
            var graph = JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkGraph);
            return graph is not null && graph.Nodes.All(n => n is { Inputs: not null }) && graph.Nodes.SelectMany(n => n.Inputs)
                .Concat(graph.Outputs).Concat(graph.Results).Concat(graph.Weights).All(name => name is not null) ? graph
                : throw new JsonException("null where something must be");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new InputException(source, $"expected the nodes of a network, found what is none ({e.Message})", e);
        }
    }

    /// <summary>The sizes of every value.</summary>
    /// <param name="weights">The sizes of the weights.</param>
    /// <param name="sample">Of one sample; null as the file has it.</param>
    /// <exception cref="ArgumentException">A node reads what is not there, or does not fit.</exception>
    internal Dictionary<string, int[]> Infer(IReadOnlyDictionary<string, int[]> weights, int[]? sample = null)
    {
        if (Sample is [< 1, _, _] || Sample.Any(s => s is < 0 or > Sizes.Most) || Outputs.Length == 0 || Outputs.Length != Results.Length)
        {
            throw new ArgumentException($"expected an input and outputs, found {Sizes.Text(Sample)} and "
                + $"{Outputs.Length} outputs for {Results.Length} results");
        }

        var sizes = new Dictionary<string, int[]>(weights, StringComparer.Ordinal);
        static int Or(int size) => size == 0 ? Sizes.Open : size;
        void Add(string name, int[] value) => _ = sizes.TryAdd(name, value) ? 0
            : throw new ArgumentException($"expected every value once, found \"{name}\" twice");
        Add(Input, [Sizes.Batch, .. sample ?? Array.ConvertAll(Sample, Or)]);
        foreach (var node in Nodes)
        {
            if (node.Inputs.Length == 0 || !node.Inputs.All(sizes.ContainsKey))
            {
                throw new ArgumentException($"node \"{node.Output}\": expected inputs from before it, found others");
            }

            try
            {
                Add(node.Output, node.Infer([.. node.Inputs.Select(name => sizes[name])]));
            }
            catch (Exception e) when (e is ArgumentException or OverflowException or IndexOutOfRangeException)
            {
                throw new ArgumentException($"node \"{node.Output}\": {e.Message}", e);
            }
        }

        return Results.FirstOrDefault(r => !sizes.ContainsKey(r) || weights.ContainsKey(r)) is { } odd
            ? throw new ArgumentException($"expected an output that a node computes, found \"{odd}\"") : sizes;
    }
}
