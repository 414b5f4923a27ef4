using System.IO.Enumeration;

namespace LisNative.Data;

/// <summary>
/// The files under a folder. What is hidden is passed over, and what is no file: a pipe would be waited for, and a device has no end. Links
/// to files are files; a link to a folder is followed unless it leads back to a folder that it lies in, and no real folder is read twice,
/// however many links lead there.
/// </summary>
internal sealed class FolderWalk(string root, ReadOptions options, int depth)
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>What file managers, archivers, network drives and file systems keep beside the files of people.</summary>
    private static readonly string[] Leftovers =
        ["__MACOSX", "@eaDir", "@Recycle", "@Recently-Snapshot", "#recycle", "#snapshot", "$RECYCLE.BIN", "RECYCLER",
        "System Volume Information", "lost+found", "Thumbs.db", "ehthumbs.db", "desktop.ini"];

    private readonly string realRoot = FileReader.Guard(root, () => RealPath(root));
    private readonly List<string> files = [];
    private readonly Stack<Folder> folders = [];
    private readonly SortedSet<Folder> links = new(Comparer<Folder>.Create((a, b) => string.CompareOrdinal(a.Path, b.Path)));
    private readonly HashSet<string> read = new(StringComparer.Ordinal);
    private readonly List<string> hiddenFiles = [], hiddenFolders = [], devices = [], cycles = [];

    /// <summary>What helps where a name holds other bytes.</summary>
    internal const string RenameIt = "expected a name in UTF-8, found other bytes; it must be renamed";

    /// <summary>
    /// The paths of all files, relative to the folder, with / between their parts, in ordinal order. What is passed over is told of. A path
    /// may have so many folders, this one included.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be read; one under it cannot, and <see cref="ReadOptions.Unreadable"/> is
    /// null.</exception>
    public static IReadOnlyList<string> Files(string folder, ReadOptions? options = null, int depth = int.MaxValue) =>
        new FolderWalk(folder, options ?? ReadOptions.Default, depth).Files();

    /// <summary>
    /// Whether a file or folder of this name is hidden: its name begins with a dot, or is one that systems give to what they keep beside
    /// the files of people.
    /// </summary>
    public static bool IsHidden(string name) =>
        (name.StartsWith('.') && name is not ("." or "..")) || Leftovers.Contains(name, StringComparer.OrdinalIgnoreCase);

    private List<string> Files()
    {
        folders.Push(new("", realRoot));
        while (folders.Count > 0 || links.Count > 0)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            if (folders.TryPop(out var folder))
            {
                Read(folder);
            }
            else if (links.Remove(folder = links.Min!))
            {
                Tolerate(folder.Path, () => Follow(folder));
            }
        }

        Tell(hiddenFiles, "hidden file", "");
        Tell(hiddenFolders, "hidden folder", "");
        Tell(devices, "special file", " (pipes, devices or sockets)");
        Tell(cycles, "link", ", leading back to a folder above");
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private void Read(Folder folder)
    {
        if (read.Add(folder.Real))
        {
            Tolerate(folder.Path, () =>
            {
                foreach (var (name, isFolder, isLink) in new FileSystemEnumerable<(string, bool, bool)>(
                    Path.Combine(root, folder.Path), Entry, All))
                {
                    Sort(folder, name, isFolder, isLink);
                }
            });
        }
    }

    private static (string Name, bool IsFolder, bool IsLink) Entry(ref FileSystemEntry entry) =>
        (entry.FileName.ToString(), entry.IsDirectory, entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint));

    private void Sort(Folder folder, string name, bool isFolder, bool isLink)
    {
        string path = folder.Path.Length == 0 ? name : $"{folder.Path}/{name}";
        if (IsHidden(name))
        {
            if (isFolder || ImageFiles.IsImage(name))
            {
                (isFolder ? hiddenFolders : hiddenFiles).Add(path);
            }
        }
        else if (!isFolder)
        {
            (FileStatus.IsDevice(Path.Combine(root, path)) ? devices : files).Add(path);
        }
        else if (path.AsSpan().Count('/') + 1 >= depth)
        {
            return;
        }
        else if (isLink)
        {
            links.Add(new(path, folder.Real));
        }
        else
        {
            folders.Push(new(path, Path.Combine(folder.Real, name)));
        }
    }

    /// <summary>Links wait until what lies under the folder itself has been read by its own names.</summary>
    private void Follow(Folder link)
    {
        string target = RealPath(Path.Combine(root, link.Path));
        if (Holds(target, link.Real) || Holds(target, realRoot))
        {
            cycles.Add(link.Path);
            return;
        }

        folders.Push(new(link.Path, target));
    }

    /// <summary>A folder under the root that is gone meanwhile has no files; one that cannot be read is told of.</summary>
    private void Tolerate(string path, Action work)
    {
        try
        {
            work();
        }
        catch (DirectoryNotFoundException) when (path.Length > 0 && !NoUtf8(path))
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var problem = new InputException(
                Path.Combine(root, path), NoUtf8(path) ? RenameIt : $"this folder cannot be read ({e.Message})", e);
            if (path.Length == 0 || options.Unreadable is null)
            {
                throw problem;
            }

            options.Unreadable(problem);
        }
    }

    private void Tell(List<string> passedOver, string what, string why)
    {
        if (passedOver.Count > 0)
        {
            passedOver.Sort(StringComparer.Ordinal);
            options.Warn(InputException.Printable(
                $"{root}: {passedOver.Count} {what}{(passedOver.Count == 1 ? "" : "s")} passed over{why}: "
                + $"{string.Join(", ", passedOver.Take(3))}{(passedOver.Count > 3 ? " …" : "")}"));
        }
    }

    /// <summary>Whether a name may hold bytes that are no UTF-8: they come as this character, by which nothing can be opened.</summary>
    internal static bool NoUtf8(string path) => path.Contains('\ufffd');

    private static bool Holds(string folder, string other) =>
        other == folder || other.StartsWith(
            Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path without links in it: the same for every path to a folder.</summary>
    private static string RealPath(string path)
    {
        path = Path.GetFullPath(path);
        string real = Path.GetPathRoot(path)!;
        foreach (string part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(next, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : next;
        }

        return real;
    }

    /// <param name="Path">From the root.</param>
    /// <param name="Real">Its real path; of a link, the real path of the folder that it lies in.</param>
    private sealed record Folder(string Path, string Real);
}
