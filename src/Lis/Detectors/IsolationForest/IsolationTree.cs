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
    /// <summary>Rows that walk down side by side: each waits for memory at every step, and others go on meanwhile.</summary>
    private const int Abreast = 4;

    private const double EulerMascheroni = 0.5772156649015329;

    internal IsolationTree(float[] nodes, int length, string source)
    {
        Nodes = nodes;
        walked = new Node[nodes.Length / Columns];
        for (int i = 0; i < nodes.Length; i += Columns)
        {
            // Children come after their parent, so no file can make a walk endless.
            bool leaf = nodes[i] == -1, inside = nodes[i] >= 0 && nodes[i] < length && Below(nodes[i + 2]) && Below(nodes[i + 3]);
            bool Below(float child) => child > i / Columns && child < nodes.Length / Columns;
            if (!leaf && !inside)
            {
                throw new InputException(source, $"tensor \"nodes\": row {i / Columns} is neither a leaf nor a cut");
            }

            int own = i / Columns;
            walked[own] = leaf ? new(0, nodes[i + 1], own, own) : new((int)nodes[i], nodes[i + 1], (int)nodes[i + 2], (int)nodes[i + 3]);
        }
    }

    internal float[] Nodes { get; }

    /// <summary>The same to walk along: a leaf leads to itself.</summary>
    private readonly Node[] walked;

    private readonly record struct Node(int Element, float CutOrDepth, int Left, int Right);

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

    /// <summary>Adds the depths at which samples are isolated, what a leaf left together estimated by c.</summary>
    /// <param name="samples">One after another.</param>
    /// <param name="depths">One for each.</param>
    internal void AddDepths(ReadOnlySpan<float> samples, Span<double> depths)
    {
        int size = depths.Length == 0 ? 0 : samples.Length / depths.Length, i = 0;
        for (; i + Abreast <= depths.Length; i += Abreast)
        {
            ReadOnlySpan<float> a = samples.Slice(i * size, size), b = samples.Slice((i + 1) * size, size),
                c = samples.Slice((i + 2) * size, size), d = samples.Slice((i + 3) * size, size);
            int p = 0, q = 0, r = 0, s = 0;
            for (bool moved = true; moved;)
            {
                int before = p + q + r + s;
                (p, q, r, s) = (Next(a, p), Next(b, q), Next(c, r), Next(d, s));
                moved = p + q + r + s != before;        // children come after their parent
            }

            depths[i] += walked[p].CutOrDepth;
            depths[i + 1] += walked[q].CutOrDepth;
            depths[i + 2] += walked[r].CutOrDepth;
            depths[i + 3] += walked[s].CutOrDepth;
        }

        for (; i < depths.Length; i++)
        {
            int at = 0;
            for (int next; (next = Next(samples.Slice(i * size, size), at)) != at; at = next)
            {
            }

            depths[i] += walked[at].CutOrDepth;
        }
    }

    private int Next(ReadOnlySpan<float> sample, int at)
    {
        ref readonly var node = ref walked[at];
        return sample[node.Element] < node.CutOrDepth ? node.Left : node.Right;
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
