using System.IO.MemoryMappedFiles;
using LisNative.Memory;
using Microsoft.Win32.SafeHandles;

namespace LisNative.Mpi;

/// <summary>A file in memory, where Linux has a folder for them: what several processes map they share.</summary>
internal sealed class MemoryFile : IDisposable
{
    private const string Folder = "/dev/shm";

    private MemoryFile(string path) => Path = path;

    internal string Path { get; }

    /// <summary>A new one, whose name goes when it is disposed; null where there is no room for it.</summary>
    internal static MemoryFile? Create(long bytes)
    {
        string path = System.IO.Path.Combine(Folder, $"lisnative-{Guid.NewGuid():N}");
        try
        {
            // Room is taken now: a page that is not to be had later would end the process.
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, preallocationSize: bytes);
            RandomAccess.SetLength(handle, bytes);
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Its memory; null where this process does not see the file.</summary>
    internal static SharedMemory? Map(string path, long bytes)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            using var file = MemoryMappedFile.CreateFromFile(handle, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            return new View(file.CreateViewAccessor(0, bytes)).Of(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => File.Delete(Path);

    /// <summary>Keeps the file mapped.</summary>
    private sealed unsafe class View(MemoryMappedViewAccessor accessor) : IDisposable
    {
        internal SharedMemory Of(long bytes)
        {
            byte* address = null;
            accessor.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            return new((nint)address, bytes, this);
        }

        public void Dispose()
        {
            accessor.SafeMemoryMappedViewHandle.ReleasePointer();
            accessor.Dispose();
        }
    }
}
