using System.IO.Compression;

namespace LisNative.Data;

/// <summary>Images by their names in order, each to be read when it is asked for, by any thread.</summary>
/// <param name="Path">The folder, zip or file.</param>
/// <param name="Names">Relative to it; empty for the file itself.</param>
/// <param name="Bytes">What one holds.</param>
/// <param name="IsLasting">Whether they can be read again later: those of a zip as long as it is open.</param>
internal sealed record ImageSource(string Path, IReadOnlyList<string> Names, Func<int, byte[]> Bytes, bool IsLasting = false)
{
    private const long MaxEntry = 256L << 20;

    /// <summary>The path of one, for people.</summary>
    internal string this[int i] => Names[i].Length == 0 ? Path : $"{System.IO.Path.TrimEndingDirectorySeparator(Path)}/{Names[i]}";

    internal static ImageSource OfFile(string path) => new(path, [""], _ => FileReader.ReadAll(path));

    internal static ImageSource OfFolder(string folder, ReadOptions options)
    {
        var names = Images(folder, FolderWalk.Files(folder, options), name => name, options, problem => new(folder, problem));
        return new(folder, names, i => ReadFile(System.IO.Path.Combine(folder, names[i])), IsLasting: true);
    }

    /// <summary>Those whose path begins with <paramref name="prefix"/>, which their names then lack.</summary>
    internal static ImageSource FromZip(string path, FileStream file, string prefix, ReadOptions options) => FileReader.At(path, file, () =>
    {
        var zip = new ZipArchive(file);
        if (zip.Entries.Sum(e => Math.Max(0, e.CompressedLength)) is var packed && packed > file.Length)
        {
            throw new InvalidDataException($"its entries, {packed} bytes, overlap");
        }

        var files = zip.Entries.Where(e => !Name(e).EndsWith('/') && Name(e).StartsWith(prefix, StringComparison.Ordinal))
            .ToLookup(e => Name(e).Split('/').Any(FolderWalk.IsHidden));
        if (files[true].Count(e => ImageFiles.IsImage(e.FullName)) is > 0 and var hidden)
        {
            options.Warn(InputException.Printable(
                $"{path}: {hidden} hidden {(hidden == 1 ? "file" : "files")} passed over: "
                + $"{Name(files[true].First(e => ImageFiles.IsImage(e.FullName)))}{(hidden == 1 ? "" : " …")}"));
        }

        var entries = Images(path, [.. files[false].OrderBy(Name, StringComparer.Ordinal)], Name, options,
            problem => new(path, file.Length, problem));
        string[] names = [.. entries.Select(e => Name(e)[prefix.Length..])];
        return new ImageSource(path, names, i => ReadEntry(entries[i], $"{path}/{names[i]}", file), IsLasting: true);
    });

    /// <summary>With / between its parts, which old programs for Windows write as \.</summary>
    private static string Name(ZipArchiveEntry entry) => entry.FullName.Replace('\\', '/');

    /// <summary>What is read as an image; the rest is told of.</summary>
    private static T[] Images<T>(string source, IReadOnlyList<T> files, Func<T, string> name, ReadOptions options, Func<string,
        InputException> none)
    {
        T[] images = [.. files.Where(f => ImageFiles.IsImage(name(f)))];
        int others = files.Count - images.Length;
        if (others > 0 || images.Length == 0)
        {
            var kinds = files.Select(name).Where(f => !ImageFiles.IsImage(f))
                .CountBy(f => System.IO.Path.GetExtension(f).ToLowerInvariant()).OrderByDescending(k => k.Value)
                .ThenBy(k => k.Key, StringComparer.Ordinal).ToArray();
            string found =
                $"{others} {(others == 1 ? "file" : "files")} left out: "
                + $"{string.Join(", ", kinds.Take(5).Select(k => $"{k.Value} {(k.Key.Length == 0 ? "without an ending" : k.Key)}"))}"
                + $"{(kinds.Length > 5 ? " …" : "")}";
            if (images.Length == 0)
            {
                throw none(
                    "expected PNG, JPEG or BMP images, found "
                    + $"none{(others == 0 ? "" : $"; {found}; pictures of other kinds must be converted, to PNG for example")}");
            }

            options.Warn(InputException.Printable($"{source}: {found}; PNG, JPEG and BMP images are read"));
        }

        return images;
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return FileReader.ReadAll(path);
        }
        catch (InputException e) when (FolderWalk.NoUtf8(path) && !File.Exists(path))
        {
            throw new InputException(path, FolderWalk.RenameIt, e);
        }
    }

    /// <summary>A zip is read by one thread at a time.</summary>
    private static byte[] ReadEntry(ZipArchiveEntry entry, string name, FileStream file)
    {
        lock (file)
        {
            return entry.IsEncrypted ? throw new InputException(name, "expected an entry that anybody can read, found an encrypted one")
                : FileReader.At(name, file, () => FileReader.ReadEntry(entry, MaxEntry));
        }
    }
}
