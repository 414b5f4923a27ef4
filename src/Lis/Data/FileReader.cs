using System.IO.Compression;
using LisNative.Layers;

namespace LisNative.Data;

/// <summary>Whole files in memory, gzip undone, with errors that name the file.</summary>
internal static class FileReader
{
    /// <summary>Deflate expands at most about a thousandfold; anything beyond is not data.</summary>
    private const long MaxExpansion = 1100;

    internal static byte[] ReadAll(string path) => Guard(path, () =>
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes is not [0x1f, 0x8b, ..])
        {
            return bytes;
        }

        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        return ReadToEnd(gzip, path, bytes.Length * MaxExpansion);
    });

    /// <summary>Runs a reader and turns its exceptions into one sentence about the file.</summary>
    internal static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new InputException(path, $"cannot be read ({e.Message})", e);
        }
    }

    /// <summary>The rest of a stream, refusing to grow beyond a bound.</summary>
    internal static byte[] ReadToEnd(Stream stream, string source, long bound)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[1 << 16];
        for (int n; (n = stream.Read(chunk)) > 0;)
        {
            buffer.Write(chunk, 0, n);
            if (buffer.Length > bound)
            {
                throw new InputException(source, $"unpacks to more than {bound} bytes");
            }
        }

        return buffer.ToArray();
    }
}
