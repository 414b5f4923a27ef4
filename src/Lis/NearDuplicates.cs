using LisNative.Data;
using LisNative.Numerics;

namespace LisNative;

/// <summary>
/// Whether normal data hold near-duplicates, such as frames of one recording. A held-out sample then scores as its siblings among those
/// trained on, and thresholds come out too low for new recordings. There are two signs. Samples that follow each other are much nearer than
/// any two: the recording moves. Or most samples have a few that are much nearer than the next ones, as samples drawn by themselves never
/// have: it stands still.
/// </summary>
internal static class NearDuplicates
{
    private const int Looked = 100, LeastLooked = 10, Pairs = 256, LeastPairs = 16, MostRows = 20000;
    private const long MostNumbers = 1L << 22;

    /// <summary>
    /// Neighbours count as near where the next is so many times as far. Between samples on a line the k-th ratio is above t with
    /// probability t^(−k), so that one in four samples has such neighbours; on a plane one in 24.
    /// </summary>
    private const double Jump = 5;

    /// <summary>
    /// Of all samples; a group that is more is a kind of normal samples of its own, of which all held-out data have their share.
    /// </summary>
    private const double MostSiblings = 0.125;

    /// <summary>
    /// Distance of samples that follow each other, over that of any two; an autoregressive series of one step back has √(1 − φ), this is φ
    /// = 0.94.
    /// </summary>
    private const double FollowNear = 0.25;

    /// <summary>
    /// What is found in all normal samples as they came, and in those trained on and those held out, in random order, in a sentence; null
    /// for nothing, and for windows, of which those held out share no row with others.
    /// </summary>
    internal static string? Finding(Dataset normal, Dataset train, Dataset heldOut)
    {
        string? sign = normal.Windows is not null ? null
            : HaveSiblings(train, heldOut) ? "samples held out have near-duplicates among those trained on"
            : normal.Groups is null && heldOut.Count > 0 && FollowClosely(normal, train)
                ? "samples that follow each other are near-duplicates, so those held out have some among those trained on" : null;
        return sign is null ? null
            : $"{sign} (frames of one recording?): thresholds are too low for new ones; --group (Dataset.Groups) holds out whole "
                + $"{(normal.Groups is null ? "recordings" : "groups, and larger ones are needed here")}";
    }

    private static bool HaveSiblings(Dataset train, Dataset heldOut)
    {
        int looked = Math.Min(Looked, heldOut.Count),
            rows = Math.Min(Math.Min(train.Count, MostRows), Dataset.RowsWithin(MostNumbers, train.SampleShape.Count));
        if (looked < LeastLooked)
        {
            return false;
        }

        var (near, row, sample) = (0, new float[train.SampleShape.Count], new float[train.SampleShape.Count]);
        float[] others = new float[rows * row.Length], distances = new float[rows];
        train.Read([.. Enumerable.Range(0, rows)], others);
        for (int i = 0; i < looked; i++)
        {
            heldOut.Read([i], sample);
            for (int j = 0; j < rows; j++)
            {
                distances[j] = Distance(sample, others.AsSpan(j * row.Length, row.Length));
            }

            near += HasSiblings(distances, images: train.SampleShape.Rank == 3) ? 1 : 0;
        }

        return near > looked / 2;
    }

    /// <summary>Equal pictures are siblings; equal rows are what tables of few values are made of, and say nothing.</summary>
    private static bool HasSiblings(float[] distances, bool images)
    {
        float[] sorted = [.. distances.Where(d => images || d > 0).Order()];
        int most = (int)(MostSiblings * distances.Length);
        return Enumerable.Range(1, Math.Max(0, Math.Min(most, sorted.Length - 1))).Any(k => sorted[k] > Jump * sorted[k - 1]);
    }

    private static bool FollowClosely(Dataset normal, Dataset train)
    {
        int pairs = Math.Min(Pairs, train.Count / 2);
        if (pairs < LeastPairs || normal.SampleShape.Count == 1)
        {
            return false;
        }

        float[] one = new float[normal.SampleShape.Count], other = new float[one.Length];
        double Median(Dataset set, Func<int, int> first)
        {
            float[] distances = [.. Enumerable.Range(0, pairs).Select(i =>
            {
                set.Read([first(i)], one);
                set.Read([first(i) + 1], other);
                return Distance(one, other);
            }).Where(d => normal.SampleShape.Rank == 3 || d > 0).Order()];
            return distances.Length == 0 ? 0 : distances[distances.Length / 2];
        }

        return Median(normal, i => (int)((long)i * (normal.Count - 1) / pairs)) < FollowNear * Median(train, i => 2 * i);
    }

    private static float Distance(float[] a, ReadOnlySpan<float> b) => MathF.Sqrt(Vectors.SquaredDistance(a, b));
}
