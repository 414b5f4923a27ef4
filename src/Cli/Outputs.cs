using System.Text;
using LisNative.Data;

namespace LisNative.Cli;

/// <summary>
/// What a verb is about to write, checked before it works: it is nothing that the verb reads, and no file of the user's that was not named.
/// </summary>
internal static class Outputs
{
    /// <summary>What the tool itself writes: it may lie among data, for readers of folders pass over it.</summary>
    private static readonly string[] Own = [".lis", ".html", ".onnx", ".checkpoint"];

    private static readonly string[] StandardOutput = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    /// <summary>A file that the user named.</summary>
    /// <param name="option">That named it.</param>
    /// <param name="path">The file.</param>
    /// <param name="inputs">What is read; data sets' names and nulls are passed over.</param>
    /// <exception cref="InputException">It is one of the inputs or lies among them, or cannot be written.</exception>
    internal static void Check(string option, string path, params ReadOnlySpan<string?> inputs)
    {
        foreach (string? input in inputs)
        {
            if (input is not null && IsPartOf(path, InputState.FileOf(input)))
            {
                throw new InputException(option,
                    $"expected a place apart from what is read, found {path}, which "
                    + $"{(Directory.Exists(input) ? $"is read as a part of {input}" : $"is {input}")}");
            }
        }

        AtomicFile.Check(path);
        if (FileStatus.IsMounted(path))
        {
            Terminal.Warn(
                $"{path} is mounted by itself and cannot be replaced; it will be written in place, and what it holds is lost should that "
                + "fail");
        }

        if (IsStandardOutput(path))
        {
            Console.SetOut(Console.Error);     // nothing else may stand in the file
        }
    }

    /// <summary>Writes a whole file of text, or none.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Keeps other processes from working for the same file until disposed of.</summary>
    /// <exception cref="InputException">Another does so now.</exception>
    internal static IDisposable Claim(string option, string path) => Experiments.Claim.TryAcquire($"{FileStatus.Target(path)}.claim")
        ?? throw new InputException(option,
            $"expected a file that no other process works for, found {path}, which one does now; choose another, or share the work with "
            + $"{Ranks.Flag.Name}");

    /// <summary>Whether nothing can lie beside it: a device, a pipe, standard output.</summary>
    internal static bool IsStream(string path) => FileStatus.IsDevice(path) || IsStandardOutput(path);

    /// <summary>The official files that may lie under a folder of data sets.</summary>
    internal static IEnumerable<string> DataFiles(string? folder) => folder is null ? []
        : Download.Files.SelectMany(set =>
            set.Value.SelectMany(file => new[] { Path.Combine(folder, file.Name), Path.Combine(folder, set.Key, file.Name) }));

    /// <summary>A file whose name the user did not give.</summary>
    /// <param name="option">Where it lies follows from this one.</param>
    /// <param name="path">The file.</param>
    /// <param name="mark">What stands near its head when the tool wrote it.</param>
    /// <exception cref="InputException">It is there and somebody else's, or cannot be written.</exception>
    internal static void CheckUnnamed(string option, string? path, string mark = "lisnative")
    {
        if (path is null)
        {
            return;
        }

        AtomicFile.Check(path);
        if (File.Exists(path) && !FileStatus.IsDevice(path) && !Head(path).Contains(mark, StringComparison.Ordinal))
        {
            throw new InputException(path,
                "expected none, or one that lisnative wrote, found another file, which would be overwritten: rename it, or choose another "
                + $"{option}");
        }
    }

    /// <summary>A folder, and files in it whose names the user did not give.</summary>
    /// <exception cref="InputException">It cannot be written, or one of the files is somebody else's.</exception>
    internal static void CheckFolder(string folder, params ReadOnlySpan<string> files)
    {
        if (File.Exists(folder))
        {
            throw new InputException("--out", $"expected a folder, found the file {folder}");
        }

        AtomicFile.Check(Path.Combine(folder, ".check"));
        foreach (string file in files)
        {
            CheckUnnamed("--out", Path.Combine(folder, file));
        }
    }

    /// <summary>Whether a file is, or would be, read with an input.</summary>
    private static bool IsPartOf(string path, string input)
    {
        if (FileStatus.IsDevice(path) || !Directory.Exists(input))
        {
            return !FileStatus.IsDevice(path) && FileStatus.AreSame(path, input);
        }

        bool isRead = ImageFiles.IsImage(path) || (File.Exists(path) && !Own.Contains(Path.GetExtension(path).ToLowerInvariant()));
        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(FileStatus.Target(path))); isRead && folder is not null;
            folder = Path.GetDirectoryName(Path.GetFullPath(FileStatus.Target(folder))))
        {
            if (FileStatus.AreSame(folder, input))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsStandardOutput(string path) => StandardOutput.Contains(Path.GetFullPath(path));

    private static string Head(string path)
    {
        const int Length = 4096;
        using var reader = new StreamReader(path);
        var head = new char[Length];
        return new(head, 0, reader.ReadBlock(head));
    }
}
