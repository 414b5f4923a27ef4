using System.Text.RegularExpressions;

namespace LisNative.Data;

/// <summary>The group of each image, by its file's path in the folder or zip.</summary>
internal static class SampleGroups
{
    /// <summary>The word for the folder of each file.</summary>
    internal const string Folder = "folder";

    private const string Option = "--group";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>One for each path; null where no groups are asked for.</summary>
    /// <exception cref="InputException">The pattern is no regular expression with a capturing group, or a path does not match.</exception>
    internal static string[]? OfFiles(string source, IEnumerable<string> paths, string? group) => group switch
    {
        null => null,
        Folder => [.. paths.Select(ImageFiles.Class)],
        _ => Matching(source, paths, group),
    };

    private static string[] Matching(string source, IEnumerable<string> paths, string group)
    {
        var pattern = Parse(group);
        return [.. paths.Select(p => Match(pattern, p) is { Success: true } match ? string.Join('\n', match.Groups.Values.Skip(1))
            : throw new InputException($"{source}/{p}", $"expected a path that matches {Option} \"{group}\", found {p}"))];
    }

    private static Regex Parse(string group)
    {
        try
        {
            var pattern = new Regex(group, RegexOptions.CultureInvariant, Patience);
            return pattern.GetGroupNumbers().Length > 1 ? pattern
                : throw new InputException(Option,
                    $"expected {Folder}, or a pattern with a part in brackets that names the group, such as ^(.*)_[0-9]+, found {group}");
        }
        catch (ArgumentException e)
        {
            throw new InputException(Option,
                $"expected {Folder}, or a regular expression with a part in brackets, found {group} ({e.Message})", e);
        }
    }

    private static Match Match(Regex pattern, string path)
    {
        try
        {
            return pattern.Match(path);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InputException(Option,
                $"expected a pattern that is matched within a second, found {pattern}, which is not for {path}", e);
        }
    }
}
