using LisNative.Data;
using LisNative.Random;

namespace LisNative;

/// <summary>Nodes in rows of (element, cut, left, right); a leaf has element −1 and its expected depth as cut.</summary>
internal sealed class IsolationTree
{
    internal const int Columns = 4;

    /// <summary>
    /// Random streams of a tree: the samples it is grown from, and its cuts; of a cut, the order in which elements are tried, and the
    /// place.
    /// </summary>
    internal const ulong Samples = 0, Cuts = 1;

    private const ulong Elements = 0, Place = 1;
    private const double EulerMascheroni = 0.5772156649015329;

    internal IsolationTree(float[] nodes, int length, string source)
    {
        Nodes = nodes;
        for (int i = 0; i < nodes.Length; i += Columns)
        {
            // Children come after their parent, so no file can make a walk endless.
            bool leaf = nodes[i] == -1, inside = nodes[i] >= 0 && nodes[i] < length && Below(nodes[i + 2]) && Below(nodes[i + 3]);
            bool Below(float child) => child > i / Columns && child < nodes.Length / Columns;
            if (!leaf && !inside)
            {
                throw new InputException(source, $"tensor \"nodes\": row {i / Columns} is neither a leaf nor a cut");
            }
        }
    }

    internal float[] Nodes { get; }

    /// <summary>c(n), the mean depth of an unsuccessful search in a binary search tree of n samples: 2·H(n − 1) − 2(n − 1)/n.</summary>
    internal static double MeanDepth(int n) => n <= 1 ? 0 : n == 2 ? 1 : (2 * (Math.Log(n - 1) + EulerMascheroni)) - (2.0 * (n - 1) / n);

    internal static IsolationTree Grow(Dataset samples, Philox random)
    {
        var rows = new float[samples.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            samples.Read([i], rows[i] = new float[samples.SampleShape.Count]);
        }

        var nodes = new List<float>();
        Grow(nodes, rows, 0, (int)Math.Ceiling(Math.Log2(rows.Length)), random);
        return new(nodes.ToArray(), samples.SampleShape.Count, "tree");
    }

    /// <summary>The depth at which a sample is isolated, what a leaf left together estimated by c.</summary>
    internal double Depth(ReadOnlySpan<float> sample)
    {
        int at = 0;
        for (; Nodes[at] >= 0; at = (int)(sample[(int)Nodes[at]] < Nodes[at + 1] ? Nodes[at + 2] : Nodes[at + 3]) * Columns)
        {
        }

        return Nodes[at + 1];
    }

    private static int Grow(List<float> nodes, float[][] rows, int depth, int limit, Philox random)
    {
        int node = nodes.Count / Columns;
        if (depth >= limit || rows.Length <= 1 || Cut(rows, random.FoldIn((ulong)node)) is not var (element, cut))
        {
            nodes.AddRange([-1, (float)(depth + MeanDepth(rows.Length)), 0, 0]);
            return node;
        }

        nodes.AddRange([element, cut, 0, 0]);
        int left = Grow(nodes, [.. rows.Where(r => r[element] < cut)], depth + 1, limit, random);
        int right = Grow(nodes, [.. rows.Where(r => !(r[element] < cut))], depth + 1, limit, random);
        (nodes[(node * Columns) + 2], nodes[(node * Columns) + 3]) = (left, right);
        return node;
    }

    /// <summary>A random element that is not constant, and a random place between its extremes; null when all rows are equal.</summary>
    private static (int Element, float Cut)? Cut(float[][] rows, Philox random)
    {
        int[] elements = random.FoldIn(Elements).Permutation(rows[0].Length);
        foreach (int element in elements)
        {
            float low = rows.Min(r => r[element]), high = rows.Max(r => r[element]);
            if (low < high)
            {
                float cut = low + ((high - low) * random.FoldIn(Place).Uniform(0));
                return (element, cut > low ? cut : high);
            }
        }

        return null;
    }
}
