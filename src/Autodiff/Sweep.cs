using LisNative.Fusion;

namespace LisNative;

/// <summary>
/// One pass from y back to xs, youngest first: when a node is taken, everything computed from it has been, so its gradient is
/// complete and nothing needs its value any more. A list in order instead of recursion, so depth costs nothing.
/// </summary>
internal sealed class Sweep(Var y, IReadOnlyList<Var> xs, bool differentiable, bool release, Action<int, Var>? ready)
{
    private readonly Dictionary<Var, Var> gradients = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Var> wanted = new(xs, ReferenceEqualityComparer.Instance), told = new(ReferenceEqualityComparer.Instance);

    /// <summary>Values that stay; a node before a fused activation has the value of the one behind it.</summary>
    private readonly HashSet<Tensor> kept = new(xs.Append(y).Select(x => x.Value), ReferenceEqualityComparer.Instance);

    private Dictionary<Var, int> readers = [];

    internal Var[] Run(Var upstream)
    {
        (var nodes, readers) = Graph.Between(y, wanted);
        gradients.Add(y, upstream);
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            // None where a rule led past it.
            if (gradients.TryGetValue(nodes[i], out var dy))
            {
                Visit(nodes[i], dy);
            }
        }

        foreach (var x in wanted)
        {
            if (!gradients.ContainsKey(x))
            {
                gradients[x] = new Var(x.Value.Device.Zeros(x.Shape)) { IsUnreached = true };
            }

            Tell(x);
        }

        return [.. xs.Select(x => gradients[x])];
    }

    private void Visit(Var node, Var dy)
    {
        foreach (var edge in node.Edges)
        {
            var x = edge.Argument;
            if (!readers.ContainsKey(x))
            {
                continue;
            }

            var step = differentiable || wanted.Contains(x) ? edge : FusionRules.Fuse(edge, IsLastReaderOf(x));
            Add(step.Argument, differentiable ? step.Gradient(dy) : new(Device.Scoped(() => step.Gradient(dy).Value)));
            if (--readers[x] == 0 && wanted.Contains(x))
            {
                Tell(x);
            }
        }

        if (!differentiable && !wanted.Contains(node))
        {
            gradients.Remove(node);
            dy.Value.Dispose();
        }

        if (release && node.Edges.Length > 0 && !kept.Contains(node.Value))
        {
            node.Value.Release();
        }
    }

    /// <summary>Whether nothing will read a value once the edge to it that is being taken has been.</summary>
    private bool IsLastReaderOf(Var x) => release && readers[x] == 1 && !gradients.ContainsKey(x) && x.Value.IsUniquelyOwned;

    /// <summary>Nothing more is added to a gradient.</summary>
    private void Tell(Var x)
    {
        if (ready is null || !told.Add(x))
        {
            return;
        }

        foreach (var (i, _) in xs.Index().Where(e => e.Item == x))
        {
            ready(i, gradients[x]);
        }
    }

    private void Add(Var node, Var gradient)
    {
        if (gradient.Shape != node.Shape)
        {
            throw new InvalidOperationException(
                $"Gradient: a rule gave {gradient.Shape} for an argument {node.Shape}; a gradient has its argument's shape");
        }

        if (!gradients.TryGetValue(node, out var sum))
        {
            gradients.Add(node, gradient);
            return;
        }

        gradients[node] = sum + gradient;
        if (!differentiable)
        {
            sum.Value.Dispose();
            gradient.Value.Dispose();
        }
    }
}
