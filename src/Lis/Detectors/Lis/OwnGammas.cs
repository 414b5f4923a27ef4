using LisNative.Data;
using LisNative.Numerics;

namespace LisNative.Training;

/// <summary>
/// A γ of its own for each negative: its distance from the nearest normal sample, which is the error that it would have were
/// reconstructions the nearest normal samples. So what is hardly a negative is hardly pushed away.
/// </summary>
internal static class OwnGammas
{
    /// <summary>Normal samples that negatives are compared with, drawn at random where there are more.</summary>
    private const int MostCompared = 8192;

    /// <summary>The γ of every negative of both pools, row by row.</summary>
    internal static (float[] Train, float[] HeldOut) Of(FitContext context, Dataset normal, (Dataset Train, Dataset HeldOut) pool)
    {
        int[] rows = normal.Count <= MostCompared ? [.. Enumerable.Range(0, normal.Count)]
            : [.. context.Random.FoldIn(Streams.Compared).Permutation(normal.Count).Take(MostCompared).Order()];
        var search = new NeighbourSearch(
            context.Device, new PointSet(PrincipalComponents.Rows(context.Device, normal.Select(rows))), 1);
        float[] Distances(Dataset set) => search.Each(set, (_, nearest) => (float)Math.Sqrt(nearest[0].Square));
        float[] train = Distances(pool.Train);
        return (train, ReferenceEquals(pool.Train, pool.HeldOut) ? train : Distances(pool.HeldOut));
    }
}
