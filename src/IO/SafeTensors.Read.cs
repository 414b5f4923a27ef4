using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace LisNative;

/// <content>Reading a file, and what is checked of it as a whole.</content>
public sealed partial class SafeTensors
{
    private const int Piece = 1 << 16;

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="InputException">It cannot be read, is cut short or contradicts itself.</exception>
    public static SafeTensors Read(string path) => Parse(ReadBytes(path), path);

    /// <summary>Reads and checks a stream to its end, or to where it is seen to be no such file.</summary>
    internal static SafeTensors Read(Stream stream, string source)
    {
        var (bytes, piece) = (new MemoryStream(), new byte[Piece]);
        for (int read; MayGoOn(bytes, source) && (read = stream.Read(piece)) > 0;)
        {
            bytes.Write(piece, 0, read);
        }

        return Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), source);
    }

    /// <inheritdoc cref="Read(Stream, string)"/>
    internal static async Task<SafeTensors> ReadAsync(Stream stream, string source, CancellationToken cancellation)
    {
        var (bytes, piece) = (new MemoryStream(), new byte[Piece]);
        for (int read; MayGoOn(bytes, source) && (read = await stream.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0;)
        {
            bytes.Write(piece, 0, read);
        }

        return Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), source);
    }

    /// <summary>Whether what was read of a stream so far may be the beginning of such a file.</summary>
    private static bool MayGoOn(MemoryStream bytes, string source) =>
        bytes.Length > Array.MaxLength - Piece
            ? throw new InputException(source, $"expected a safetensors file of at most {Array.MaxLength} bytes, found more")
            : bytes.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(bytes.GetBuffer()) is >= 2 and <= MaxHeader;

    /// <summary>The bytes of a file, for <see cref="Parse"/>.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Refusal(path, e);
        }
    }

    /// <inheritdoc cref="ReadBytes"/>
    internal static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Refusal(path, e);
        }
    }

    private static InputException Refusal(string path, Exception e) =>
        new(path, Directory.Exists(path) ? "expected a file, found a folder" : $"cannot be read ({e.Message})", e);

    private static bool IsRefusal(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Reads and checks the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">It is cut short or contradicts itself.</exception>
    public static SafeTensors Parse(ReadOnlyMemory<byte> bytes, string source)
    {
        long header = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(bytes.Span);
        if (header is < 2 or > MaxHeader || header > bytes.Length - 8)
        {
            throw new InputException(source, 0,
                $"expected a safetensors file, found {bytes.Length} bytes{(header < 0 ? "" : $" with a header of {header}")}");
        }

        var data = bytes[(8 + (int)header)..];
        Dictionary<string, StoredTensor> tensors = [];
        Dictionary<string, string> metadata = [];
        try
        {
            using var json = JsonDocument.Parse(bytes.Slice(8, (int)header));
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name == MetadataName)
                {
                    foreach (var item in entry.Value.EnumerateObject())
                    {
                        metadata[item.Name] = item.Value.GetString() ?? "";
                    }
                }
                else if (!tensors.TryAdd(entry.Name, ParseTensor(entry, data, source)))
                {
                    throw new InputException(source, 8, $"tensor \"{entry.Name}\" occurs twice");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or ArgumentException or IndexOutOfRangeException)
        {
            throw new InputException(source, 8 + ((e as JsonException)?.BytePositionInLine ?? 0),
                $"the safetensors header is not valid ({e.Message})", e);
        }

        CheckPlaces([.. tensors.Values], source, 8 + header, data.Length);
        return new(tensors, metadata) { Source = source };
    }

    /// <summary>The tensors must lie one after another and fill the file.</summary>
    private static void CheckPlaces(StoredTensor[] tensors, string source, long start, int length)
    {
        Array.Sort(tensors, (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.Bytes.Length.CompareTo(b.Bytes.Length));
        int at = 0;
        foreach (var tensor in tensors)
        {
            at = tensor.Begin == at ? at + tensor.Bytes.Length
                : throw new InputException(source, start + at, $"expected the next tensor, found it at byte {start + tensor.Begin}");
        }

        if (at != length)
        {
            throw new InputException(source, start + at, $"expected the end of the tensors, found {length - at} bytes more");
        }
    }

    private static StoredTensor ParseTensor(JsonProperty entry, ReadOnlyMemory<byte> data, string source)
    {
        string type = entry.Value.GetProperty("dtype").GetString() ?? "";
        JsonElement axes = entry.Value.GetProperty("shape"), offsets = entry.Value.GetProperty("data_offsets");
        var sizes = new int[axes.GetArrayLength()];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = axes[i].GetInt32();
        }

        var shape = Shape.Create(sizes);
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        long? size = (long)shape.Count * StoredTensor.BitsOf(type) / 8;
        if (begin < 0 || end < begin || end > data.Length || (size ?? end - begin) != end - begin)
        {
            throw new InputException(source, 8,
                $"tensor \"{entry.Name}\" {shape} of {type} needs {size?.ToString(CultureInfo.InvariantCulture) ?? "some"} bytes, found "
                + $"[{begin}, {end}) of {data.Length}");
        }

        return new StoredTensor(source, entry.Name, type, shape, data[(int)begin..(int)end], (int)begin);
    }
}
