namespace LisNative.Layers;

/// <summary>Writes a file beside its place and renames it when it is whole: a crash or a full disk leaves what was there before.</summary>
public static class AtomicFile
{
    private const string Partial = ".partial";

    /// <summary>Writes through <paramref name="write"/>.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Beside(path, temporary =>
        {
            using (var stream = File.Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
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

        Beside(path, temporary => File.Create(temporary).Dispose());
    }

    /// <summary>Deletes what writers of a file left beside it when they were killed; for a place that nobody writes at this moment.</summary>
    public static void Clean(string path)
    {
        string whole = Path.GetFullPath(path);
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(whole)!, $"{Path.GetFileName(whole)}.*{Partial}"))
        {
            File.Delete(left);
        }
    }

    private static void Beside(string path, Action<string> work)
    {
        string suffix = $".{Guid.NewGuid():N}{Partial}", temporary = path + suffix;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            work(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException(path, $"cannot be written ({e.Message.Replace(suffix, "", StringComparison.Ordinal)})", e);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }
}
