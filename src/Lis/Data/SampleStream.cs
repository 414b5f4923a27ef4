namespace LisNative.Data;

/// <summary>Samples a few at a time, with their names: a folder of a million images in the memory of some.</summary>
public static class SampleStream
{
    /// <summary>Images decoded at once, and rows of what is no image.</summary>
    private const int Images = 64, Rows = 4096;

    /// <summary>Reads what <see cref="Sources.Open"/> reads; images when they are asked for.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="options">How; as it is when null.</param>
    /// <returns>Samples named by their file, or by its name and their number there.</returns>
    /// <exception cref="Layers.InputException">There is nothing, or nothing readable; while reading as well.</exception>
    public static IEnumerable<SampleBatch> Open(string path, ReadOptions? options = null)
    {
        bool zip = Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) && File.Exists(path);
        return Directory.Exists(path) || zip ? ImageFiles.Stream(path, Images, options ?? ReadOptions.Default)
            : ImageFiles.IsImage(path) ? [new([path], () => Sources.Open(path, options))]
            : Sources.IsText(path) ? Csv.Stream(path, options ?? ReadOptions.Default)
            : Of(path, Sources.Open(path, options));
    }

    /// <summary>The rows of a set, named by its name and their number.</summary>
    public static IEnumerable<SampleBatch> Of(string name, Dataset set) =>
        Enumerable.Range(0, set.Count).Chunk(Rows).Select(rows => new SampleBatch([.. rows.Select(i => set.Count == 1 ? name : $"{name}#{i}")], () => rows.Length == set.Count ? set : set.Select(set.Name, rows)));
}
