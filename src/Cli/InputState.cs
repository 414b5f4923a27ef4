using System.IO.Hashing;
using System.Text;

namespace LisNative.Cli;

/// <summary>What lies at a path, in a few words by which processes find out whether they see the same.</summary>
internal static class InputState
{
    /// <summary>The file that an input names: file.npz:name is an array of one.</summary>
    internal static string FileOf(string input) =>
        !Path.Exists(input) && input.LastIndexOf(':') is > 0 and var end && File.Exists(input[..end]) ? input[..end] : input;

    /// <summary>Of a file its length and a hash; of a folder the number of its files, and a hash of their names and lengths.</summary>
    internal static string Read(string path)
    {
        try
        {
            path = FileOf(path);
            var hash = new XxHash128();
            if (Directory.Exists(path))
            {
                var files = new DirectoryInfo(path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true })
                    .Select(f => $"{Path.GetRelativePath(path, f.FullName)}\n{f.Length}\n").Order(StringComparer.Ordinal).ToArray();
                Array.ForEach(files, f => hash.Append(Encoding.UTF8.GetBytes(f)));
                return $"a folder of {files.Length} files, {Convert.ToHexStringLower(hash.GetCurrentHash())}";
            }

            if (!File.Exists(path))
            {
                return "nothing";
            }

            using var file = File.OpenRead(path);
            hash.Append(file);
            return $"{file.Length} bytes, {Convert.ToHexStringLower(hash.GetCurrentHash())}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
