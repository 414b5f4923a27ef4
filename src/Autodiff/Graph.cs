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
            bool leads = node == y || xs.Contains(node), passes = false;
            foreach (ref readonly var edge in node.Edges.AsSpan())
            {
                ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(readers, edge.Argument);
                if (!Unsafe.IsNullRef(ref count))
                {
                    edge.Saved.CheckUnchanged(edge.Argument.Edges.Length == 0 ? "a leaf" : "a value on the way,");
                    (leads, passes, count) = (true, true, count + 1);
                }
            }

            for (int i = 0; passes && i < node.Reads.Length; i++)
            {
                node.Reads[i].CheckUnchanged("something that a gradient reads,");
            }

            if (leads)
            {
                nodes.Add(node);
                readers.Add(node, 0);
            }
        }

        return (nodes, readers);
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
