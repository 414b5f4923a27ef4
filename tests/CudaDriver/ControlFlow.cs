namespace LisNative.CudaDriver;

/// <summary>Where the threads of a warp that parted at a branch meet again.</summary>
internal static class ControlFlow
{
    /// <summary>
    /// For each instruction the first one that every path from it comes to, its immediate post-dominator; the count of instructions where
    /// only the end is common to all (Cooper, Harvey and Kennedy, «A Simple, Fast Dominance Algorithm», on the reversed graph).
    /// </summary>
    internal static int[] PostDominators(IReadOnlyList<Instruction> code)
    {
        int end = code.Count;
        int[][] next = [.. code.Select(Next), []];
        var before = next.SelectMany((targets, at) => targets.Select(target => (target, at))).ToLookup(e => e.target, e => e.at);
        var (order, number) = Order(end, before);
        int[] meeting = new int[end + 1];
        Array.Fill(meeting, -1);
        meeting[end] = end;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (int at in order.Skip(1))
            {
                int found = next[at].Where(t => meeting[t] >= 0).Aggregate((a, b) => Meet(a, b));
                changed |= meeting[at] != found;
                meeting[at] = found;
            }
        }

        return meeting;

        int Meet(int a, int b)
        {
            while (a != b)
            {
                (a, b) = number[a] > number[b] ? (meeting[a], b) : (a, meeting[b]);
            }

            return a;
        }

        int[] Next(Instruction instruction, int at) => (instruction.Kind, instruction.Guard) switch
        {
            (Kind.Return, < 0) => [end],
            (Kind.Return, _) => [end, at + 1],
            (Kind.Branch, < 0) => [instruction.Target],
            (Kind.Branch, _) => [instruction.Target, at + 1],
            _ => [at + 1],
        };
    }

    /// <summary>Reverse postorder from the end backwards, and each instruction's place in it.</summary>
    private static (List<int> Order, int[] Number) Order(int end, ILookup<int, int> before)
    {
        var order = new List<int>();
        int[] number = new int[end + 1];
        bool[] seen = new bool[end + 1];
        var path = new Stack<(int At, IEnumerator<int> Following)>();
        Visit(end);
        while (path.TryPeek(out var top))
        {
            if (!top.Following.MoveNext())
            {
                order.Add(path.Pop().At);
            }
            else if (!seen[top.Following.Current])
            {
                Visit(top.Following.Current);
            }
        }

        order.Reverse();
        order.Index().ToList().ForEach(o => number[o.Item] = o.Index);
        return (order, number);

        void Visit(int at)
        {
            seen[at] = true;
            path.Push((at, before[at].GetEnumerator()));
        }
    }
}
