namespace LisNative.Experiments;

/// <summary>Files that travel within the assembly.</summary>
internal static class Resource
{
    internal static string Text(string name)
    {
        using var reader = new StreamReader(typeof(Resource).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>A table's rows of cells, its header first.</summary>
    internal static string[][] Csv(string name) =>
        [.. Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r').Split(','))];
}
