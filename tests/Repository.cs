namespace LisNative.Tests;

/// <summary>The files of this repository, by their paths in it.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    internal static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>The files below a folder, or those in it alone.</summary>
    internal static IEnumerable<string> Files(string folder, string pattern, bool below = true) =>
        Directory.GetFiles(PathOf(folder), pattern, below ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
            .Select(file => Path.GetRelativePath(Root, file)).Order();

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LisNative.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
