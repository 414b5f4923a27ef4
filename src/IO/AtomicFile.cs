namespace LisNative;

/// <summary>
/// Writes a file beside its place and renames it when it is whole: a crash or a full disk leaves what was there before. A link stays, and
/// what it leads to is replaced. Devices, pipes, standard output and a file on which another is mounted cannot be replaced: they are
/// written to.
/// </summary>
public static class AtomicFile
{
    private const string Partial = ".partial";

    /// <summary>EBUSY, when a file is to be replaced that is mounted by itself.</summary>
    private const int Busy = 16;

    /// <summary>Writes through <paramref name="write"/>.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (FileStatus.IsDevice(path))
        {
            Guard(path, "", () =>
            {
                using var device = FileStatus.OpenStandard(path)
                    ?? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                write(device);
            });
            return;
        }

        Beside(path, (temporary, target) =>
        {
            using (var stream = File.Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            Replace(temporary, target);
        });
    }

    /// <summary>Finds out, before the work, whether its result can be written: a file is made beside the place, and goes again.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Check(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException(path, "expected a file to write, found a folder");
        }

        // To open a pipe would be to wait for its reader.
        if (!FileStatus.IsDevice(path))
        {
            Beside(path, (temporary, target) =>
            {
                File.Create(temporary).Dispose();
                if (File.Exists(target))
                {
                    File.OpenHandle(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
                }
            });
        }
    }

    /// <summary>
    /// Deletes what writers of a file left beside it when they were killed; for a place that nobody writes at this moment.
    /// </summary>
    public static void Clean(string path)
    {
        string whole = Path.GetFullPath(FileStatus.Target(path));
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(whole)!, $"{Path.GetFileName(whole)}.*{Partial}"))
        {
            File.Delete(left);
        }
    }

    /// <summary>Who may read and write a file stays as it was.</summary>
    private static void Replace(string temporary, string target)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (IOException e) when (e.HResult == Busy)
        {
            using FileStream whole = File.OpenRead(temporary), place = new(target, FileMode.Truncate, FileAccess.Write);
            whole.CopyTo(place);
            place.Flush(flushToDisk: true);
        }
    }

    /// <summary>Does something with a name beside a place that is not taken, and with the place itself, to which links may lead.</summary>
    private static void Beside(string path, Action<string, string> work)
    {
        string suffix = $".{Guid.NewGuid():N}{Partial}", temporary = "";
        Guard(path, suffix, () =>
        {
            try
            {
                string target = FileStatus.Target(path);
                temporary = target + suffix;
                if (Path.GetDirectoryName(Path.GetFullPath(target)) is { Length: > 0 } folder)
                {
                    Directory.CreateDirectory(folder);
                }

                work(temporary, target);
            }
            finally
            {
                if (File.Exists(temporary))
                {
                    File.Delete(temporary);
                }
            }
        });
    }

    private static void Guard(string path, string suffix, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException(path,
                $"cannot be written ({(suffix.Length > 0 ? e.Message.Replace(suffix, "", StringComparison.Ordinal) : e.Message)})", e);
        }
    }
}
