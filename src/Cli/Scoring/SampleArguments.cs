using LisNative.Data;
using LisNative.Experiments;
using LisNative.Layers;
using Microsoft.Extensions.FileSystemGlobbing;

namespace LisNative.Cli.Scoring;

/// <summary>What a user names to be scored: files, folders, zips, patterns, data sets, and - for a list of paths on standard input.</summary>
internal static class SampleArguments
{
    /// <summary>The samples of all of them in turn, some at a time.</summary>
    /// <exception cref="InputException">One names nothing; said before any is read.</exception>
    internal static IEnumerable<SampleBatch> Open(IEnumerable<string> arguments, DataFolder data, ReadOptions how)
    {
        IEnumerable<string>[] paths = [.. arguments.Select(Paths)];
        return paths.SelectMany(p => p).SelectMany(a => IsDataset(a) ? SampleStream.Of(a, data.Open(a, train: false, how)) : SampleStream.Open(a, how));
    }

    private static bool IsDataset(string argument) => Sources.Names.Contains(argument.Split(':')[0]) && !Path.Exists(argument);

    private static IEnumerable<string> Paths(string argument) =>
        argument == "-" ? Lines(Console.In)
        : Sources.Exists(argument) || IsDataset(argument) ? [argument]
        : argument.IndexOfAny(['*', '?']) >= 0 ? Matches(argument)
        : throw new InputException(argument, "expected a file or folder, found nothing");

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Matches(string pattern)
    {
        string[] parts = pattern.Replace('\\', '/').Split('/');
        int wild = Array.FindIndex(parts, p => p.AsSpan().IndexOfAny('*', '?') >= 0);
        string root = string.Join('/', parts[..wild]) is var start && pattern[0] == '/' ? $"/{start.TrimStart('/')}" : start;
        var found = new Matcher().AddInclude(string.Join('/', parts[wild..])).GetResultsInFullPath(root.Length == 0 ? "." : root).Order(StringComparer.Ordinal).ToArray();
        return found.Length > 0 ? found.Select(f => Path.GetRelativePath(".", f)) : throw new InputException(pattern, "expected files that match, found none");
    }
}
