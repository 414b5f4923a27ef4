using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace LisNative.Data;

/// <summary>
/// Samples of one shape, [channels, height, width] for images and [length] for vectors, with a class number each. Images are kept
/// as bytes and scaled to [0, 1] when a batch is made.
/// </summary>
public sealed partial class Dataset
{
    /// <summary>One of the three below; null where images are made when they are read.</summary>
    private readonly Array? numbers;

    private readonly byte[]? pixels;
    private readonly float[]? values;
    private readonly double[]? precise;

    /// <summary>The bytes of an image that is not held.</summary>
    private readonly Func<int, byte[]>? make;

    /// <summary>Where among all that are held or made the samples are, some of them or in another order; null for all in order.</summary>
    private readonly int[]? rows;

    private const int HashedAtOnce = 1 << 26;

    /// <summary>Images: bytes in channel, row, column order, one sample after another.</summary>
    public Dataset(string name, Shape sample, byte[] pixels, int[] labels)
        : this(name, sample, pixels, null, null, labels)
    {
    }

    /// <summary>Vectors or images of any range.</summary>
    /// <exception cref="InputException">A value is NaN or infinite; the message says which.</exception>
    public Dataset(string name, Shape sample, float[] values, int[] labels)
        : this(name, sample, values, null, null, labels) => RequireFinite(values, float.IsFinite);

    /// <summary>
    /// Vectors in double precision, standardised in it before they become floats: 1.7e9 seconds differ by one, where floats differ by 128.
    /// </summary>
    /// <exception cref="InputException">A value is not finite as a float; the message says which.</exception>
    public Dataset(string name, Shape sample, double[] values, int[] labels)
        : this(name, sample, values, null, null, labels) => RequireFinite(values, v => float.IsFinite((float)v));

    private Dataset(
        string name, Shape sample, Array? numbers, Func<int, byte[]>? make, int[]? rows, int[] labels, Windows? windows = null)
    {
        (Name, SampleShape, Labels, this.make, this.rows, Windows) = (name, sample, labels, make, rows, windows);
        (this.numbers, pixels, values, precise) = (numbers, numbers as byte[], numbers as float[], numbers as double[]);
        if (numbers is not null && rows is null && numbers.Length != (long)sample.Count * labels.Length)
        {
            throw new InputException(name, $"expected {labels.Length} samples {sample}, found {numbers.Length} numbers");
        }
    }

    /// <summary>Where it came from; for messages.</summary>
    public string Name { get; }

    /// <summary>The shape of one sample.</summary>
    public Shape SampleShape { get; }

    /// <summary>Number of samples.</summary>
    public int Count => Labels.Length;

    /// <summary>The class of each sample; 0 where the source has none.</summary>
    public int[] Labels { get; }

    /// <summary>The names of a vector's numbers, of a window those of a row; null where the source has none.</summary>
    /// <exception cref="InputException">They are not as many as the numbers.</exception>
    public IReadOnlyList<string>? Columns
    {
        get;
        init => field = value is null || value.Count == RowLength ? value
            : throw new InputException(Name, $"expected a name for each of {RowLength} columns, found {value.Count}");
    }

    /// <summary>What a table's cells were that became these numbers; null where they are the cells.</summary>
    internal TableEncoding? Encoding { get; private init; }

    /// <summary>What to call a column: its name, or its number from 1.</summary>
    internal string NameOf(int column) => Columns?[column] ?? $"{column + 1}";

    /// <summary>
    /// The group of each sample: a recording, a part, a day, whose samples are alike; null where each is drawn by itself.
    /// <see cref="Detector.HoldOut"/> keeps groups whole.
    /// </summary>
    /// <exception cref="InputException">They are not as many as the samples.</exception>
    public IReadOnlyList<string>? Groups
    {
        get;
        init => field = value is null || value.Count == Count ? value
            : throw new InputException(Name, $"expected a group for each of {Count} samples, found {value.Count}");
    }

    /// <summary>
    /// The counts of image files that became 0 and 1 (<see cref="ReadOptions.Range"/>); null for all that a file's depth can hold.
    /// </summary>
    public (int Low, int High)? Range { get; init; }

    /// <summary>
    /// Of normal pictures with a fault drawn on each: which pixels of each, [height · width], are no longer the normal one's. Null of
    /// others. As a whole such pictures are near to the normal data.
    /// </summary>
    internal Func<int, bool[]>? Changed { get; init; }

    /// <summary>Whether these are negatives of every distance from the normal data, the nearest of which are hardly negative.</summary>
    internal bool IsGraded { get; init; }

    /// <summary>Whether samples are bytes scaled to [0, 1].</summary>
    public bool IsBytes => pixels is not null || make is not null;

    /// <summary>Bytes of the numbers that are held, those of which these are a part included.</summary>
    internal long HeldBytes =>
        numbers is null ? 0 : (long)numbers.Length * (pixels is not null ? 1 : values is not null ? sizeof(float) : sizeof(double));

    /// <summary>Whether images are made or read again whenever they are looked at.</summary>
    internal bool IsMade => make is not null;

    /// <summary>Whether samples are in double precision.</summary>
    internal bool IsPrecise => precise is not null;

    /// <summary>A hash of all samples, to tell whether a model was trained on these: equal data, equal text.</summary>
    public string Fingerprint()
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(SampleShape.Sizes));
        bool single = precise is not null && Enumerable.Range(0, Count).All(row => AreSingle(Of(precise, row)));
        var row = new float[single ? SampleShape.Count : 0];
        for (int i = 0; i < Count; i++)
        {
            if (IsBytes)
            {
                hash.Append(Pixels(i));
            }
            else if (single)
            {
                Read([i], row);
                Append<float>(row);
            }
            else if (values is not null)
            {
                Append(Of(values, i));
            }
            else
            {
                Append(Of(precise, i));
            }
        }

        return $"xxh128:{Convert.ToHexStringLower(hash.GetCurrentHash())}";

        static bool AreSingle(ReadOnlySpan<double> all)
        {
            foreach (double value in all)
            {
                if (value != (float)value)
                {
                    return false;
                }
            }

            return true;
        }

        // In pieces, since bytes are counted by an int.
        void Append<T>(ReadOnlySpan<T> rest) where T : struct
        {
            for (; !rest.IsEmpty; rest = rest[Math.Min(HashedAtOnce, rest.Length)..])
            {
                hash.Append(MemoryMarshal.AsBytes(rest[..Math.Min(HashedAtOnce, rest.Length)]));
            }
        }
    }

    /// <summary>Whether no sample differs from the first.</summary>
    internal bool AreEqual()
    {
        bool Same<T>(T[] all, int row) where T : IEquatable<T> => Of(all, row).SequenceEqual(Of(all, 0));
        byte[]? first = make is null || Count == 0 ? null : Pixels(0).ToArray();
        return Enumerable.Range(0, Count).All(row => first is not null ? Pixels(row).SequenceEqual(first)
            : pixels is not null ? Same(pixels, row) : values is not null ? Same(values, row) : Same(precise!, row));
    }

    /// <summary>How many numbers so many samples of a shape are.</summary>
    /// <exception cref="InputException">They are more than one array or tensor holds.</exception>
    internal static int Numbers(string name, Shape sample, long count)
    {
        long all = count * sample.Count;
        return all <= Array.MaxLength ? (int)all
            : throw new InputException(name,
                $"expected at most {Array.MaxLength} numbers together, found {all} ({count} samples {sample}); smaller samples (--size) or "
                + "fewer of them help");
    }

    /// <summary>How many samples of so many numbers each a budget of numbers has room for: at least one.</summary>
    internal static int RowsWithin(long budget, long each) => (int)Math.Clamp(budget / Math.Max(1, each), 1, int.MaxValue);

    /// <summary>The mean over all elements.</summary>
    public double Mean()
    {
        long bytes = 0;
        double sum = 0;
        for (int row = 0; row < Count; row++)
        {
            foreach (byte pixel in IsBytes ? Pixels(row) : [])
            {
                bytes += pixel;
            }

            foreach (float value in values is null ? [] : Of(values, row))
            {
                sum += value;
            }

            foreach (double value in precise is null ? [] : Of(precise, row))
            {
                sum += value;
            }
        }

        return Count == 0 ? 0 : (IsBytes ? bytes / 255.0 : sum) / ((double)Count * SampleShape.Count);
    }

    private void RequireFinite<T>(T[] all, Predicate<T> isFinite)
    {
        if (Array.FindIndex(all, v => !isFinite(v)) is >= 0 and var i)
        {
            throw new InputException(Name,
                FormattableString.Invariant(
                $"expected finite numbers, found {all[i]} in sample {i / SampleShape.Count}, element {i % SampleShape.Count}"));
        }
    }
}
