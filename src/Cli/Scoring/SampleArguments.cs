using System.Text.RegularExpressions;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Scoring;

/// <summary>
/// What a user names to be scored: files, folders, zips, patterns, data sets, and - for a list of paths on standard input.
/// </summary>
internal static class SampleArguments
{
    /// <summary>Stands for standard input.</summary>
    private const string Standard = "-";

    /// <summary>The samples of all of them in turn, some at a time.</summary>
    /// <exception cref="InputException">One names nothing; said before any is read.</exception>
    internal static IEnumerable<SampleBatch> Open(IEnumerable<string> arguments, DataFolder data, ReadOptions how)
    {
        var (paths, all) = Named(arguments, how);
        return paths.SelectMany(a => Opened(a, data, how)).Select(batch => batch with { Of = all ?? batch.Of });
    }

    /// <summary>The same, each by its path.</summary>
    internal static IEnumerable<(string Path, IEnumerable<SampleBatch> Samples)> OpenEach(
        IEnumerable<string> arguments, DataFolder data, ReadOptions how) =>
        Named(arguments, how).Paths.Select(a => (a, Opened(a, data, how)));

    private static (IEnumerable<string> Paths, int? All) Named(IEnumerable<string> arguments, ReadOptions how)
    {
        IEnumerable<string>[] paths = [.. arguments.Select(a => Paths(a, how))];
        // Of one folder or file its batches know how many there are; of paths on standard input nobody does.
        string[]? known = arguments.Contains(Standard) ? null : [.. paths.SelectMany(p => p)];
        int? all = known is [_] ? null : known is not null && known.All(ImageFiles.IsImage) ? known.Length : 0;
        return (known ?? paths.SelectMany(p => p), all);
    }

    private static IEnumerable<SampleBatch> Opened(string argument, DataFolder data, ReadOptions how) =>
        Opened(argument, () => argument == Standard ? SampleStream.Piped(argument, StandardStreams.Input, how)
            : IsDataset(argument) ? SampleStream.FromDataset(argument, data.Open(argument, train: false, how))
            : SampleStream.Open(argument, how));

    /// <summary>The files and data sets that arguments name.</summary>
    /// <exception cref="InputException">One names nothing.</exception>
    internal static IEnumerable<string> Paths(IEnumerable<string> arguments, ReadOptions how) => arguments.SelectMany(a => Paths(a, how));

    /// <summary>The samples of one; if it cannot be opened, one that cannot be read.</summary>
    private static IEnumerable<SampleBatch> Opened(string argument, Func<IEnumerable<SampleBatch>> open)
    {
        IEnumerator<SampleBatch>? batches = null;
        long before = 0;
        while (Next() is { } batch)
        {
            before += batch.Names.Count;
            yield return batch;
        }

        batches?.Dispose();

        SampleBatch? Next()
        {
            try
            {
                batches ??= open().GetEnumerator();
                return batches.MoveNext() ? batches.Current : null;
            }
            catch (InputException e)
            {
                batches = Enumerable.Empty<SampleBatch>().GetEnumerator();
                var problem = before == 0 ? e : new($"{e.Message}; the {before} samples before it are scored, none of the rest", e);
                return new([argument], () => throw problem);
            }
        }
    }

    private static bool IsDataset(string argument) => Sources.Names.Contains(argument.Split(':')[0]) && !Path.Exists(argument);

    private static IEnumerable<string> Paths(string argument, ReadOptions how) =>
        argument == Standard ? OfStandardInput(how)
        : Sources.Exists(argument) || IsDataset(argument) ? [argument]
        : argument.IndexOfAny(['*', '?']) >= 0 ? Matches(argument, how)
        : throw new InputException(argument, argument.StartsWith('-')
            ? "expected an option of score or a file, found neither (lisnative score --help lists the options)"
            : "expected a file or folder, found nothing");

    /// <summary>A path a line or, for a model of tables, the rows of one, known by what its first line is.</summary>
    private static IEnumerable<string> OfStandardInput(ReadOptions how) =>
        how.Like is not null && !Sources.Exists(StandardStreams.FirstLine()) ? [Standard] : Lines(StandardStreams.OpenInput());

    private static IEnumerable<string> Lines(TextReader reader)
    {
        bool any = false;
        while (reader.ReadLine() is { } line)
        {
            if (line.Contains('\0', StringComparison.Ordinal))
            {
                throw new InputException("-",
                    "expected a path a line, found zero bytes, as find -print0 writes them; without -print0 they are lines");
            }

            if (line.Length > 0)
            {
                yield return any ? line : line.TrimStart('\ufeff');
                any = true;
            }
        }

        if (!any)
        {
            throw new InputException("-", "expected a path a line, found none");
        }
    }

    /// <summary>
    /// The files that match a pattern: * and ? stand for what is within a name, ** for folders. What is hidden matches only where the
    /// pattern begins with it.
    /// </summary>
    private static IEnumerable<string> Matches(string pattern, ReadOptions how)
    {
        var (root, parts) = Root(pattern);
        int wild = Array.FindIndex(parts, IsWild);
        string folder = root.Length == 0 ? "." : root;
        var matcher = new Regex(
            $@"\A{string.Concat(parts[wild..^1].Select(p => p == "**" ? "(.+/)?" : $"{Expression(p)}/"))}{Expression(parts[^1])}\z",
            RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant);
        int depth = parts.Contains("**") ? int.MaxValue : parts.Length - wild;
        string[] found = Directory.Exists(folder) ? [.. FolderWalk.Files(folder, how, depth).Where(f => matcher.IsMatch(f))] : [];
        return found.Length > 0 ? found.Select(f => root + f) : throw new InputException(pattern, "expected files that match, found none");
    }

    /// <summary>The folder in which an argument that is no folder lies, or in which a pattern is looked for.</summary>
    internal static string Around(string argument) => argument.IndexOfAny(['*', '?']) >= 0 && !Path.Exists(argument)
        ? Root(argument).Root is { Length: > 0 } root ? root : "."
        : Path.GetDirectoryName(Path.GetFullPath(InputState.FileOf(argument))) ?? argument;

    private static (string Root, string[] Parts) Root(string pattern)
    {
        string[] parts = pattern.Replace(Path.DirectorySeparatorChar, '/').Split('/');
        return (string.Concat(parts.TakeWhile(p => !IsWild(p)).Select(p => $"{p}/")), parts);
    }

    private static bool IsWild(string part) => part.AsSpan().IndexOfAny('*', '?') >= 0;

    private static string Expression(string part) =>
        part == "**" ? ".*" : Regex.Escape(part).Replace(@"\*", "[^/]*", StringComparison.Ordinal)
        .Replace(@"\?", "[^/]", StringComparison.Ordinal);
}
