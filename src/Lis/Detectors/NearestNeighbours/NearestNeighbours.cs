using LisNative.Data;
using LisNative.Numerics;

namespace LisNative;

/// <summary>The samples with which others are compared.</summary>
internal sealed class NearestNeighbours(Device device, PointSet points, int neighbours) : Model(points.State)
{
    internal const string Name = "knn";

    private readonly NeighbourSearch search = new(device, points, neighbours);

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal override string? OnHost => "looks for the nearest of many samples";

    internal static NearestNeighbours Fit(FitContext context, NearestNeighboursOptions options) =>
        new(context.Device, NeighbourSearch.Keep(context, options.Samples), options.Neighbours);

    internal static NearestNeighbours Load(Device device, Shape sample, SafeTensors file, int neighbours) =>
        new(device, PointSet.Load(device, file, sample.Count), neighbours);

    internal override float[] Score(Dataset prepared, string score) => search.Each(prepared, (_, nearest) => Farthest(nearest));

    internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
    {
        Span<Neighbour> nearest = stackalloc Neighbour[search.Neighbours];
        for (int i = 0; i < scores.Length; i++)
        {
            search.Find(prepared.Slice(i * sample.Count, sample.Count), nearest);
            scores[i] = Farthest(nearest);
        }
    }

    private static float Farthest(ReadOnlySpan<Neighbour> nearest) => (float)Math.Sqrt(nearest[^1].Square);
}
