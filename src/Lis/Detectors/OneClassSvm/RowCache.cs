namespace LisNative.Numerics;

/// <summary>Rows that are dear to compute, the latest used kept within a budget.</summary>
internal sealed class RowCache(int capacity, Func<int, float[]> compute)
{
    private readonly Dictionary<int, LinkedListNode<(int Index, float[] Row)>> known = [];
    private readonly LinkedList<(int Index, float[] Row)> latest = new();

    internal float[] this[int index]
    {
        get
        {
            if (known.TryGetValue(index, out var node))
            {
                latest.Remove(node);
            }
            else
            {
                if (known.Count >= Math.Max(2, capacity))
                {
                    known.Remove(latest.Last!.Value.Index);
                    latest.RemoveLast();
                }

                known[index] = node = new((index, compute(index)));
            }

            latest.AddFirst(node);
            return node.Value.Row;
        }
    }
}
