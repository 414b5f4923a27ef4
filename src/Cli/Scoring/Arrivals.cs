using LisNative.Data;

namespace LisNative.Cli.Scoring;

/// <summary>
/// The images of a folder as they arrive, by looking again and again: it works on every file system, and tells when a file is whole.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="how">Who is told of what is passed over.</param>
internal sealed class Arrivals(string folder, ReadOptions how)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<string, (Sight Last, bool Taken)> seen = new(StringComparer.Ordinal);
    private HashSet<string> troubles = [];
    private bool before;

    /// <summary>
    /// Reads each image once it is whole: its size and time are the same at two looks and after it was read. It is read again when it
    /// changes. A folder that cannot be read is warned of, and watched further. Ends when cancelled.
    /// </summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    internal IEnumerable<T> Watch<T>(Func<string, T> read, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(folder, "expected a folder to watch, found none");
        }

        do
        {
            foreach (string path in Look())
            {
                var now = Sight.Of(path);
                if (now.Size == 0)
                {
                    continue;       // gone, or just begun
                }

                if (!seen.TryGetValue(path, out var known) || known.Last != now)
                {
                    seen[path] = (now, false);
                }
                else if (!known.Taken)
                {
                    var result = read(path);
                    if (Sight.Of(path) == now)
                    {
                        seen[path] = (now, true);
                        yield return result;
                    }
                }
            }
        }
        while (!cancellation.WaitHandle.WaitOne(Between));
    }

    /// <summary>
    /// The images that are there; none while the folder is away. What is gone is forgotten, unless it may only be out of sight.
    /// </summary>
    private List<string> Look()
    {
        var now = new HashSet<string>(StringComparer.Ordinal);
        List<string> paths = [];
        try
        {
            var options = how with { Unreadable = e => now.Add(e.Message), Warn = before ? _ => { } : how.Warn };
            paths = [.. FolderWalk.Files(folder, options).Where(ImageFiles.IsImage).Select(name => Path.Combine(folder, name))];
            before = true;
        }
        catch (InputException e)
        {
            now.Add(e.Message);
        }

        foreach (string trouble in now.Except(troubles))
        {
            how.Warn($"{trouble}; watching goes on");
        }

        if (now.Count == 0 && Directory.Exists(folder))
        {
            foreach (string gone in seen.Keys.Except(paths).ToArray())
            {
                seen.Remove(gone);
            }
        }

        troubles = now;
        return paths;
    }

    /// <summary>What tells two states of a file apart.</summary>
    private readonly record struct Sight(long Size, DateTime Time)
    {
        internal static Sight Of(string path) =>
            new FileInfo(path) is { Exists: true } file ? new(file.Length, file.LastWriteTimeUtc) : default;
    }
}
