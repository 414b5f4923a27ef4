namespace LisNative.Experiments;

/// <summary>How far the measured numbers of a table order as the paper's do.</summary>
/// <param name="Spearman">The correlation of their ranks, ties at their mean rank.</param>
/// <param name="Mean">Of ours.</param>
/// <param name="Paper">Mean of the paper's, over the same entries.</param>
/// <param name="Count">Entries measured that the paper has too.</param>
public sealed record Agreement(double Spearman, double Mean, double Paper, int Count)
{
    /// <summary>Fewer numbers say nothing.</summary>
    private const int Fewest = 5;

    /// <summary>Over pairs of our and the paper's numbers; null when there are fewer than five.</summary>
    public static Agreement? TryCreate(IReadOnlyList<(double Ours, double Paper)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double[] ours = [.. pairs.Select(p => p.Ours)], paper = [.. pairs.Select(p => p.Paper)];
        return pairs.Count < Fewest ? null : new(Correlation(Ranks(ours), Ranks(paper)), ours.Average(), paper.Average(), pairs.Count);
    }

    private static double[] Ranks(double[] values) =>
        [.. values.Select(v => values.Count(o => o < v) + ((values.Count(o => o == v) - 1) / 2.0))];

    /// <summary>Pearson's.</summary>
    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum()
            / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
