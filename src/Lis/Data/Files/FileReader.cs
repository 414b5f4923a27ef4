using System.IO.Compression;
using System.IO.Hashing;

namespace LisNative.Data;

/// <summary>Files and what they pack, with errors that name the file and the place in it, and in memory that their size bounds.</summary>
internal static class FileReader
{
    /// <summary>
    /// What is packed may unpack to so many times its size, beyond the first <see cref="AlwaysUnpacked"/> bytes. Pictures and labels pack
    /// to a tenth, blank ones to a hundredth; deflate at its utmost, a thousandth, is what bombs are made of.
    /// </summary>
    private const long MaxExpansion = 200, AlwaysUnpacked = 16 << 20;

    private const int Piece = 1 << 16;

    /// <summary>A whole file, gzip undone.</summary>
    internal static byte[] ReadAll(string path) => WithoutGzip(path, Guard(path, () => File.ReadAllBytes(path)));

    /// <summary>All that comes through a pipe, gzip undone.</summary>
    internal static byte[] ReadAll(string path, Stream stream) => WithoutGzip(path, Guard(path, () =>
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        stream.Dispose();
        return whole.ToArray();
    }));

    private static byte[] WithoutGzip(string path, byte[] bytes) =>
        bytes is not [0x1f, 0x8b, ..] ? bytes : Unpack(bytes, packed => new WholeGzip(packed, leaveOpen: true), path, 0);

    /// <summary>A file from its start, gzip undone, that need not be held in memory.</summary>
    internal static Stream OpenRead(string path)
    {
        var file = Guard(path, () => File.OpenRead(path));
        return Guard(path, () =>
        {
            Span<byte> magic = stackalloc byte[2];
            int known = file.CanSeek ? file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) : 0;
            if (known > 0)
            {
                file.Position = 0;
            }

            return known == magic.Length && magic is [0x1f, 0x8b]
                ? new BoundedStream(new WholeGzip(file, leaveOpen: false), MaxUnpacked(file.Length))
                : new BoundedStream(file, long.MaxValue);
        });
    }

    /// <summary>What some packed bytes hold, which lie at an offset in a file, by an unpacking stream that leaves them open.</summary>
    internal static byte[] Unpack(byte[] packed, Func<Stream, Stream> open, string source, long offset)
    {
        using var memory = new MemoryStream(packed);
        return At(source, memory, () =>
        {
            using var stream = open(memory);
            return ReadToEnd(stream, source, MaxUnpacked(packed.Length));
        }, offset);
    }

    /// <summary>What an entry of a zip holds, which must have the length and the checksum that the zip declares.</summary>
    internal static byte[] ReadEntry(ZipArchiveEntry entry, long bound)
    {
        using var stream = entry.Open();
        byte[] bytes = ReadToEnd(stream, entry.FullName, Math.Min(bound, MaxUnpacked(entry.CompressedLength)));
        return bytes.Length == entry.Length && Crc32.HashToUInt32(bytes) == entry.Crc32 ? bytes
            : throw new InvalidDataException($"expected {entry.FullName} with its length and checksum, found another: the zip is damaged");
    }

    /// <summary>The most that so many packed bytes may unpack to.</summary>
    internal static long MaxUnpacked(long packed) => AlwaysUnpacked + (MaxExpansion * packed);

    /// <summary>Opens a file or reads a folder, and turns the system's refusals into one sentence about it.</summary>
    internal static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException(path, $"cannot be read ({e.Message})", e);
        }
    }

    /// <summary>The shape of samples whose sizes stand in a file.</summary>
    internal static Shape Sample(string path, long offset, params ReadOnlySpan<int> sizes)
    {
        try
        {
            Shape shape = Shape.Create(sizes);
            return shape.Count > 0 ? shape
                : throw new InputException(path, offset, $"expected samples of at least one number, found {shape}");
        }
        catch (ArgumentException e)
        {
            throw new InputException(path, offset, e.Message, e);
        }
    }

    /// <summary>
    /// Runs a reader of a stream, and turns what a damaged one makes it throw into one sentence about the place that it had come to.
    /// </summary>
    internal static T At<T>(string source, Stream stream, Func<T> read, long offset = 0)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (InputException or OutOfMemoryException or OperationCanceledException))
        {
            throw new InputException(source, offset + stream.Position, $"cannot be read ({e.Message})", e);
        }
    }

    /// <summary>A picture that comes by a stream, to its end.</summary>
    /// <exception cref="InputException">It has more bytes than the options allow.</exception>
    internal static byte[] ReadPicture(Stream stream, ReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var (bytes, piece) = (new MemoryStream(), new byte[Piece]);
        for (int read; (read = stream.Read(piece)) > 0;)
        {
            bytes.Write(piece, 0, CheckLength(read, bytes.Length, options));
        }

        return bytes.ToArray();
    }

    /// <inheritdoc cref="ReadPicture"/>
    internal static async Task<byte[]> ReadPictureAsync(Stream stream, ReadOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var (bytes, piece) = (new MemoryStream(), new byte[Piece]);
        for (int read; (read = await stream.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0;)
        {
            bytes.Write(piece, 0, CheckLength(read, bytes.Length, options));
        }

        return bytes.ToArray();
    }

    /// <summary>Bytes of a picture, if they are not too many together with those before.</summary>
    /// <exception cref="InputException">They are.</exception>
    internal static int CheckLength(int bytes, long before, ReadOptions options) => before + bytes <= options.MaxBytes ? bytes
        : throw new InputException("picture", $"expected a file of at most {options.MaxBytes} bytes, found more");

    /// <summary>The rest of a stream, refusing to grow beyond a bound.</summary>
    internal static byte[] ReadToEnd(Stream stream, string source, long bound)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[Piece];
        for (int n; (n = stream.Read(chunk)) > 0;)
        {
            buffer.Write(chunk, 0, n);
            if (buffer.Length > bound)
            {
                throw new InvalidDataException($"{source} unpacks to more than {bound} bytes");
            }
        }

        return buffer.ToArray();
    }
}
