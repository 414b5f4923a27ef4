namespace LisNative.Data;

/// <summary>Samples a few at a time, with their names: a folder of a million images in the memory of some.</summary>
internal static class SampleStream
{
    /// <summary>Images decoded at once, and rows of what is no image.</summary>
    private const int Images = 64, Rows = 4096;

    /// <summary>Bytes that the images decoded at once may have, where more than one is.</summary>
    private const int Bytes = 16 << 20;

    /// <summary>
    /// Reads what <see cref="Sources.Open"/> reads; images when they are asked for, large ones a few at a time where options say their
    /// size.
    /// </summary>
    /// <exception cref="InputException">There is nothing, or nothing readable; while reading as well.</exception>
    public static IEnumerable<SampleBatch> Open(string path, ReadOptions? options = null)
    {
        options ??= ReadOptions.Default;
        if (options.Like is not null && FileStatus.IsDevice(path))
        {
            return Piped(path, new InterruptibleStream(FileReader.OpenRead(path), options.Cancellation), options);
        }

        if (ImageFiles.IsCollection(path) || (ImageFiles.IsImage(path) && File.Exists(path)))
        {
            long each = options.Sample?.Count ?? (options.Size is var (h, w) ? 3L * h * w : 1);
            return ImageFiles.Stream(path, (int)Math.Clamp(Bytes / each, 1, Images), options);
        }

        if (Sources.IsText(path))
        {
            return Csv.Stream(path, options);
        }

        var set = Sources.Open(path, options);
        return options.Sample is { } expected && set.SampleShape != expected
            ? throw new InputException(path, $"expected samples {expected}, found {set.SampleShape}")
            : FromDataset(path, set, options.Carried > 0);
    }

    /// <summary>What comes through a pipe: the rows of a table as soon as they are there, all else once it has ended.</summary>
    internal static IEnumerable<SampleBatch> Piped(string name, Stream stream, ReadOptions options)
    {
        var (head, whole) = PeekedStream.Peek(stream, Spool.Longest);
        return Spool.IsTable(head) ? Csv.Stream(name, options, whole)
            : FromDataset(name, Spool.Read(name, whole, options), options.Carried > 0);
    }

    /// <summary>The rows of a set, named by its name and their number in the file; all at once where they belong together.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public static IEnumerable<SampleBatch> FromDataset(string name, Dataset set, bool together = false) =>
        set.Count == 0 ? throw new InputException(name, "expected samples, found none")
        : Enumerable.Range(0, set.Count).Chunk(together ? set.Count : Rows).Select(rows =>
        {
            string[] names = [.. rows.Select(i => set is { Count: 1, RowNumbers: null } ? name : $"{name}#{set.NumberOf(i)}")];
            return new SampleBatch(names, () => new(names, rows.Length == set.Count ? set : set.Select(rows)), set.Count);
        });
}
