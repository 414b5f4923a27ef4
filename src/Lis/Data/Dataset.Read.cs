using System.Buffers;

namespace LisNative.Data;

/// <summary>How samples are read: held ones where they lie, images that are not held by making them.</summary>
public sealed partial class Dataset
{
    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Pixels(int row) => make is not null ? make(Place(row)) : Of(pixels, row);

    private int Place(int row) => rows?[row] ?? row;

    private ReadOnlySpan<T> Of<T>(T[]? all, int row) => all.AsSpan(Place(row) * RowLength, SampleShape.Count);

    /// <summary>Copies samples into a contiguous run of floats.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> target)
    {
        int size = SampleShape.Count;
        byte[][]? made = make is null ? null : Made(rows.ToArray());
        for (int i = 0; i < rows.Length; i++)
        {
            var to = target.Slice(i * size, size);
            if (made is null)
            {
                Read(rows[i], 0, to);
            }
            else
            {
                Scale(made[i], to);
            }
        }
    }

    /// <summary>Copies a sample in the precision that it has.</summary>
    internal void Read(int row, Span<double> target)
    {
        if (precise is not null)
        {
            Of(precise, row).CopyTo(target);
            return;
        }

        float[] single = ArrayPool<float>.Shared.Rent(target.Length);
        Read(row, 0, single.AsSpan(0, target.Length));
        for (int j = 0; j < target.Length; j++)
        {
            target[j] = single[j];
        }

        ArrayPool<float>.Shared.Return(single);
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
            var from = Of(precise, row).Slice(start, target.Length);
            for (int j = 0; j < target.Length; j++)
            {
                target[j] = (float)from[j];
            }
        }
        else
        {
            Scale(Pixels(row).Slice(start, target.Length), target);
        }
    }

    /// <summary>The columns of these vectors: of all, or of so many at most, evenly spaced.</summary>
    internal double[][] SomeColumns(int mostRows, long mostNumbers)
    {
        int length = SampleShape.Count, some = Math.Min(Math.Min(mostRows, Count), RowsWithin(mostNumbers, length));
        double[][] columns = [.. Enumerable.Range(0, length).Select(_ => new double[some])];
        var row = new double[length];
        for (int i = 0; i < some; i++)
        {
            Read((int)((long)i * Count / some), row);
            for (int j = 0; j < length; j++)
            {
                columns[j][i] = row[j];
            }
        }

        return columns;
    }

    /// <summary>Bytes as numbers from 0 to 1.</summary>
    private static void Scale(ReadOnlySpan<byte> pixels, Span<float> target)
    {
        for (int j = 0; j < target.Length; j++)
        {
            target[j] = pixels[j] * (1f / 255);
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
    public void Load(ReadOnlySpan<int> rows, Tensor target) => Load(rows, target, null);

    /// <summary>The same, each sample changed on its way; told its place among the rows.</summary>
    internal void Load(ReadOnlySpan<int> rows, Tensor target, Action<int, Span<float>>? change)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Count != (long)rows.Length * SampleShape.Count)
        {
            throw new ArgumentException($"Load: {rows.Length} samples {SampleShape} into {target.Shape}");
        }

        float[] buffer = ArrayPool<float>.Shared.Rent(target.Count);
        Read(rows, buffer);
        for (int i = 0; change is not null && i < rows.Length; i++)
        {
            change(i, buffer.AsSpan(i * SampleShape.Count, SampleShape.Count));
        }

        target.Write<float>(buffer.AsSpan(0, target.Count));
        ArrayPool<float>.Shared.Return(buffer);
    }
}
