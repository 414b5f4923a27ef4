using System.Text;

namespace LisNative.Data;

/// <summary>
/// What comes through a pipe or from a device, which have no name that tells its kind and can be read once: it is kept in a file for as
/// long as it is read, under the name that its first bytes ask for.
/// </summary>
internal static class Spool
{
    private const string Text = ".csv";

    /// <summary>The bytes that files of a kind begin with, and what their names end with.</summary>
    private static readonly (byte[] Head, string End)[] Kinds =
    [
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], ".png"), ([0xff, 0xd8, 0xff], ".jpg"), ([(byte)'B', (byte)'M'], ".bmp"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'], ".npy"), ([.. "MATLAB 5.0"u8], ".mat"),
        ([0, 0, 8, 3], "-idx3-ubyte"),
    ];

    /// <summary>Bytes that tell the kind, at most.</summary>
    internal const int Longest = 10;

    /// <summary>Whether first bytes are those of a table as text, which is not packed.</summary>
    internal static bool IsTable(ReadOnlySpan<byte> head) => head is not [0x1f, 0x8b, ..] && End(head) == Text;

    /// <inheritdoc cref="Read(string, Stream, ReadOptions)"/>
    internal static Dataset Read(string path, ReadOptions options) => Read(path, FileReader.OpenRead(path), options);

    /// <summary>Reads it all; text is a table.</summary>
    /// <exception cref="InputException">It cannot be read, or is of no kind that is known.</exception>
    internal static Dataset Read(string path, Stream stream, ReadOptions options)
    {
        byte[] bytes = FileReader.ReadAll(path, stream);
        string file = Path.Combine(Path.GetTempPath(), $"lisnative-{Guid.NewGuid():N}{End(bytes)}");
        string Named(string text) => text.Replace(file, path, StringComparison.Ordinal);
        try
        {
            AtomicFile.Write(file, stream => stream.Write(bytes));
            var unreadable = options.Unreadable;
            return Sources.Open(file, options with
            {
                Warn = text => options.Warn(Named(text)),
                Unreadable = unreadable is null ? null : e => unreadable(new(Named(e.Message), e)),
            }).Named(path);
        }
        catch (InputException e)
        {
            throw new InputException(Named(e.Message), e);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string End(ReadOnlySpan<byte> bytes)
    {
        foreach (var (head, end) in Kinds)
        {
            if (bytes.StartsWith(head))
            {
                return end;
            }
        }

        return !bytes.StartsWith("PK\x03\x04"u8) ? Text
            : Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 300)]).Contains(".npy", StringComparison.Ordinal) ? ".npz" : ".zip";
    }
}
