using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        (Nodes, this.length) = (nodes, length);
        int count = nodes.Length / Columns;
        var levels = new int[count];
        for (int i = 0; i < count; i++)
        {
            var row = nodes.AsSpan(i * Columns, Columns);
            if (row[0] == -1)
            {
                continue;
            }

            // Children come after their parent and have no other, so no file can make a walk endless.
            bool Below(float child) => child > i && child < count && levels[(int)child] == 0;
            bool inside = row[0] >= 0 && row[0] < length && Below(row[2]) && Below(row[3]) && (int)row[2] != (int)row[3];
            depth = !inside ? throw new InputException(source, $"tensor \"nodes\": row {i} is neither a leaf nor a cut")
                : Math.Max(depth, levels[(int)row[2]] = levels[(int)row[3]] = levels[i] + 1);
        }

        walked = Ordered();
    }

    internal float[] Nodes { get; }

    /// <summary>
    /// The same to walk along, level by level, so that the two children of a node lie side by side; a leaf leads to itself.
    /// </summary>
    private readonly Node[] walked;

    /// <summary>Numbers of a sample.</summary>
    private readonly int length;

    /// <summary>Cuts between the root and the farthest leaf.</summary>
    private readonly int depth;

    /// <param name="Cut">What is below goes left; NaN in a leaf, below which nothing is.</param>
    /// <param name="Element">Of a sample, which is held against the cut.</param>
    /// <param name="Right">The child on the right, behind that on the left.</param>
    /// <param name="Depth">Of a leaf.</param>
    private readonly record struct Node(float Cut, int Element, int Right, float Depth);

    private Node[] Ordered()
    {
        var ordered = new List<Node>();
        var waiting = new Queue<int>([0]);
        for (int seen = 1; waiting.TryDequeue(out int i);)
        {
            var row = Nodes.AsSpan(i * Columns, Columns);
            bool leaf = row[0] == -1;
            ordered.Add(leaf ? new(float.NaN, 0, ordered.Count, row[1]) : new(row[1], (int)row[0], seen + 1, 0));
            if (!leaf)
            {
                waiting.Enqueue((int)row[2]);
                waiting.Enqueue((int)row[3]);
                seen += 2;
            }
        }

        return [.. ordered];
    }

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

    /// <summary>Adds the depths at which samples, one after another, are isolated, what a leaf left together estimated by c.</summary>
    internal void AddDepths(ReadOnlySpan<float> samples, Span<double> depths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, (long)depths.Length * length, nameof(samples));
        int i = 0;
        ref float first = ref MemoryMarshal.GetReference(samples);
        for (; i + Abreast <= depths.Length; i += Abreast)
        {
            ref float a = ref Unsafe.Add(ref first, i * length), b = ref Unsafe.Add(ref a, length), c = ref Unsafe.Add(ref b, length),
                d = ref Unsafe.Add(ref c, length);
            int p = 0, q = 0, r = 0, s = 0;
            for (int level = 0; level < depth; level++)
            {
                (p, q, r, s) = (Next(ref a, p), Next(ref b, q), Next(ref c, r), Next(ref d, s));
            }

            depths[i] += walked[p].Depth;
            depths[i + 1] += walked[q].Depth;
            depths[i + 2] += walked[r].Depth;
            depths[i + 3] += walked[s].Depth;
        }

        for (; i < depths.Length; i++)
        {
            int at = 0;
            for (int level = 0; level < depth; level++)
            {
                at = Next(ref Unsafe.Add(ref first, i * length), at);
            }

            depths[i] += walked[at].Depth;
        }
    }

    /// <summary>Without a branch, which no processor could foresee, and without checks: the constructor has made them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(ref float sample, int at)
    {
        ref var node = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(walked), at);
        return node.Right - (Unsafe.Add(ref sample, node.Element) < node.Cut ? 1 : 0);
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
