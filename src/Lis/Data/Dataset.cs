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
    /// <summary>One of the three below.</summary>
    private readonly Array numbers;

    private readonly byte[]? pixels;
    private readonly float[]? values;
    private readonly double[]? precise;

    private const int HashedAtOnce = 1 << 26;

    /// <summary>Images: bytes in channel, row, column order, one sample after another.</summary>
    public Dataset(string name, Shape sample, byte[] pixels, int[] labels)
        : this(name, sample, (Array)pixels, labels)
    {
    }

    /// <summary>Vectors or images of any range.</summary>
    /// <exception cref="InputException">A value is NaN or infinite; the message says which.</exception>
    public Dataset(string name, Shape sample, float[] values, int[] labels)
        : this(name, sample, (Array)values, labels) => RequireFinite(values, float.IsFinite);

    /// <summary>
    /// Vectors in double precision, standardised in it before they become floats: 1.7e9 seconds differ by one, where floats differ by 128.
    /// </summary>
    /// <exception cref="InputException">A value is not finite as a float; the message says which.</exception>
    public Dataset(string name, Shape sample, double[] values, int[] labels)
        : this(name, sample, (Array)values, labels) => RequireFinite(values, v => float.IsFinite((float)v));

    private Dataset(string name, Shape sample, Array numbers, int[] labels)
    {
        (Name, SampleShape, Labels) = (name, sample, labels);
        (this.numbers, pixels, values, precise) = (numbers, numbers as byte[], numbers as float[], numbers as double[]);
        if (numbers.Length != (long)sample.Count * labels.Length)
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
    internal IReadOnlyList<bool[]>? Changed { get; init; }

    /// <summary>Whether samples are bytes scaled to [0, 1].</summary>
    public bool IsBytes => pixels is not null;

    /// <summary>Whether samples are in double precision.</summary>
    internal bool IsPrecise => precise is not null;

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Pixels(int row) => pixels.AsSpan(row * SampleShape.Count, SampleShape.Count);

    /// <summary>Copies samples into a contiguous run of floats.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> target)
    {
        int size = SampleShape.Count;
        for (int i = 0; i < rows.Length; i++)
        {
            var to = target.Slice(i * size, size);
            if (values is not null)
            {
                values.AsSpan(rows[i] * size, size).CopyTo(to);
                continue;
            }

            for (int j = 0; j < size; j++)
            {
                to[j] = pixels is not null ? pixels[(rows[i] * size) + j] * (1f / 255) : (float)precise![(rows[i] * size) + j];
            }
        }
    }

    /// <summary>Copies a sample in the precision that it has.</summary>
    internal void Read(int row, Span<double> target)
    {
        int at = row * SampleShape.Count;
        for (int j = 0; j < target.Length; j++)
        {
            target[j] = pixels is not null ? pixels[at + j] * (1f / 255) : values is not null ? values[at + j] : precise![at + j];
        }
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
        float[]? floats = values ?? (precise is not null && Array.TrueForAll(precise, v => v == (float)v) ? ToFloats() : null);
        if (pixels is not null)
        {
            hash.Append(pixels);
        }
        else if (floats is not null)
        {
            Append<float>(floats);
        }
        else
        {
            Append<double>(precise);
        }

        return $"xxh128:{Convert.ToHexStringLower(hash.GetCurrentHash())}";

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
        int size = SampleShape.Count;
        bool Same<T>(T[] all, int row) where T : IEquatable<T> => all.AsSpan(row * size, size).SequenceEqual(all.AsSpan(0, size));
        return Enumerable.Range(0, Count)
            .All(row => pixels is not null ? Same(pixels, row) : values is not null ? Same(values, row) : Same(precise!, row));
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
        double sum = pixels is not null ? pixels.Sum(p => (long)p) / 255.0 : values is not null ? values.Sum(v => (double)v)
            : precise!.Sum();
        return Count == 0 ? 0 : sum / ((double)Count * SampleShape.Count);
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
