using LisNative.Memory;

namespace LisNative;

/// <summary>
/// One pass from y back to xs, youngest first: when a node is taken, everything computed from it has been, so its gradient is
/// complete and nothing needs its value any more. A priority queue instead of recursion, so depth costs nothing.
/// </summary>
internal sealed class Sweep(Var y, IReadOnlyList<Var> xs, bool differentiable, bool release, Action<int, Var>? ready)
{
    private readonly PriorityQueue<Var, long> queue = new();
    private readonly Dictionary<Var, Var> gradients = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Var> wanted = new(xs, ReferenceEqualityComparer.Instance);
    private readonly HashSet<Var> useful = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Var, int> readers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Var, int> missing = new(ReferenceEqualityComparer.Instance);

    internal Var[] Run(Var upstream)
    {
        FindUseful();
        Add(y, upstream);
        while (queue.TryDequeue(out var node, out _))
        {
            Visit(node);
        }

        Var[] all = [.. xs.Select(x => gradients.TryGetValue(x, out var g) ? g : new Var(x.Value.Device.Zeros(x.Shape)) { IsUnreached = true })];
        for (int i = 0; i < all.Length; i++)
        {
            if (!missing.TryGetValue(xs[i], out int parts) || parts > 0)
            {
                ready?.Invoke(i, all[i]);
            }
        }

        return all;
    }

    /// <summary>The nodes between y and any of xs: nothing is computed for the others.</summary>
    private void FindUseful()
    {
        var seen = new HashSet<Var>(ReferenceEqualityComparer.Instance) { y };
        var stack = new Stack<Var>(seen);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Edges)
            {
                if (seen.Add(edge.Argument))
                {
                    stack.Push(edge.Argument);
                }
            }
        }

        foreach (var node in seen.OrderBy(v => v.Order))
        {
            if (wanted.Contains(node) || node.Edges.Any(e => useful.Contains(e.Argument)))
            {
                useful.Add(node);
                foreach (var edge in node.Edges)
                {
                    readers[edge.Argument] = readers.GetValueOrDefault(edge.Argument) + 1;
                }

                foreach (var edge in node.Edges.Where(e => wanted.Contains(e.Argument)))
                {
                    missing[edge.Argument] = missing.GetValueOrDefault(edge.Argument) + 1;
                }
            }
        }
    }

    /// <summary>One of the edges into a node has been taken; the gradient is whole when it was the last.</summary>
    private void EdgeVisited(Var node)
    {
        if (ready is not null && missing.TryGetValue(node, out int parts))
        {
            missing[node] = parts - 1;
            for (int i = 0; parts == 1 && i < xs.Count; i++)
            {
                if (ReferenceEquals(xs[i], node))
                {
                    ready(i, gradients[node]);
                }
            }
        }
    }

    private void Visit(Var node)
    {
        var dy = gradients[node];
        foreach (var edge in node.Edges.Where(e => useful.Contains(e.Argument)))
        {
            if (!differentiable && edge.Gated is { } gated && edge.Argument.BeforeLeakyRelu is { } before && !wanted.Contains(edge.Argument))
            {
                bool lastRead = release && readers[edge.Argument] == 1 && edge.Argument.Value.IsUniquelyOwned;
                Add(before, Scoped(() => gated(dy, edge.Argument.Value, lastRead)));
            }
            else
            {
                Add(edge.Argument, differentiable ? edge.Gradient(dy) : Scoped(() => edge.Gradient(dy).Value));
                EdgeVisited(edge.Argument);
            }
        }

        if (!differentiable && !wanted.Contains(node))
        {
            gradients.Remove(node);
            dy.Value.Dispose();
        }

        if (release && node.Edges.Count > 0 && node != y && !wanted.Contains(node))
        {
            node.Value.Dispose();
        }
    }

    /// <summary>Runs a rule; of what it made only the result stays, under a handle of its own.</summary>
    private static Var Scoped(Func<Tensor> rule)
    {
        using var scope = new Scope();
        return new Var(scope.Keep(rule()));
    }

    private void Add(Var node, Var gradient)
    {
        if (gradient.Shape != node.Shape)
        {
            throw new InvalidOperationException($"Gradient: a rule gave {gradient.Shape} for an argument {node.Shape}; a gradient has its argument's shape");
        }

        if (gradients.TryGetValue(node, out var sum))
        {
            gradients[node] = sum + gradient;
            if (!differentiable)
            {
                sum.Value.Dispose();
                gradient.Value.Dispose();
            }

            return;
        }

        gradients[node] = gradient;
        if (node.Edges.Count > 0)
        {
            queue.Enqueue(node, -node.Order);
        }
    }
}
