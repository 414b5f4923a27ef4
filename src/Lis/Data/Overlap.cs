using LisNative.Memory;
using LisNative.Numerics;
using LisNative.Random;

namespace LisNative.Data;

/// <summary>Whether negatives are really negative.</summary>
internal static class Overlap
{
    /// <summary>From here on negatives teach the detector to fail on normal data (docs/guide/negatives.md).</summary>
    public const double TooMuch = 0.25;

    private const int Looked = 500, Reference = 4000;

    /// <summary>Of large samples fewer are looked at, 64 MiB of numbers, but no fewer than this many.</summary>
    private const int Least = 32;

    private const long MostNumbers = 1L << 24;

    /// <summary>
    /// How far two sets are one, by nearest neighbours (Schilling 1986): the share of negatives whose nearest sample, among equally many of
    /// both sets, is normal, or the share of normal samples whose nearest one is negative, whichever is less. 0.5 for more of the same, 0
    /// for sets apart. Both matter: samples of little contrast are near to everything, without being the same. Euclidean, vectors
    /// standardised.
    /// </summary>
    /// <exception cref="InputException">There are fewer than two samples of a set, or their shapes or names of columns differ.</exception>
    public static double Fraction(Dataset normal, Dataset negatives)
    {
        negatives = negatives.Like(normal);
        if (normal.Count < 2 || negatives.Count < 2)
        {
            throw new InputException(normal.Count < 2 ? normal.Name
                : negatives.Name,
                $"expected at least 2 normal samples and 2 negatives to compare, found {normal.Count} and {negatives.Count}");
        }

        using var scope = new Scope();
        var scaler = normal.SampleShape.Rank == 1 ? Scaler.Fit(normal) : null;
        var ((positives, positiveRest), (others, otherRest)) = (Split(normal, scaler), Split(negatives, scaler));
        int each = Math.Min(positiveRest.Shape[0], otherRest.Shape[0]);
        PointSet own = new(positiveRest.Slice(0, 0, each)), theirs = new(otherRest.Slice(0, 0, each));
        return Math.Min(Nearer(others, own, theirs), Nearer(positives, theirs, own));
    }

    /// <summary>The share of rows that are nearer to the first set than to the second; equally near ones count half.</summary>
    private static double Nearer(Tensor rows, PointSet first, PointSet second)
    {
        float[] Closeness(PointSet set) => (set.SquaredDistances(rows) * -1).Value.Max([1]).ToArray();
        return Closeness(first).Zip(Closeness(second), (a, b) => a > b ? 1 : a == b ? 0.5 : 0).Average();
    }

    /// <summary>So many samples of a shape are compared; more need not be made.</summary>
    internal static int Compared(Shape sample) => Math.Min(Looked, Most(sample)) + Math.Min(Reference, Most(sample));

    private static int Most(Shape sample) => Math.Max(Least, Dataset.RowsWithin(MostNumbers, sample.Count));

    /// <summary>Random samples to look at, and others to compare with, as rows.</summary>
    private static (Tensor Looked, Tensor Others) Split(Dataset set, Scaler? scaler)
    {
        var scaled = scaler?.Apply(set) ?? set;
        int[] order = new Philox(1, 0x0E12).Permutation(set.Count);
        int most = Most(set.SampleShape), looked = Math.Min(Math.Min(Looked, most), set.Count / 2);
        Tensor Rows(int start, int count)
        {
            var batch = scaled.Batch(Device.Cpu, order.AsSpan(start, count));
            return batch.Reshape(count, set.SampleShape.Count);
        }

        return (Rows(0, looked), Rows(looked, Math.Min(Math.Min(Reference, most), set.Count - looked)));
    }
}
