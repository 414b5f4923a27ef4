namespace LisNative;

/// <summary>What a value was computed from.</summary>
internal static class Graph
{
    /// <summary>The nodes between y and any of xs, both included, each with the number of edges to it from others of them.</summary>
    internal static Dictionary<Var, int> Readers(Var y, HashSet<Var> xs)
    {
        var readers = new Dictionary<Var, int>(ReferenceEqualityComparer.Instance);
        foreach (var node in Ancestors(y).OrderBy(v => v.Order))
        {
            Var[] read = [.. node.Edges.Select(e => e.Argument).Where(readers.ContainsKey)];
            if (read.Length > 0 || xs.Contains(node))
            {
                readers[node] = 0;
                foreach (var argument in read)
                {
                    readers[argument]++;
                }
            }
        }

        return readers;
    }

    private static HashSet<Var> Ancestors(Var y)
    {
        var seen = new HashSet<Var>(ReferenceEqualityComparer.Instance) { y };
        var stack = new Stack<Var>(seen);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Edges.Where(e => seen.Add(e.Argument)))
            {
                stack.Push(edge.Argument);
            }
        }

        return seen;
    }
}
