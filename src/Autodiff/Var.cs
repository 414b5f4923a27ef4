namespace LisNative;

/// <summary>
/// A tensor that remembers how it was computed. Operations on it record one edge for each argument that needs a gradient:
/// the argument, and the vector-Jacobian product written with these same operations, so gradients have gradients.
/// </summary>
public partial class Var
{
    private static long created;

    /// <summary>Computed by an operation, or a constant.</summary>
    public Var(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
        Order = Interlocked.Increment(ref created);
    }

    /// <summary>The value.</summary>
    public Tensor Value { get; }

    /// <summary>The sizes of the value.</summary>
    public Shape Shape => Value.Shape;

    /// <summary>Whether gradients flow to it: a leaf that asks for them, or something computed from one.</summary>
    public bool NeedsGradient { get; protected set; }

    /// <summary>Order of creation: an operation is younger than its arguments.</summary>
    internal long Order { get; }

    /// <summary>Whether it is a gradient of what nothing depends on: zeros, and for an optimiser none.</summary>
    internal bool IsUnreached { get; init; }

    /// <summary>Where it came from; empty for a leaf.</summary>
    internal Edge[] Edges { get; private set; } = [];

    /// <summary>What its rules read besides arguments that need gradients.</summary>
    internal Saved[] Reads { get; private set; } = [];

    /// <summary>A leaf over the value: gradients flow to it.</summary>
    public static Var Leaf(Tensor value) => new(value) { NeedsGradient = true };

    /// <summary>A constant.</summary>
    public static implicit operator Var(Tensor value) => new(value);

    /// <summary>The value alone, as a constant: no gradient passes.</summary>
    public Var Detach() => new(Value.Alias());

    /// <summary>As the value, and whether gradients flow to it.</summary>
    public override string ToString() => $"Var{(NeedsGradient ? " with gradient," : "")}{Value.ToString()["Tensor".Length..]}";

    /// <summary>
    /// Records the arguments that this was computed from, each with dy ↦ its gradient. Arguments that need none get no edge.
    /// </summary>
    internal Var WithEdges(params ReadOnlySpan<Edge> edges)
    {
        Edges = Needed(edges);
        NeedsGradient = Edges.Length > 0;
        return this;
    }

    /// <summary>
    /// Says what the rules read, this value among it: a sweep refuses to go through them if something of it was overwritten meanwhile. What
    /// a rule reads of the argument that its edge leads to need not be said.
    /// </summary>
    internal Var Reading(params ReadOnlySpan<Tensor> tensors)
    {
        if (NeedsGradient)
        {
            Reads = new Saved[tensors.Length];
            for (int i = 0; i < Reads.Length; i++)
            {
                Reads[i] = new(tensors[i]);
            }
        }

        return this;
    }

    /// <summary>The edges to arguments that need gradients, without enumerators: every operation comes here.</summary>
    private static Edge[] Needed(ReadOnlySpan<Edge> edges)
    {
        int count = 0;
        foreach (ref readonly var edge in edges)
        {
            count += edge.Argument.NeedsGradient ? 1 : 0;
        }

        if (count == 0 || NoGrad.IsActive)
        {
            return [];
        }

        var needed = new Edge[count];
        for (int i = edges.Length - 1; count > 0; i--)
        {
            if (edges[i].Argument.NeedsGradient)
            {
                needed[--count] = edges[i];
            }
        }

        return needed;
    }
}
