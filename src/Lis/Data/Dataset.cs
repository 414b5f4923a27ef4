using System.Buffers;
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

    private Dataset(string name, Shape sample, Array? numbers, Func<int, byte[]>? make, int[]? rows, int[] labels)
    {
        (Name, SampleShape, Labels, this.make, this.rows) = (name, sample, labels, make, rows);
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

    /// <summary>The names of a vector's numbers; null where the source has none.</summary>
    /// <exception cref="InputException">They are not as many as the numbers.</exception>
    public IReadOnlyList<string>? Columns
    {
        get;
        init => field = value is null || value.Count == SampleShape.Count ? value
            : throw new InputException(Name, $"expected a name for each of {SampleShape.Count} columns, found {value.Count}");
    }

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

    /// <summary>Whether samples are bytes scaled to [0, 1].</summary>
    public bool IsBytes => pixels is not null || make is not null;

    /// <summary>Bytes of the numbers that are held, those of which these are a part included.</summary>
    internal long HeldBytes =>
        numbers is null ? 0 : (long)numbers.Length * (pixels is not null ? 1 : values is not null ? sizeof(float) : sizeof(double));

    /// <summary>Whether images are made or read again whenever they are looked at.</summary>
    internal bool IsMade => make is not null;

    /// <summary>Whether samples are in double precision.</summary>
    internal bool IsPrecise => precise is not null;

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Pixels(int row) => make is not null ? make(Place(row)) : Of(pixels, row);

    private int Place(int row) => rows?[row] ?? row;

    private ReadOnlySpan<T> Of<T>(T[]? all, int row) => all.AsSpan(Place(row) * SampleShape.Count, SampleShape.Count);

    /// <summary>Copies samples into a contiguous run of floats.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> target)
    {
        int size = SampleShape.Count;
        byte[][]? made = make is null ? null : Made(rows.ToArray());
        for (int i = 0; i < rows.Length; i++)
        {
            var to = target.Slice(i * size, size);
            if (values is not null)
            {
                Of(values, rows[i]).CopyTo(to);
            }
            else if (precise is not null)
            {
                Copy(Of(precise, rows[i]), to, v => (float)v);
            }
            else
            {
                ReadOnlySpan<byte> from = made is null ? Of(pixels, rows[i]) : made[i];
                for (int j = 0; j < to.Length; j++)
                {
                    to[j] = from[j] * (1f / 255);
                }
            }
        }
    }

    /// <summary>Copies a sample in the precision that it has.</summary>
    internal void Read(int row, Span<double> target)
    {
        if (precise is not null)
        {
            Of(precise, row).CopyTo(target);
        }
        else if (values is not null)
        {
            Copy(Of(values, row), target, v => v);
        }
        else
        {
            Copy(Pixels(row), target, p => p * (1f / 255));
        }
    }

    /// <summary>Copies numbers of a sample that follow one another.</summary>
    internal void Read(int row, int start, Span<float> target)
    {
        if (values is not null)
        {
            Of(values, row).Slice(start, target.Length).CopyTo(target);
        }
        else if (precise is not null)
        {
            Copy(Of(precise, row)[start..], target, v => (float)v);
        }
        else
        {
            Copy(Pixels(row)[start..], target, p => p * (1f / 255));
        }
    }

    private static void Copy<T, TTo>(ReadOnlySpan<T> from, Span<TTo> to, Func<T, TTo> convert)
    {
        for (int j = 0; j < to.Length; j++)
        {
            to[j] = convert(from[j]);
        }
    }

    /// <summary>Does something for each of some images by several threads; a picture that cannot be read is its own exception.</summary>
    private static void Each(int count, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, work);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } problem)
        {
            throw new InputException(problem.Message, problem);
        }
    }

    /// <summary>Images that are not held, made by several threads.</summary>
    private byte[][] Made(int[] some)
    {
        var images = new byte[some.Length][];
        Each(some.Length, i => images[i] = make!(Place(some[i])));
        return images;
    }

    /// <summary>All samples, one after another.</summary>
    public float[] ToFloats()
    {
        var all = new float[Numbers(Name, SampleShape, Count)];
        Read([.. Enumerable.Range(0, Count)], all);
        return all;
    }

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

    /// <summary>A batch on a device: [rows, sample…].</summary>
    public Tensor Batch(Device device, ReadOnlySpan<int> rows)
    {
        Numbers(Name, SampleShape, rows.Length);
        var batch = device.Empty([rows.Length, .. SampleShape.Sizes]);
        Load(rows, batch);
        return batch;
    }

    /// <summary>Writes samples into a tensor [rows, sample…] that exists already, without allocating.</summary>
    /// <exception cref="ArgumentException">The tensor is not as long.</exception>
    public void Load(ReadOnlySpan<int> rows, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Count != (long)rows.Length * SampleShape.Count)
        {
            throw new ArgumentException($"Load: {rows.Length} samples {SampleShape} into {target.Shape}");
        }

        float[] buffer = ArrayPool<float>.Shared.Rent(target.Count);
        Read(rows, buffer);
        target.Write<float>(buffer.AsSpan(0, target.Count));
        ArrayPool<float>.Shared.Return(buffer);
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
