using LisNative.Data;
using LisNative.Numerics;

namespace LisNative;

/// <summary>The samples with which others are compared.</summary>
internal sealed class NearestNeighbours(Device device, PointSet points, int neighbours) : Model(points.State)
{
    internal const string Name = "knn";

    private const string Stage = "keeping samples";

    /// <summary>How many more than k are looked at again, since rounding may take one for another.</summary>
    private const int Spare = 8;

    /// <summary>Distances taken at once at most: 64 MiB of them.</summary>
    private const long MostCompared = 1L << 24;

    private readonly float[] rows = points.Rows();

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal override string? OnHost => "looks for the nearest of many samples";

    internal static NearestNeighbours Fit(FitContext context, NearestNeighboursOptions options)
    {
        options.CheckPlan(context.Plan);
        context.Report(Stage, 0, 1);
        var normal = context.Normal;
        int[] kept = Coreset.Choose(context, options.Samples);
        var some = kept.Length == normal.Count ? normal : normal.Select(normal.Name, kept);
        var points = new PointSet(PrincipalComponents.Rows(context.Device, some));
        context.Report(Stage, 1, 1);
        return new(context.Device, points, Math.Min(options.Neighbours, kept.Length));
    }

    internal static NearestNeighbours Load(Device device, Shape sample, SafeTensors file, int neighbours)
    {
        var points = PointSet.Load(device, file, sample.Count);
        return new(device, points, Math.Min(neighbours, points.Count));
    }

    /// <summary>Which are near is seen from products of matrices, which round; of those, how near, as for one sample.</summary>
    internal override float[] Score(Dataset prepared, string score)
    {
        int length = points.Length, count = points.Count, candidates = Math.Min(count, neighbours + Spare);
        return TensorModel.InBatches(
            device, prepared,
            x =>
            {
                Var flat = x.Flatten();
                float[] squares = points.SquaredDistances(flat).Value.ToArray(), samples = flat.Value.ToArray(),
                    scores = new float[x.Shape[0]];
                Parallel.For(0, scores.Length, i =>
                {
                    Span<Neighbour> near = stackalloc Neighbour[candidates];
                    near.Fill(Neighbour.None);
                    for (int j = 0; j < count; j++)
                    {
                        Insert(near, squares[(i * count) + j], j);
                    }

                    scores[i] = Farthest(samples.AsSpan(i * length, length), near);
                });
                return device.From(scores, [scores.Length]);
            },
            TensorModel.AtOnce(prepared.SampleShape, (int)Math.Min(count, MostCompared)));
    }

    internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
    {
        Span<Neighbour> near = stackalloc Neighbour[Math.Min(points.Count, neighbours + Spare)];
        for (int i = 0; i < scores.Length; i++)
        {
            var one = prepared.Slice(i * points.Length, points.Length);
            near.Fill(Neighbour.None);
            for (int j = 0; j < points.Count; j++)
            {
                Insert(near, Vectors.SquaredDistance(one, rows.AsSpan(j * points.Length, points.Length)), j);
            }

            scores[i] = Farthest(one, near);
        }
    }

    /// <summary>The distance from the k-th nearest, from differences: copies of a sample lie at 0.</summary>
    private float Farthest(ReadOnlySpan<float> sample, ReadOnlySpan<Neighbour> candidates)
    {
        Span<Neighbour> nearest = stackalloc Neighbour[neighbours];
        nearest.Fill(Neighbour.None);
        foreach (var candidate in candidates)
        {
            var row = rows.AsSpan(candidate.Place * sample.Length, sample.Length);
            double square = 0;
            for (int i = 0; i < sample.Length; i++)
            {
                double difference = (double)sample[i] - row[i];
                square += difference * difference;
            }

            Insert(nearest, square, candidate.Place);
        }

        return (float)Math.Sqrt(nearest[^1].Square);
    }

    /// <summary>Into neighbours in order, of which the farthest drops out.</summary>
    private static void Insert(Span<Neighbour> nearest, double square, int place)
    {
        if (square < nearest[^1].Square)
        {
            int at = nearest.Length - 1;
            for (; at > 0 && nearest[at - 1].Square > square; at--)
            {
                nearest[at] = nearest[at - 1];
            }

            nearest[at] = new(square, place);
        }
    }

    private readonly record struct Neighbour(double Square, int Place)
    {
        internal static Neighbour None => new(double.PositiveInfinity, 0);
    }
}
