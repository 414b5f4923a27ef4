using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LisNative;

/// <summary>
/// What .NET does not tell of a file: whether it is a device or a pipe, whether it is mounted by itself, whether two paths lead to it. By
/// Linux' statx; elsewhere every file counts as a plain one.
/// </summary>
internal static partial class FileStatus
{
    /// <summary>Of struct statx, whose places are the same on every processor.</summary>
    private const int Size = 256, Attributes = 8, Mode = 28, Inode = 32, Device = 136;

    private const int CurrentFolder = -100, BasicStatus = 0x7ff, MountRoot = 0x2000, KindOfFile = 0xf000, Folder = 0x4000, Plain = 0x8000;

    /// <summary>
    /// Whether it is there and neither a plain file nor a folder: a device, a pipe or a socket, also by a link; or standard output or
    /// error, wherever they lead: what else is written there stays.
    /// </summary>
    internal static bool IsDevice(string path) => IsStandard(path, 1) || IsStandard(path, 2) || Kind(path) is not (null or Plain or Folder);

    /// <summary>A stream that goes on where standard output or error is, if a path names one that leads to a plain file.</summary>
    internal static Stream? OpenStandard(string path) => Kind(path) is not Plain ? null : IsStandard(path, 1) ? Console.OpenStandardOutput()
        : IsStandard(path, 2) ? Console.OpenStandardError() : null;

    private static int? Kind(string path) =>
        Read(path) is { } status ? BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(Mode)) & KindOfFile : null;

    private static bool IsStandard(string path, int number) => OperatingSystem.IsLinux()
        && path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal)
        && Path.GetFullPath(path) is var whole && (whole == (number == 1 ? "/dev/stdout" : "/dev/stderr") || whole == $"/dev/fd/{number}"
            || whole == $"/proc/self/fd/{number}");

    /// <summary>
    /// Whether something is mounted at just this place, as containers do with single files: it can be written, and not replaced.
    /// </summary>
    internal static bool IsMounted(string path) =>
        Read(path) is { } status && (BinaryPrimitives.ReadUInt64LittleEndian(status.AsSpan(Attributes)) & MountRoot) != 0;

    /// <summary>Whether both are there and one and the same.</summary>
    internal static bool AreSame(string one, string other) => OperatingSystem.IsLinux()
        ? Read(one) is { } first && Read(other) is { } second && first.AsSpan(Inode, 8).SequenceEqual(second.AsSpan(Inode, 8))
            && first.AsSpan(Device, 8).SequenceEqual(second.AsSpan(Device, 8))
        : Path.Exists(one) && Path.Exists(other) && Path.GetFullPath(Target(one)) == Path.GetFullPath(Target(other));

    /// <summary>Where a path leads that is a link; else the path.</summary>
    internal static string Target(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    private static nint Statx => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 332 : 291;

    private static byte[]? Read(string path)
    {
        var status = new byte[Size];
        return OperatingSystem.IsLinux() && syscall(Statx, CurrentFolder, path, 0, BasicStatus, status) == 0 ? status : null;
    }

    /// <summary>By its number, since musl has had a function of that name only since 1.2.5.</summary>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint syscall(nint number, nint folder, string path, nint flags, nint mask, byte[] status);
}
