using System.Runtime.InteropServices;
using LisNative.Data;
using Microsoft.Win32.SafeHandles;

namespace LisNative.Cli;

/// <summary>
/// Standard input, and standard output and error where they are no terminal. Output that cannot be written ends the work by one sentence,
/// and without a word when its reader has gone; what cannot be said on standard error is not worth ending it.
/// </summary>
internal static partial class StandardStreams
{
    private const int Output = 1, Error = 2, Buffer = 1 << 16;

    private static readonly List<SafeFileHandle> Taken = [];
    private static PeekedStream? peeked;

    /// <summary>Before anything is said, or any file opened.</summary>
    internal static void Guard()
    {
        if (Console.IsOutputRedirected)
        {
            Console.SetOut(Writer(Console.OpenStandardOutput(), CheckReader,
                e => throw new InputException("standard output", $"cannot be written ({(e.InnerException ?? e).Message})", e)));
        }

        if (Console.IsErrorRedirected)
        {
            Console.SetError(Writer(Console.OpenStandardError(), () => { }, _ => { }));
        }

        TakeClosed();
    }

    private static StreamWriter Writer(Stream stream, Action check, Action<Exception> failed) =>
        new(new Guarded(stream, check, failed), new System.Text.UTF8Encoding(false), Buffer) { AutoFlush = true };

    /// <summary>
    /// Opens /dev/null for each stream that was closed before the start; the next file opened, perhaps a model, would get its number.
    /// </summary>
    private static void TakeClosed()
    {
        while (!OperatingSystem.IsWindows() && (Taken.Count == 0 || Taken[^1].DangerousGetHandle() <= Error))
        {
            Taken.Add(File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        }
    }

    /// <summary>
    /// Standard input. Where it was closed before the start, the runtime has taken its number for a pipe of its own, which never ends.
    /// </summary>
    /// <exception cref="InputException">It is closed.</exception>
    internal static TextReader OpenInput()
    {
        CheckInput();
        return peeked is null ? Console.In : new StreamReader(peeked);
    }

    /// <summary>Standard input, from its beginning.</summary>
    internal static Stream Input =>
        peeked as Stream ?? new InterruptibleStream(Console.OpenStandardInput(), Interruption.Token);

    /// <summary>The first line of standard input, which is read again.</summary>
    /// <exception cref="InputException">It is closed.</exception>
    internal static string FirstLine()
    {
        const int LongestPath = 4096;
        CheckInput();
        (byte[] head, peeked) = PeekedStream.Peek(Input, LongestPath, (byte)'\n');
        return System.Text.Encoding.UTF8.GetString(head).TrimStart('\ufeff').TrimEnd('\r', '\n');
    }

    private static void CheckInput()
    {
        static string? Target(string descriptor) => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;

        // The last digit of the flags, in octal, is odd where a descriptor is written to.
        static bool IsWritten(string descriptor) => File.ReadLines($"/proc/self/fdinfo/{descriptor}")
            .Any(l => l.StartsWith("flags:", StringComparison.Ordinal) && (l[^1] & 1) == 1);
        if (OperatingSystem.IsLinux() && Target("0") is var input && (input is null
            || input.StartsWith("anon_inode:", StringComparison.Ordinal)
            || (input.StartsWith("pipe:", StringComparison.Ordinal) && Directory.EnumerateFileSystemEntries("/proc/self/fd")
                .Select(f => Path.GetFileName(f)).Any(f => Target(f) == input && IsWritten(f)))))
        {
            throw new InputException("-", "expected rows of a table, or a path a line, on standard input, found it closed");
        }
    }

    /// <summary>.NET passes over writes to a pipe that nobody reads any more, as behind | head.</summary>
    private static void CheckReader()
    {
        const short Gone = 0x18;     // POLLERR, POLLHUP
        var output = new PollDescriptor { Descriptor = Output };
        if (!OperatingSystem.IsWindows() && poll(ref output, 1, 0) > 0 && (output.Found & Gone) != 0)
        {
            throw new ReaderGoneException();
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int poll(ref PollDescriptor descriptor, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        internal int Descriptor;
        internal short Wanted, Found;
    }

    private sealed class Guarded(Stream stream, Action check, Action<Exception> failed) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            check();
            try
            {
                stream.Write(buffer);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failed(e);
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
