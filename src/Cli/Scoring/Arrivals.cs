using LisNative.Data;
using LisNative.Layers;

namespace LisNative.Cli.Scoring;

/// <summary>The images of a folder as they arrive, by looking again and again: it works on every file system, and tells when a file is whole.</summary>
internal static class Arrivals
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    /// <summary>Each image once, those there already first; when its size has not changed between two looks. Ends when cancelled.</summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    internal static IEnumerable<string> Watch(string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(folder, "expected a folder to watch, found none");
        }

        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        do
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => ImageFiles.IsImage(f.Name)).OrderBy(f => f.FullName, StringComparer.Ordinal))
            {
                const long Given = -1;
                long size = file.Exists ? file.Length : 0;
                if (!seen.TryGetValue(file.FullName, out long before) || (before != Given && before != size) || size == 0)
                {
                    seen[file.FullName] = size;
                }
                else if (before != Given)
                {
                    seen[file.FullName] = Given;
                    yield return Path.Combine(folder, Path.GetRelativePath(folder, file.FullName));
                }
            }
        }
        while (!cancellation.WaitHandle.WaitOne(Between));
    }
}
