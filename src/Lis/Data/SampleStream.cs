namespace LisNative.Data;

/// <summary>Samples a few at a time, with their names: a folder of a million images in the memory of some.</summary>
public static class SampleStream
{
    /// <summary>Images decoded at once.</summary>
    private const int Chunk = 64;

    /// <summary>Reads what <see cref="Sources.Open"/> reads; images as they are asked for.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="size">Height and width that images are scaled to; null demands that all have one size.</param>
    /// <returns>Samples named by their file, or by its name and their number there.</returns>
    /// <exception cref="Layers.InputException">There is nothing, or nothing readable; while reading as well.</exception>
    public static IEnumerable<(IReadOnlyList<string> Names, Dataset Samples)> Open(string path, (int Height, int Width)? size = null)
    {
        bool zip = Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) && File.Exists(path);
        return Directory.Exists(path) || zip ? ImageFiles.Stream(path, Chunk, size) : [Whole(path, size)];
    }

    private static (IReadOnlyList<string>, Dataset) Whole(string path, (int Height, int Width)? size)
    {
        var set = Sources.Open(path, size);
        return (set.Count == 1 ? [path] : Numbered(path, set.Count), set);
    }

    /// <summary>The names of samples that have none of their own.</summary>
    public static IReadOnlyList<string> Numbered(string source, int count) => [.. Enumerable.Range(0, count).Select(i => $"{source}#{i}")];
}
