namespace LisNative.Data;

/// <summary>
/// Folders and zips of PNG, JPEG and BMP images. Subfolders are classes, numbered in the order of their names; what is hidden is passed
/// over (<see cref="FolderWalk"/>).
/// </summary>
public static class ImageFiles
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp"];

    /// <summary>Every image under a folder, in the order of the paths.</summary>
    /// <exception cref="InputException">There is none, none can be read, one cannot and nobody is told, or sizes differ.</exception>
    internal static Dataset ReadFolder(string folder, ReadOptions? options = null) =>
        ReadAll(ImageSource.OfFolder(folder, options ?? ReadOptions.Default), options ?? ReadOptions.Default, null);

    /// <summary>
    /// Every image in a zip whose path begins with a prefix, in the order of the paths. Class names, where given, number the folders, else
    /// their order does. Where images are not held the zip stays open as long as they are used.
    /// </summary>
    /// <exception cref="InputException">It is damaged, holds no image, none can be read, one cannot and nobody is told, or sizes
    /// differ.</exception>
    internal static Dataset ReadZip(string path, ReadOptions? options = null, string prefix = "", IReadOnlyList<string>? classes = null)
    {
        var file = FileReader.Guard(path, () => File.OpenRead(path));
        Dataset? read = null;
        try
        {
            options ??= ReadOptions.Default;
            return read = ReadAll(ImageSource.FromZip(path, file, prefix, options), options, classes);
        }
        finally
        {
            if (read is not { IsMade: true })
            {
                file.Dispose();
            }
        }
    }

    /// <summary>
    /// One picture from memory, as the same file would be read: for a detector, of the size of its <see cref="Detector.SampleShape"/>.
    /// </summary>
    /// <param name="bytes">A whole PNG, JPEG or BMP file.</param>
    /// <param name="options">How; as it is when null.</param>
    /// <exception cref="InputException">It cannot be decoded, or is larger than the options allow.</exception>
    public static Dataset Decode(ReadOnlyMemory<byte> bytes, ReadOptions? options = null)
    {
        FileReader.CheckLength(bytes.Length, 0, options ??= ReadOptions.Default);
        return Decode(bytes.ToArray(), options);
    }

    /// <summary>One picture from a stream, read to its end; see <see cref="Decode(ReadOnlyMemory{byte}, ReadOptions)"/>.</summary>
    /// <inheritdoc cref="Decode(ReadOnlyMemory{byte}, ReadOptions)" path="/exception"/>
    public static Dataset Decode(Stream stream, ReadOptions options) => Decode(FileReader.ReadPicture(stream, options), options);

    /// <summary>Whether a file is read as an image, by its name.</summary>
    internal static bool IsImage(string name) => Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    private static Dataset Decode(byte[] bytes, ReadOptions options) => ReadAll(new("picture", [""], _ => bytes), options, null);

    /// <summary>One image.</summary>
    internal static Dataset ReadFile(string path, ReadOptions options) => ReadAll(ImageSource.OfFile(path), options, null);

    /// <summary>Whether a path is a folder or a zip, whose files are samples.</summary>
    internal static bool IsCollection(string path) => Directory.Exists(path)
        || (Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) && File.Exists(path) && !FileStatus.IsDevice(path));

    /// <summary>The images of a folder or zip, or one image, some at a time, with their paths.</summary>
    internal static IEnumerable<SampleBatch> Stream(string path, int count, ReadOptions options)
    {
        bool folder = Directory.Exists(path);
        using var zip = folder || IsImage(path) ? null : FileReader.Guard(path, () => File.OpenRead(path));
        var source = folder ? ImageSource.OfFolder(path, options) : zip is null ? ImageSource.OfFile(path)
            : ImageSource.FromZip(path, zip, "", options);
        int[] labels = Labels(source, null);
        foreach (int[] rows in Enumerable.Range(0, labels.Length).Chunk(count))
        {
            yield return new(
                [.. rows.Select(i => source[i])], () => ReadSome(source, rows[0], rows.Length, labels, options), labels.Length);
        }
    }

    /// <summary>
    /// All images. Those of another size than the first are refused together: it is for the user to say what becomes of them.
    /// </summary>
    private static Dataset ReadAll(ImageSource source, ReadOptions options, IReadOnlyList<string>? classes)
    {
        int[] labels = Labels(source, classes);
        var images = new GatheredImages(source, 0, labels.Length, options);
        if (images.Rows.Count == 0)
        {
            throw images.Problems is [var only] ? only
                : new InputException($"{source.Path}: none of {labels.Length} images can be read; the first: {images.Problems[0].Message}",
                    images.Problems[0]);
        }

        if (images.Problems.OfType<OtherSizeException>().ToArray() is [var first, ..] others)
        {
            throw new InputException($"{first.Message} ({others.Length} of {labels.Length} images differ)", first);
        }

        images.Problems.ForEach(p => options.Unreadable!(p));
        return images.ToDataset(labels).Grouped(SampleGroups.OfFiles(source.Path, images.Rows.Select(i => source.Names[i]), options.Group));
    }

    /// <summary>Those of some images that can be read.</summary>
    private static NamedSamples? ReadSome(ImageSource source, int first, int count, int[] labels, ReadOptions options)
    {
        var images = new GatheredImages(source, first, count, options);
        images.Problems.ForEach(options.Unreadable ?? (p => throw p));
        return images.Rows.Count == 0 ? null : new([.. images.Rows.Select(i => source[i])], images.ToDataset(labels));
    }

    /// <summary>The class of each image: the number of its folder.</summary>
    private static int[] Labels(ImageSource source, IReadOnlyList<string>? classes)
    {
        classes ??= [.. source.Names.Select(Class).Distinct().Order(StringComparer.Ordinal)];
        var numbers = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        return [.. source.Names.Select((name, i) => numbers.TryGetValue(Class(name), out int label) ? label
            : throw new InputException(source[i], $"expected a class folder among {string.Join(", ", classes)}, found \"{Class(name)}\""))];
    }

    /// <summary>The folder of an image: its class, unless another is said.</summary>
    internal static string Class(string name) => name.Contains('/') ? name[..name.LastIndexOf('/')] : "";
}
