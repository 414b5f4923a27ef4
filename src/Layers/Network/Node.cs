using System.Text.Json.Serialization;

namespace LisNative.Layers;

/// <summary>One operation of a <see cref="Network"/>: what it reads, what its result is called, and how it runs.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConvolutionNode), "convolution")]
[JsonDerivedType(typeof(TransposedConvolutionNode), "transposed-convolution")]
[JsonDerivedType(typeof(LinearNode), "linear")]
[JsonDerivedType(typeof(MatMulNode), "matmul")]
[JsonDerivedType(typeof(FunctionNode), "function")]
[JsonDerivedType(typeof(PReluNode), "prelu")]
[JsonDerivedType(typeof(WhereNode), "where")]
[JsonDerivedType(typeof(ArithmeticNode), "arithmetic")]
[JsonDerivedType(typeof(PoolNode), "pool")]
[JsonDerivedType(typeof(ReduceNode), "reduce")]
[JsonDerivedType(typeof(SoftmaxNode), "softmax")]
[JsonDerivedType(typeof(LayerNormNode), "layer-norm")]
[JsonDerivedType(typeof(LocalResponseNormNode), "local-norm")]
[JsonDerivedType(typeof(ArgMaxNode), "extreme-place")]
[JsonDerivedType(typeof(GatherNode), "gather")]
[JsonDerivedType(typeof(TakeAlongAxisNode), "take")]
[JsonDerivedType(typeof(ScatterAddNode), "added")]
[JsonDerivedType(typeof(ConcatNode), "concat")]
[JsonDerivedType(typeof(ReshapeNode), "reshape")]
[JsonDerivedType(typeof(ExpandNode), "expand")]
[JsonDerivedType(typeof(PermuteNode), "permute")]
[JsonDerivedType(typeof(SliceNode), "slice")]
[JsonDerivedType(typeof(PadNode), "pad")]
[JsonDerivedType(typeof(UpsampleNode), "enlarge")]
internal abstract record Node
{
    /// <summary>Names of weights, of the network's input, or of results of nodes before.</summary>
    public required string[] Inputs { get; init; }

    public required string Output { get; init; }

    /// <summary>The result.</summary>
    internal abstract Var Run(IReadOnlyList<Var> x);

    /// <summary>The result's sizes.</summary>
    /// <exception cref="ArgumentException">Those of the inputs or the node's own numbers do not fit.</exception>
    internal abstract int[] Infer(IReadOnlyList<int[]> x);

    /// <summary>Takes a weight over in the memory order that the node reads best.</summary>
    /// <param name="input">The place among the inputs.</param>
    /// <param name="weight">Contiguous.</param>
    internal virtual Tensor Arrange(int input, Tensor weight) => weight;

    /// <summary>Refuses another number of inputs.</summary>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    private protected void CheckInputs(int fewest, int most)
    {
        if (Inputs.Length < fewest || Inputs.Length > most)
        {
            throw new ArgumentException($"expected {fewest} to {most} inputs, found {Inputs.Length}");
        }
    }
}

/// <summary>A node that has a fused function at its end.</summary>
internal abstract record WeightedNode : Node
{
    /// <summary>One of <see cref="Functions"/> that a kernel fuses, with its number; or none.</summary>
    public string? Function { get; init; }

    public double Alpha { get; init; }

    private protected Activation? Activation => Function is { } name ? Functions.Fused(name, Alpha)
        ?? throw new ArgumentException($"expected a function that kernels fuse, found \"{name}\"") : null;
}

/// <summary>JSON without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(NetworkGraph))]
internal sealed partial class NetworkJson : JsonSerializerContext;
