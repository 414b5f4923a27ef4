using LisNative.Data;

namespace LisNative;

/// <summary>An isolation forest: its trees, and c(ψ), by which their depths are divided.</summary>
internal sealed class IsolationForest(IsolationTree[] trees, float normaliser) : Model([])
{
    internal const string Name = "isolation-forest";

    /// <summary>Rows that go through a tree together, while it is in the nearest cache, and numbers of them at most.</summary>
    private const int Block = 128;
    private const long MostNumbers = 1L << 20;

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal override string? OnHost => "walks trees";

    /// <summary>Grows each tree from samples and cuts of its own.</summary>
    /// <exception cref="InputException">All samples are equal.</exception>
    internal static IsolationForest Fit(FitContext context, IsolationForestOptions options)
    {
        var normal = context.Normal;
        if (normal.AreEqual())
        {
            throw new InputException(
                normal.Name, $"expected samples of which some differ, found {normal.Count} equal ones, which no tree can part; " +
                "kde and oc-svm score how far others lie from them");
        }

        int size = Math.Min(options.Samples, normal.Count);
        var trees = new IsolationTree[options.Trees];
        for (int t = 0; t < trees.Length; t++)
        {
            context.Report("growing trees", t + 1, trees.Length);
            var random = context.Random.FoldIn(Streams.FirstTree + (ulong)t);
            trees[t] = IsolationTree.Grow(
                normal.Select("", random.FoldIn(IsolationTree.Samples).Permutation(normal.Count).AsSpan(0, size)),
                random.FoldIn(IsolationTree.Cuts));
        }

        return new(trees, (float)IsolationTree.MeanDepth(size));
    }

    /// <summary>Reads what <see cref="AddTo"/> wrote.</summary>
    internal static IsolationForest Load(Shape sample, SafeTensors file)
    {
        float[] sizes = file["sizes"].ToFloats(),
            values = file.Get("nodes", [(int)sizes.Sum(s => (double)s), IsolationTree.Columns]).ToFloats();
        var trees = new IsolationTree[sizes.Length];
        for (int t = 0, at = 0; t < trees.Length; at += (int)sizes[t++] * IsolationTree.Columns)
        {
            trees[t] = sizes[t] < 1 ? throw new InputException(file.Source, "tensor \"sizes\": expected trees of at least one node")
                : new(values[at..(at + ((int)sizes[t] * IsolationTree.Columns))], sample.Count, file.Source);
        }

        return new(trees, file.Get("normaliser", [1]).ToFloats()[0]);
    }

    internal override float[] Score(Dataset prepared, string score)
    {
        int size = prepared.SampleShape.Count, block = Math.Min(Block, Dataset.RowsWithin(MostNumbers, size));
        var scores = new float[prepared.Count];
        Parallel.For(0, (prepared.Count + block - 1) / block, i =>
        {
            int first = i * block, count = Math.Min(block, prepared.Count - first);
            var rows = new float[count * size];
            prepared.Read([.. Enumerable.Range(first, count)], rows);
            Score(rows, prepared.SampleShape, scores.AsSpan(first, count));
        });
        return scores;
    }

    internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
    {
        Span<double> depths = stackalloc double[Block];
        for (int at = 0; at < scores.Length; at += Block)
        {
            var part = depths[..Math.Min(Block, scores.Length - at)];
            part.Clear();
            foreach (var tree in trees)
            {
                tree.AddDepths(prepared.Slice(at * sample.Count, part.Length * sample.Count), part);
            }

            for (int i = 0; i < part.Length; i++)
            {
                scores[at + i] = (float)Math.Pow(2, -(part[i] / trees.Length) / normaliser);
            }
        }
    }

    internal override void AddTo(SafeTensors file)
    {
        float[] nodes = [.. trees.SelectMany(t => t.Nodes)];
        file.Add("nodes", [nodes.Length / IsolationTree.Columns, IsolationTree.Columns], nodes);
        file.Add("sizes", [trees.Length], [.. trees.Select(t => (float)(t.Nodes.Length / IsolationTree.Columns))]);
        file.Add("normaliser", [1], [normaliser]);
    }
}
