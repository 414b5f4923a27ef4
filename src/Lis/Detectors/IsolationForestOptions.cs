using LisNative.Data;
using LisNative.Layers;
using LisNative.Random;

namespace LisNative;

/// <summary>
/// The isolation forest (Liu, Ting, Zhou 2008): random trees cut random elements at random places; what few cuts isolate is anomalous. The score
/// is 2^(−mean depth / c(ψ)).
/// </summary>
public sealed record IsolationForestOptions : DetectorOptions
{
    /// <summary>A tree of these has 2²⁴ nodes, as many as single precision counts.</summary>
    private const int MostSamples = 1 << 23;

    /// <summary>Number of trees.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>ψ, samples that each tree is grown from, or all if there are fewer.</summary>
    public int Samples { get; init; } = 256;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Trees >= 1, nameof(Trees), "at least 1", Trees);
        Require(Samples is >= 2 and <= MostSamples, nameof(Samples), $"from 2 to {MostSamples}", Samples);
    }

    internal override Model Fit(FitContext set)
    {
        if (set.Normal.AreEqual())
        {
            throw new InputException(set.Normal.Name, $"expected samples of which some differ, found {set.Normal.Count} equal ones, which no tree can part; kde and oc-svm score how far others lie from them");
        }

        int size = Math.Min(Samples, set.Normal.Count);
        var trees = new Tree[Trees];
        for (int t = 0; t < Trees; t++)
        {
            set.Report("growing trees", t + 1, Trees);
            var random = set.Random.FoldIn(10 + (ulong)t);
            trees[t] = Tree.Grow(set.Normal.Select("", random.FoldIn(0).Permutation(set.Normal.Count).AsSpan(0, size)), random.FoldIn(1));
        }

        return new Forest(trees, (float)Tree.MeanDepth(size));
    }

    internal override Model Load(Device device, Shape sample, SafeTensors file)
    {
        float[] sizes = file["sizes"].ToFloats(), values = file.Get("nodes", [(int)sizes.Sum(s => (double)s), Tree.Columns]).ToFloats();
        var trees = new Tree[sizes.Length];
        for (int t = 0, at = 0; t < trees.Length; at += (int)sizes[t++] * Tree.Columns)
        {
            trees[t] = new(values[at..(at + ((int)sizes[t] * Tree.Columns))], sample.Count, file.Source);
        }

        return new Forest(trees, file.Get("normaliser", [1]).ToFloats()[0]);
    }

    private sealed class Forest(Tree[] trees, float normaliser) : Model
    {
        internal override IReadOnlyList<string> ScoreNames { get; } = ["isolation-forest"];

        internal override float[] Score(Dataset prepared, string score)
        {
            var scores = new float[prepared.Count];
            Parallel.For(0, prepared.Count, () => new float[prepared.SampleShape.Count], (i, _, row) =>
            {
                prepared.Read([i], row);
                scores[i] = Score(row);
                return row;
            }, _ => { });
            return scores;
        }

        internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
        {
            for (int i = 0; i < scores.Length; i++)
            {
                scores[i] = Score(prepared.Slice(i * sample.Count, sample.Count));
            }
        }

        private float Score(ReadOnlySpan<float> row)
        {
            double depth = 0;
            foreach (var tree in trees)
            {
                depth += tree.Depth(row);
            }

            return (float)Math.Pow(2, -(depth / trees.Length) / normaliser);
        }

        internal override void AddTo(SafeTensors file)
        {
            float[] nodes = [.. trees.SelectMany(t => t.Nodes)];
            file.Add("nodes", [nodes.Length / Tree.Columns, Tree.Columns], nodes);
            file.Add("sizes", [trees.Length], [.. trees.Select(t => (float)(t.Nodes.Length / Tree.Columns))]);
            file.Add("normaliser", [1], [normaliser]);
        }

        internal override IReadOnlyList<(string Name, Tensor Value)> State => [];
    }

    /// <summary>Nodes in rows of (element, cut, left, right); a leaf has element −1 and its expected depth as cut.</summary>
    private sealed class Tree
    {
        internal const int Columns = 4;
        private const double EulerMascheroni = 0.5772156649015329;

        internal Tree(float[] nodes, int length, string source)
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

        internal static Tree Grow(Dataset samples, Philox random)
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
            int[] elements = random.FoldIn(0).Permutation(rows[0].Length);
            foreach (int element in elements)
            {
                float low = rows.Min(r => r[element]), high = rows.Max(r => r[element]);
                if (low < high)
                {
                    float cut = low + ((high - low) * random.FoldIn(1).Uniform(0));
                    return (element, cut > low ? cut : high);
                }
            }

            return null;
        }
    }
}
