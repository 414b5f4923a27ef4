using System.IO.Compression;
using LisNative.Layers;

namespace LisNative.Data;

/// <summary>Folders and zips of PNG and JPEG images. Subfolders are classes, numbered in the order of their names.</summary>
public static class ImageFiles
{
    private const long MaxEntry = 256L << 20;

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp"];

    /// <summary>Every image under a folder, in the order of the paths.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How; as it is when null.</param>
    /// <exception cref="InputException">There is none, one cannot be decoded, or sizes differ.</exception>
    public static Dataset ReadFolder(string folder, ReadOptions? options = null) => Assemble(folder, [.. InFolder(folder)], options ?? ReadOptions.Default, null);

    /// <summary>Every image in a zip whose path begins with <paramref name="prefix"/>, in the order of the paths.</summary>
    /// <param name="path">The zip.</param>
    /// <param name="options">How; as it is when null.</param>
    /// <param name="prefix">A folder inside.</param>
    /// <param name="classes">Class names in the order of their numbers; null numbers the folders by name.</param>
    /// <exception cref="InputException">It is damaged, holds no image, or sizes differ.</exception>
    public static Dataset ReadZip(string path, ReadOptions? options = null, string prefix = "", IReadOnlyList<string>? classes = null)
    {
        using var file = FileReader.Guard(path, () => File.OpenRead(path));
        return FileReader.At(path, file, () => Assemble(path, InZip(new ZipArchive(file), file, path, prefix), options ?? ReadOptions.Default, classes));
    }

    /// <summary>One picture from memory, as the same file would be read: for a detector, of the size of its <see cref="Detector.Sample"/>.</summary>
    /// <param name="bytes">A whole PNG, JPEG or BMP file.</param>
    /// <param name="options">How; as it is when null.</param>
    /// <exception cref="InputException">It cannot be decoded.</exception>
    public static Dataset Decode(ReadOnlyMemory<byte> bytes, ReadOptions? options = null) => Decode(bytes.ToArray(), "picture", options ?? ReadOptions.Default);

    /// <summary>One picture from a stream, read to its end; see <see cref="Decode(ReadOnlyMemory{byte}, ReadOptions)"/>.</summary>
    /// <exception cref="InputException">It cannot be decoded.</exception>
    public static Dataset Decode(Stream stream, ReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Decode(bytes.ToArray(), "picture", options);
    }

    internal static Dataset Decode(byte[] bytes, string source, ReadOptions options)
    {
        var stack = new PictureStack(source, 1, options);
        stack.Add(Picture.Read(bytes, source, options), source);
        return stack.ToDataset([0]);
    }

    /// <summary>The images of a folder or zip, some at a time, with their paths.</summary>
    internal static IEnumerable<SampleBatch> Stream(string path, int count, ReadOptions options)
    {
        using var zip = Directory.Exists(path) ? null : FileReader.Guard(path, () => File.OpenRead(path));
        var files = zip is null ? InFolder(path) : FileReader.At(path, zip, () => InZip(new ZipArchive(zip), zip, path, ""));
        foreach (var some in files.Chunk(count).DefaultIfEmpty([]))
        {
            yield return new([.. some.Select(f => $"{path}/{f.Name}")], () => Read(some));
        }

        Dataset Read(IReadOnlyList<(string, Func<byte[]>)> some) => zip is null ? Assemble(path, some, options, null) : FileReader.At(path, zip, () => Assemble(path, some, options, null));
    }

    /// <summary>The names of a folder are all that is held at once: they are read in order.</summary>
    private static IEnumerable<(string Name, Func<byte[]> Read)> InFolder(string folder)
    {
        string[] names = FileReader.Guard(folder, () => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsImage).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).ToArray());
        Array.Sort(names, StringComparer.Ordinal);
        return names.Select(name => (name, new Func<byte[]>(() => FileReader.ReadAll(Path.Combine(folder, name)))));
    }

    private static IReadOnlyList<(string Name, Func<byte[]> Read)> InZip(ZipArchive zip, FileStream file, string path, string prefix)
    {
        if (zip.Entries.Sum(e => Math.Max(0, e.CompressedLength)) is var packed && packed > file.Length)
        {
            throw new InvalidDataException($"its entries, {packed} bytes, overlap");
        }

        var entries = zip.Entries.Where(e => IsImage(e.FullName) && e.FullName.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(e => e.FullName, StringComparer.Ordinal).ToArray();
        return entries.Length == 0 ? throw new InputException(path, file.Length, "expected PNG or JPEG images, found none") : [.. entries.Select(e => (e.FullName[prefix.Length..], new Func<byte[]>(() =>
        {
            using var stream = e.Open();
            return FileReader.ReadToEnd(stream, e.FullName, Math.Min(MaxEntry, FileReader.MaxUnpacked(e.CompressedLength)));
        })))];
    }

    /// <summary>Whether a file is read as an image, by its name.</summary>
    public static bool IsImage(string name) => Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    private static Dataset Assemble(string source, IReadOnlyList<(string Name, Func<byte[]> Read)> files, ReadOptions options, IReadOnlyList<string>? classes)
    {
        if (files.Count == 0)
        {
            throw new InputException(source, "expected PNG or JPEG images, found none");
        }

        var names = classes ?? [.. files.Select(f => Class(f.Name)).Distinct().Order(StringComparer.Ordinal)];
        var labels = new int[files.Count];
        var stack = new PictureStack(source, files.Count, options);
        for (int i = 0; i < files.Count; i++)
        {
            string name = $"{source}/{files[i].Name}";
            stack.Add(Picture.Read(files[i].Read(), name, options), name);
            labels[i] = names.IndexOf(Class(files[i].Name)) is >= 0 and var label ? label
                : throw new InputException(name, $"expected a class folder among {string.Join(", ", names)}, found \"{Class(files[i].Name)}\"");
        }

        return stack.ToDataset(labels);
    }

    private static string Class(string name) => name.Contains('/') ? name[..name.LastIndexOf('/')] : "";

    private static int IndexOf(this IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}
