using System.Buffers;
using LisNative.Data;

namespace LisNative.Numerics;

/// <summary>A point near another.</summary>
/// <param name="Square">‖a − b‖².</param>
/// <param name="Place">Which of the points.</param>
internal readonly record struct Neighbour(double Square, int Place)
{
    internal static Neighbour None => new(double.PositiveInfinity, 0);
}

/// <summary>
/// The k nearest of many points, nearest first, of equally near ones the first. Which are near is seen in single precision, of many samples
/// from products of matrices; how near, from differences in double: copies of a sample lie at 0.
/// </summary>
internal sealed class NeighbourSearch(Device device, PointSet points, int neighbours)
{
    /// <summary>How many more than k are looked at again, since rounding may take one for another.</summary>
    private const int Spare = 8;

    /// <summary>The error of two sums of squares in single precision, for each of their terms.</summary>
    private const double Rounding = 4.0 / (1 << 24);

    /// <summary>Roundings of a term itself.</summary>
    private const int Few = 3;

    /// <summary>Distances taken at once at most: 64 MiB of them.</summary>
    private const long MostCompared = 1L << 24;

    private readonly float[] rows = points.Rows();
    private DistanceBounds? bounds;
    private bool areBoundsMade;

    /// <summary>Makes a number of a sample's neighbours, given its place among the samples.</summary>
    internal delegate float Reader(int sample, ReadOnlySpan<Neighbour> nearest);

    /// <summary>k.</summary>
    internal int Neighbours { get; } = Math.Min(neighbours, points.Count);

    private int Candidates => Math.Min(points.Count, Neighbours + Spare);

    /// <summary>Samples to compare with: all, or a coreset of so many.</summary>
    internal static PointSet Keep(FitContext context, int most)
    {
        const string Stage = "keeping samples";
        context.Report(Stage, 0, 1);
        var normal = context.Normal;
        int[] kept = Coreset.Choose(context, most);
        var points = new PointSet(PrincipalComponents.Rows(
            context.Device, kept.Length == normal.Count ? normal : normal.Select(kept)));
        context.Report(Stage, 1, 1);
        return points;
    }

    /// <summary>What is read of each sample's neighbours.</summary>
    internal float[] Each(Dataset samples, Reader read)
    {
        int length = points.Length, count = points.Count, first = 0;
        return TensorModel.InBatches(
            device, samples,
            x =>
            {
                Var flat = x.Flatten();
                float[] squares = points.SquaredDistances(flat).Value.ToArray(), asked = flat.Value.ToArray(),
                    numbers = new float[x.Shape[0]];
                int start = first;
                first += numbers.Length;
                Parallel.For(0, numbers.Length, i =>
                {
                    Span<Neighbour> near = stackalloc Neighbour[Candidates], nearest = stackalloc Neighbour[Neighbours];
                    near.Fill(Neighbour.None);
                    for (int j = 0; j < count; j++)
                    {
                        Insert(near, squares[(i * count) + j], j);
                    }

                    Measure(asked.AsSpan(i * length, length), near, nearest);
                    numbers[i] = read(start + i, nearest);
                });
                return device.From(numbers, [numbers.Length]);
            },
            TensorModel.AtOnce(samples.SampleShape, (int)Math.Min(count, MostCompared)));
    }

    /// <summary>The k nearest of one sample, without allocating.</summary>
    internal void Find(ReadOnlySpan<float> sample, Span<Neighbour> nearest)
    {
        Span<Neighbour> near = stackalloc Neighbour[Candidates];
        near.Fill(Neighbour.None);
        if (Bounds() is { } few)
        {
            FindBounded(few, sample, near);
        }
        else
        {
            for (int j = 0; j < points.Count; j++)
            {
                Compare(sample, j, near);
            }
        }

        // What rounding cannot have taken for one of the k is none of them.
        double last = near[Neighbours - 1].Square * (1 + ((sample.Length + Few) * Rounding));
        int candidates = Neighbours;
        while (candidates < near.Length && near[candidates].Square <= last)
        {
            candidates++;
        }

        Measure(sample, near[..candidates], nearest);
    }

    /// <summary>The same candidates: first those with the least bounds, then all others whose bound does not exclude them.</summary>
    private void FindBounded(DistanceBounds known, ReadOnlySpan<float> sample, Span<Neighbour> near)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(points.Count);
        var squares = rented.AsSpan(0, points.Count);
        double length = known.Compute(sample, squares);
        Span<Neighbour> first = stackalloc Neighbour[near.Length];
        first.Fill(Neighbour.None);
        for (int j = 0; j < squares.Length; j++)
        {
            Insert(first, squares[j], j);
        }

        for (int i = 0; i < first.Length && double.IsFinite(first[i].Square); i++)
        {
            Compare(sample, first[i].Place, near);
            squares[first[i].Place] = float.NaN;        // its turn is over
        }

        float limit = known.Limit(near[^1].Square, length);
        for (int j = 0; j < squares.Length; j++)
        {
            if (squares[j] <= limit && Compare(sample, j, near))
            {
                limit = known.Limit(near[^1].Square, length);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Made with the first sample that comes alone; null of few points, or short ones.</summary>
    private DistanceBounds? Bounds()
    {
        if (!Volatile.Read(ref areBoundsMade))
        {
            lock (rows)
            {
                bounds ??= DistanceBounds.TryCreate(device, rows, points.Length);
                Volatile.Write(ref areBoundsMade, true);
            }
        }

        return bounds;
    }

    private bool Compare(ReadOnlySpan<float> sample, int place, Span<Neighbour> near) => Insert(
        near, Vectors.SquaredDistance(sample, rows.AsSpan(place * points.Length, points.Length), (float)near[^1].Square), place);

    private void Measure(ReadOnlySpan<float> sample, ReadOnlySpan<Neighbour> candidates, Span<Neighbour> nearest)
    {
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
    }

    /// <summary>Into neighbours in order, of which the farthest drops out; whether it belongs there.</summary>
    private static bool Insert(Span<Neighbour> nearest, double square, int place)
    {
        static bool IsBefore(double square, int place, Neighbour other) =>
            square < other.Square || (square == other.Square && place < other.Place);
        int at = nearest.Length - 1;
        if (!IsBefore(square, place, nearest[at]))
        {
            return false;
        }

        for (; at > 0 && IsBefore(square, place, nearest[at - 1]); at--)
        {
            nearest[at] = nearest[at - 1];
        }

        nearest[at] = new(square, place);
        return true;
    }
}
