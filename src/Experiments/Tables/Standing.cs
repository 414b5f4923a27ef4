namespace LisNative.Experiments;

/// <summary>Where a method stands among published ones, over some tables.</summary>
/// <param name="Place">Of its mean over the tables among the published methods' means, from 1; an equal one counts half.</param>
/// <param name="MeanRank">The mean over the tables of its place on each.</param>
/// <param name="Others">Published methods that have a figure for every table.</param>
public sealed record Standing(double Place, double MeanRank, int Others)
{
    /// <summary>Published figures have so many digits, and ours are compared as such.</summary>
    private const int Digits = 4;

    /// <summary>Of a method's figures; null where no published method has figures for all these tables.</summary>
    public static Standing? TryCreate(IReadOnlyDictionary<string, double> figures, PublishedFigures? published)
    {
        ArgumentNullException.ThrowIfNull(figures);
        double[][] others = [.. (published?.Methods ?? []).Select(m => figures.Keys.Select(t => published!.Find(t, m)).ToArray())
            .Where(row => row.Length > 0 && row.All(f => f is not null)).Select(row => row.Select(f => f!.Value).ToArray())];
        if (others.Length == 0)
        {
            return null;
        }

        double[] own = [.. figures.Values.Select(f => Math.Round(f, Digits))];
        return new(Above(own.Average(), others.Select(o => o.Average())),
            own.Select((f, t) => Above(f, others.Select(o => o[t]))).Average(), others.Length);
    }

    private static double Above(double own, IEnumerable<double> others) =>
        1 + others.Sum(o => Math.Round(o - own, Digits + 2) switch { > 0 => 1, 0 => 0.5, _ => 0 });
}
