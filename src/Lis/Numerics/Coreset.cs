using LisNative.Memory;

namespace LisNative.Numerics;

/// <summary>
/// Samples that stand for all: each next one is the farthest from those chosen before (k-centre, Gonzalez 1985), seen in a random
/// projection, which keeps distances (Johnson, Lindenstrauss 1984).
/// </summary>
internal static class Coreset
{
    /// <summary>Samples that are looked at, drawn at random where there are more, and numbers of each after projection.</summary>
    private const int MostCandidates = 1 << 16, Projected = 64;

    /// <summary>The numbers of at most so many samples, in their order.</summary>
    internal static int[] Choose(FitContext context, int most)
    {
        int count = context.Normal.Count;
        if (count <= most)
        {
            return [.. Enumerable.Range(0, count)];
        }

        int[] candidates = context.Random.FoldIn(Streams.Candidates).Permutation(count)[..Math.Min(count, Math.Max(most, MostCandidates))];
        if (candidates.Length == most)
        {
            return [.. candidates.Order()];
        }

        float[] points = Project(context, candidates);
        int width = points.Length / candidates.Length;
        var nearest = new float[candidates.Length];
        nearest.AsSpan().Fill(float.PositiveInfinity);
        var chosen = new int[most];
        chosen[0] = (int)(context.Random.FoldIn(Streams.FirstKept).Uniform(0) * candidates.Length);
        for (int i = 1; i < most; i++)
        {
            if (i % 256 == 0)
            {
                context.Report("choosing a coreset", i, most);
            }

            chosen[i] = Next(points, width, nearest, points.AsMemory(chosen[i - 1] * width, width));
        }

        return [.. chosen.Select(c => candidates[c]).Order()];
    }

    /// <summary>Takes the last chosen one into account; the farthest point, the first of several.</summary>
    private static int Next(float[] points, int width, float[] nearest, ReadOnlyMemory<float> last)
    {
        int parts = Math.Min(Environment.ProcessorCount, 16), each = (nearest.Length + parts - 1) / parts;
        var farthest = new (float Distance, int Place)[parts];
        Parallel.For(0, parts, part =>
        {
            var best = (Distance: -1f, Place: 0);
            for (int j = part * each; j < Math.Min(nearest.Length, (part + 1) * each); j++)
            {
                float d = Math.Min(nearest[j], Vectors.SquaredDistance(points.AsSpan(j * width, width), last.Span));
                nearest[j] = d;
                best = d > best.Distance ? (d, j) : best;
            }

            farthest[part] = best;
        });
        return farthest.MaxBy(f => f.Distance).Place;
    }

    private static float[] Project(FitContext context, int[] candidates)
    {
        var (device, normal) = (context.Device, context.Normal);
        int length = normal.SampleShape.Count;
        var some = normal.Select(candidates);
        if (length <= Projected)
        {
            return some.ToFloats();
        }

        var directions = new float[length * Projected];
        context.Random.FoldIn(Streams.Projection).Normals(directions);
        using var scope = new Scope();
        Var onto = device.From(directions, [length, Projected]);
        return TensorModel.InBatches(device, some, x => Var.MatMul(x.Flatten(), onto) / Math.Sqrt(Projected));
    }
}
