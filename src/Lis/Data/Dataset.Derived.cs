namespace LisNative.Data;

/// <remarks>Sets that are made of others: some of their samples, or all in another order, size or company.</remarks>
public sealed partial class Dataset
{
    /// <summary>Other numbers, with a set's columns and range; what is made of windows is single samples.</summary>
    private Dataset(Dataset origin, string name, Shape sample, Array numbers, int[] labels)
        : this(name, sample, numbers, null, null, labels) =>
        (Columns, Range, Encoding) = origin.Windows is null ? (origin.Columns, origin.Range, origin.Encoding) : (null, null, null);

    /// <summary>Samples of another set, with its columns and range.</summary>
    private Dataset(Dataset origin, string name, int[]? rows, int[] labels)
        : this(name, origin.SampleShape, origin.numbers, origin.make, rows, labels, origin.Windows) =>
        (Columns, Range, Encoding, TimeColumn) = (origin.Columns, origin.Range, origin.Encoding, origin.TimeColumn);

    /// <summary>The same samples, with all that is known of each.</summary>
    private Dataset(Dataset origin, string name, int[] labels) : this(origin, name, origin.rows, labels) =>
        (Groups, Times, RowNumbers, Changed) = (origin.Groups, origin.Times, origin.RowNumbers, origin.Changed);

    /// <summary>The rows of a table, by what its cells become.</summary>
    internal static Dataset Encoded(
        string name, TableEncoding encoding, double[] cells, int[]? labels = null, int[]? numbers = null) =>
        new(name, [encoding.Names.Length], encoding.Encode(cells), labels ?? new int[cells.Length / encoding.Columns.Count])
        { Columns = encoding.Names, Encoding = encoding, RowNumbers = numbers };

    /// <summary>
    /// Images that are made by their numbers when they are looked at, by any thread, or at once where all are few bytes; the same bytes
    /// either way.
    /// </summary>
    internal static Dataset Made(
        string name, Shape sample, int[] labels, Func<int, byte[]> make, long most, Func<int, bool[]>? changed = null)
    {
        var made = new Dataset(name, sample, null, make, null, labels) { Changed = changed };
        return (long)sample.Count * labels.Length <= Math.Min(most, Array.MaxLength) ? made.Held() : made;
    }

    /// <summary>The same samples, all of them held.</summary>
    internal Dataset Held() =>
        make is null ? this : new(this, Name, SampleShape, ToBytes(), Labels) { Groups = Groups, Changed = Changed };

    /// <summary>The samples of the given classes.</summary>
    public Dataset OfClasses(params int[] classes) =>
        Select($"{Name} class {string.Join("+", classes)}", [.. Enumerable.Range(0, Count).Where(i => classes.Contains(Labels[i]))]);

    /// <summary>The samples with the given numbers, in that order. They are not copied.</summary>
    public Dataset Select(string name, ReadOnlySpan<int> rows)
    {
        var labels = new int[rows.Length];
        string[]? groups = Groups is null ? null : new string[rows.Length];
        double[]? times = Times is null ? null : new double[rows.Length];
        int[]? numbers = RowNumbers is null ? null : new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            labels[i] = Labels[rows[i]];
            groups?[i] = Groups![rows[i]];
            times?[i] = Times![rows[i]];
            numbers?[i] = RowNumbers![rows[i]];
        }

        int[] chosen = rows.ToArray();
        return new(this, name, this.rows is null ? chosen : Array.ConvertAll(chosen, Place), labels)
        { Groups = groups, Times = times, RowNumbers = numbers, Changed = Changed is { } changed ? i => changed(chosen[i]) : null };
    }

    /// <summary>The same under this name.</summary>
    internal Dataset Select(ReadOnlySpan<int> rows) => Select(Name, rows);

    /// <summary>The first samples, so many at most.</summary>
    internal Dataset Head(int most) => Select([.. Enumerable.Range(0, Math.Min(most, Count))]);

    /// <summary>The same samples under another name.</summary>
    internal Dataset Named(string name) => new(this, name, Labels);

    /// <summary>The same samples, each in a group; null takes groups off.</summary>
    /// <exception cref="InputException">They are not as many as the samples.</exception>
    public Dataset Grouped(IReadOnlyList<string>? groups) => new(this, Name, Labels) { Groups = groups };

    /// <summary>
    /// This and another set of the same shape, one after the other; numbers where one of them is of bytes and the other of numbers.
    /// </summary>
    /// <exception cref="InputException">The shapes or names of columns differ.</exception>
    public Dataset Concat(Dataset other)
    {
        other = other.Like(this);
        string name = $"{Name}, {other.Name}";
        Numbers(name, SampleShape, (long)Count + other.Count);
        int[] labels = [.. Labels, .. other.Labels];
        string[]? groups = Groups is null && other.Groups is null ? null : [.. OwnGroups(), .. other.OwnGroups()];
        Array both = IsBytes && other.IsBytes ? (byte[])[.. ToBytes(), .. other.ToBytes()]
            : precise is null && other.precise is null ? (float[])[.. ToFloats(), .. other.ToFloats()]
            : (double[])[.. ToDoubles(), .. other.ToDoubles()];
        double[]? times = Times is null || other.Times is null ? null : [.. Times, .. other.Times];
        return new(this, name, SampleShape, both, labels) { Groups = groups, Times = times, TimeColumn = TimeColumn };
    }

    /// <summary>
    /// These images in another size, each new pixel the mean over its area, rounded to a byte, as images from files are scaled.
    /// </summary>
    /// <exception cref="InputException">They are not images of bytes.</exception>
    public Dataset Resized(int height, int width)
    {
        if (SampleShape.Rank == 3 && (height, width) == (SampleShape[1], SampleShape[2]))
        {
            return this;
        }

        if (!IsBytes)
        {
            throw new InputException(Name,
                $"expected images of bytes to scale to {height}×{width}, found {(SampleShape.Rank == 3 ? "floats" : "vectors")} "
                + $"{SampleShape}");
        }

        Shape resized = [SampleShape[0], height, width];
        Numbers(Name, resized, Count);
        byte[] scaled = [.. Enumerable.Range(0, Count)
            .SelectMany(i => new Picture<byte>(SampleShape[0], SampleShape[1], SampleShape[2], Pixels(i).ToArray())
            .Resize(height, width).Pixels)];
        return new(this, Name, resized, scaled, Labels) { Groups = Groups };
    }

    /// <summary>These samples as those of another set are: of their shape, and vectors with their columns in the other's order.</summary>
    /// <exception cref="InputException">The shapes or names of columns differ.</exception>
    internal Dataset Like(Dataset other) => SampleShape == other.SampleShape ? WithColumns(other.Columns)
        : throw new InputException(Name, $"expected samples {other.SampleShape} as in {other.Name}, found {SampleShape}");

    /// <summary>These vectors with their columns in the order of some names; as they are where names are not known of both.</summary>
    /// <exception cref="InputException">Columns are missing, or there are others.</exception>
    internal Dataset WithColumns(IReadOnlyList<string>? names)
    {
        if (names is null || Columns is null || names.SequenceEqual(Columns))
        {
            return this;
        }

        if (Windows is not null)
        {
            return OverRows(all => all.WithColumns(names));
        }

        string[] missing = [.. names.Except(Columns)], others = [.. Columns.Except(names)];
        if (missing.Length + others.Length > 0)
        {
            throw new InputException(Name,
                $"expected columns {TableColumns.List(names)}, found {TableColumns.List(Columns)}: "
                + $"{(missing.Length > 0 ? $"no {TableColumns.List(missing)}"
                    : $"{TableColumns.List(others)} not expected, {nameof(ReadOptions)}.{nameof(ReadOptions.Like)} leaves such out")}");
        }

        if (names.Count != Columns.Count || Columns.Distinct().Count() != Columns.Count)
        {
            throw new InputException(Name,
                $"expected columns of different names, by which their order is found, and {TableColumns.List(names)}, found "
                + $"{TableColumns.List(Columns)}");
        }

        var place = Columns.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        int[] places = [.. names.Select(n => place[n])];
        T[] Ordered<T>(T[] all) => [.. Enumerable.Range(0, all.Length)
            .Select(i => all[i - (i % places.Length) + places[i % places.Length]])];
        Array ordered = IsBytes ? Ordered(ToBytes()) : values is not null ? Ordered(ToFloats()) : Ordered(ToDoubles());
        return new(this, Name, SampleShape, ordered, Labels)
        { Columns = names, Groups = Groups, Times = Times, RowNumbers = RowNumbers, TimeColumn = TimeColumn };
    }

    /// <summary>The groups; where there are none, one for each sample.</summary>
    private IEnumerable<string> OwnGroups() => Groups ?? Enumerable.Range(0, Count).Select(i => $"{Name}#{i}");

    private byte[] ToBytes()
    {
        var all = new byte[Numbers(Name, SampleShape, Count)];
        Each(Count, row => Pixels(row).CopyTo(all.AsSpan(row * SampleShape.Count)));
        return all;
    }

    internal double[] ToDoubles()
    {
        var all = new double[Numbers(Name, SampleShape, Count)];
        for (int row = 0; row < Count; row++)
        {
            Read(row, all.AsSpan(row * SampleShape.Count, SampleShape.Count));
        }

        return all;
    }
}
