using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LisNative;

/// <summary>What a value was computed from.</summary>
internal static class Graph
{
    /// <summary>
    /// y and the nodes between it and any of xs, those included, oldest first; and of each, the number of edges to it from others of them.
    /// </summary>
    internal static (List<Var> Nodes, Dictionary<Var, int> Readers) Between(Var y, HashSet<Var> xs)
    {
        var ancestors = Ancestors(y);
        ancestors.Sort((a, b) => a.Order.CompareTo(b.Order));
        var nodes = new List<Var>(ancestors.Count);
        var readers = new Dictionary<Var, int>(ancestors.Count, ReferenceEqualityComparer.Instance);
        foreach (var node in ancestors)
        {
            bool leads = node == y || xs.Contains(node);
            foreach (ref readonly var edge in node.Edges.AsSpan())
            {
                ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(readers, edge.Argument);
                if (!Unsafe.IsNullRef(ref count))
                {
                    CheckUnchanged(edge);
                    (leads, count) = (true, count + 1);
                }
            }

            if (leads)
            {
                nodes.Add(node);
                readers.Add(node, 0);
            }
        }

        return (nodes, readers);
    }

    /// <summary>Refuses what was overwritten after something was computed from it: rules would read the new values.</summary>
    private static void CheckUnchanged(in Edge edge)
    {
        var value = edge.Argument.Value;
        if (value.Block.Version != edge.Version)
        {
            throw new InvalidOperationException(
                $"Gradient: {(edge.Argument.Edges.Length == 0 ? "a leaf" : "a value on the way,")} {value.Shape} was changed after the "
                + "result was computed from it; compute the result again");
        }
    }

    private static List<Var> Ancestors(Var y)
    {
        var seen = new HashSet<Var>(ReferenceEqualityComparer.Instance) { y };
        var found = new List<Var> { y };
        for (int i = 0; i < found.Count; i++)
        {
            foreach (ref readonly var edge in found[i].Edges.AsSpan())
            {
                if (seen.Add(edge.Argument))
                {
                    found.Add(edge.Argument);
                }
            }
        }

        return found;
    }
}
