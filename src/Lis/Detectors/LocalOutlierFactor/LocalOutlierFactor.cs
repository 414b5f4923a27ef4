using LisNative.Data;
using LisNative.Numerics;

namespace LisNative;

/// <summary>Normal samples with their k-distances, and their local reachability densities.</summary>
internal sealed class LocalOutlierFactor(Device device, PointSet points, Tensor distances, Tensor densities, int neighbours)
    : Model([.. points.State, (DistancesName, distances), (DensitiesName, densities)])
{
    internal const string Name = "lof";

    private const string DistancesName = "points.distances", DensitiesName = "points.densities";

    /// <summary>Keeps the density of copies finite, as scikit-learn does.</summary>
    private const double Least = 1e-10;

    private readonly NeighbourSearch search = new(device, points, neighbours);
    private readonly float[] distance = distances.ToArray(), density = densities.ToArray();

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal override string? OnHost => "looks for the nearest of many samples";

    internal static LocalOutlierFactor Fit(FitContext context, LocalOutlierFactorOptions options)
    {
        var points = NeighbourSearch.Keep(context, options.Samples);
        int count = points.Count, k = Math.Min(options.Neighbours, count - 1);
        var near = new Neighbour[count * k];
        var kept = new Dataset(context.Normal.Name, [points.Length], points.Rows(), new int[count]);
        float[] distances = new NeighbourSearch(context.Device, points, k + 1).Each(kept, (sample, nearest) =>
        {
            var others = near.AsSpan(sample * k, k);
            Others(nearest, sample, others);
            return (float)Math.Sqrt(others[^1].Square);
        });
        float[] densities = [.. Enumerable.Range(0, count).Select(i => (float)Density(near.AsSpan(i * k, k), distances))];
        return new(context.Device, points, context.Device.From(distances, [count]), context.Device.From(densities, [count]), k);
    }

    internal static LocalOutlierFactor Load(Device device, Shape sample, SafeTensors file, int neighbours)
    {
        var points = PointSet.Load(device, file, sample.Count);
        return new(device, points, file.Get(DistancesName, [points.Count]).ToTensor(device),
            file.Get(DensitiesName, [points.Count]).ToTensor(device), Math.Min(neighbours, points.Count - 1));
    }

    internal override float[] Score(Dataset prepared, string score) => search.Each(prepared, (_, nearest) => Factor(nearest));

    internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
    {
        Span<Neighbour> nearest = stackalloc Neighbour[search.Neighbours];
        for (int i = 0; i < scores.Length; i++)
        {
            search.Find(prepared.Slice(i * sample.Count, sample.Count), nearest);
            scores[i] = Factor(nearest);
        }
    }

    /// <summary>The nearest but the sample itself, which may be missing among many copies of it.</summary>
    private static void Others(ReadOnlySpan<Neighbour> nearest, int self, Span<Neighbour> others)
    {
        int at = 0;
        foreach (var neighbour in nearest)
        {
            if (neighbour.Place != self && at < others.Length)
            {
                others[at++] = neighbour;
            }
        }
    }

    /// <summary>1 / mean reachability distance, max(‖a − b‖, k-distance of b), from some neighbours b.</summary>
    private static double Density(ReadOnlySpan<Neighbour> nearest, float[] distances)
    {
        double sum = 0;
        foreach (var neighbour in nearest)
        {
            sum += Math.Max(Math.Sqrt(neighbour.Square), distances[neighbour.Place]);
        }

        return 1 / ((sum / nearest.Length) + Least);
    }

    private float Factor(ReadOnlySpan<Neighbour> nearest)
    {
        double sum = 0;
        foreach (var neighbour in nearest)
        {
            sum += density[neighbour.Place];
        }

        return (float)(sum / nearest.Length / Density(nearest, distance));
    }
}
