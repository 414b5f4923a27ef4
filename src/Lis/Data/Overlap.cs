using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Numerics;

namespace LisNative.Data;

/// <summary>Whether negatives are really negative.</summary>
public static class Overlap
{
    /// <summary>From here on negatives teach the detector to fail on normal data.</summary>
    public const double TooMuch = 0.25;

    private const int Looked = 1000, Reference = 8000;

    /// <summary>
    /// The share of negatives that lie closer to a normal sample than half of the normal samples do (Euclidean, vectors standardised): near 0 for what is unlike them,
    /// 0.5 for more of the same. At most 1,000 samples are compared with at most 8,000.
    /// </summary>
    /// <exception cref="InputException">There are fewer than two normal samples, or no negatives.</exception>
    public static double Share(Dataset normal, Dataset negatives)
    {
        ArgumentNullException.ThrowIfNull(normal);
        ArgumentNullException.ThrowIfNull(negatives);
        if (normal.Count < 2 || negatives.Count < 1)
        {
            throw new InputException(normal.Count < 2 ? normal.Name : negatives.Name, $"expected at least 2 normal samples and 1 negative to compare, found {normal.Count} and {negatives.Count}");
        }

        using var scope = new Scope();
        var scaler = normal.Sample.Rank == 1 ? Scaler.Of(normal) : null;
        var (positives, others) = (scaler?.Apply(normal) ?? normal, scaler?.Apply(negatives) ?? negatives);
        int looked = Math.Min(Looked, normal.Count / 2);
        var reference = new PointSet(Rows(positives, looked, Reference));
        float[] Closeness(Tensor rows) => (reference.SquaredDistances(rows) * -1).Value.Reduce(default(Maximum), [1]).ToArray();
        float[] own = [.. Closeness(Rows(positives, 0, looked)).Order()], theirs = Closeness(Rows(others, 0, Looked));
        return theirs.Count(c => c > own[own.Length / 2]) / (double)theirs.Length;
    }

    private static Tensor Rows(Dataset set, int start, int most)
    {
        var batch = set.Batch(Device.Cpu, [.. Enumerable.Range(start, Math.Min(most, set.Count - start))]);
        return batch.Reshape(batch.Shape[0], set.Sample.Count);
    }
}
