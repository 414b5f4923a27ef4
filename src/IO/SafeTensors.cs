using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace LisNative;

/// <summary>
/// The safetensors format: an 8-byte length, a JSON header (name → dtype, shape, offsets; string metadata), then the numbers,
/// little-endian. Nothing in a file is ever executed.
/// </summary>
public sealed class SafeTensors
{
    private const int MaxHeader = 100_000_000, Piece = 1 << 16;
    private const string MetadataName = "__metadata__", DigestName = "digest", OfNumbers = "xxh128:", OfAll = "xxh128-all:";

    private readonly SortedList<string, StoredTensor> tensors;

    /// <summary>Of single precision in a file that can be read: its bytes are one array.</summary>
    internal static int MostNumbers { get; } = (Array.MaxLength - MaxHeader) / sizeof(float);

    /// <summary>No tensors yet.</summary>
    public SafeTensors() : this(new Dictionary<string, StoredTensor>(), new Dictionary<string, string>())
    {
    }

    private SafeTensors(IDictionary<string, StoredTensor> tensors, IDictionary<string, string> metadata) =>
        (this.tensors, Metadata) = (new(tensors, StringComparer.Ordinal), new SortedList<string, string>(metadata, StringComparer.Ordinal));

    /// <summary>Free text beside the tensors.</summary>
    public IDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => tensors;

    /// <summary>Where it was read from; for messages.</summary>
    public string Source { get; private init; } = "safetensors";

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public StoredTensor this[string name] => tensors.TryGetValue(name, out var tensor) ? tensor
        : throw new InputException(Source,
            $"expected a tensor \"{name}\", found {(tensors.Count == 0 ? "no tensors" : string.Join(", ", tensors.Keys.Take(8)))}");

    /// <summary>The tensor of a name, of a shape that is known beforehand.</summary>
    /// <exception cref="InputException">There is none, or it has another shape or a type that cannot be read.</exception>
    public StoredTensor Get(string name, Shape shape) => this[name] is var tensor && tensor.Shape == shape ? tensor.Readable()
        : throw new InputException(Source, $"tensor \"{name}\": expected {shape}, found {tensor.Shape}");

    /// <summary>Overwrites a tensor with the one of a name.</summary>
    /// <exception cref="InputException">There is none, or it has another shape.</exception>
    public void CopyTo(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var value = Get(name, target.Shape).ToTensor(target.Device);
        target.CopyFrom(value);
    }

    /// <summary>Adds a tensor in single precision.</summary>
    public void Add(string name, Tensor value) => Add(name, value.Shape, value.ToArray<float>());

    /// <summary>Adds an array in single precision.</summary>
    /// <exception cref="ArgumentException">Their number is not that of the shape, or the name that of the metadata.</exception>
    /// <exception cref="InputException">They are more than can be read again.</exception>
    public void Add(string name, Shape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.Count || name == MetadataName)
        {
            throw new ArgumentException($"SafeTensors: {values.Length} numbers for {shape}, under the name \"{name}\"");
        }

        tensors.Add(name, values.Length <= MostNumbers ? new(Source, name, "F32", shape, MemoryMarshal.AsBytes(values).ToArray(), 0)
            : throw new InputException(name,
                $"expected at most {MostNumbers} numbers, as many as can be read again, found {values.Length}; smaller samples (--size), "
                + "fewer of them or a smaller network help"));
    }

    /// <summary>The same tensors and metadata, to which more can be added.</summary>
    public SafeTensors Copy() => new(tensors, Metadata) { Source = Source };

    /// <summary>
    /// Refuses a file whose metadata «format» and «version» are others, or that has changed since «digest» was written.
    /// </summary>
    /// <param name="format">What it must be.</param>
    /// <param name="version">A whole number.</param>
    /// <param name="engine">The version of the engine that wrote it, where the file tells; for the message.</param>
    /// <exception cref="InputException">They have.</exception>
    public void CheckFormat(string format, string version, string? engine = null)
    {
        string? Value(string name) => Metadata.TryGetValue(name, out string? value) ? value : null;
        if (Value("format") != format)
        {
            throw new InputException(Source,
                $"expected a {format} of version {version}, found "
                + $"{(Value("format") is { } other ? $"{other} of version {Value("version")}" : "no such file")}");
        }

        if (Value("version") != version)
        {
            bool later = int.TryParse(Value("version"), CultureInfo.InvariantCulture, out int found)
                && found > int.Parse(version, CultureInfo.InvariantCulture);
            throw new InputException(Source,
                $"expected a {format} of version {version}, which this LisNative {Engine} reads, found version "
                + $"{Value("version") ?? "none"}{(engine is null ? "" : $", written by LisNative {engine}")}; "
                + (later ? "a later LisNative reads it" : "an earlier LisNative reads it, and training anew makes one for this"));
        }

        // Files of before the digest covered settings, too, have one of their numbers.
        if (Value(DigestName) is { } digest && Digest(digest.StartsWith(OfNumbers, StringComparison.Ordinal)) is var sum && sum != digest)
        {
            throw new InputException(Source, $"expected the digest {digest}, found {sum}: the file is damaged");
        }
    }

    private static string Engine => typeof(SafeTensors).Assembly.GetName().Version!.ToString(3);

    /// <summary>The same tensors, some of them under other names.</summary>
    /// <param name="names">The names wanted, each with the name here; two may mean the same tensor.</param>
    /// <exception cref="InputException">A tensor is not here.</exception>
    public SafeTensors Renamed(IReadOnlyDictionary<string, string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var renamed = new SafeTensors { Source = Source };
        foreach (var (name, tensor) in tensors.Where(t => !names.Values.Contains(t.Key) && !names.ContainsKey(t.Key))
            .Concat(names.Select(n => KeyValuePair.Create(n.Key, this[n.Value]))))
        {
            renamed.tensors.Add(name, tensor);
        }

        return renamed;
    }

    /// <summary>A hash of the metadata but «digest», and of all names, shapes and numbers, against damage.</summary>
    public string Digest() => Digest(numbersAlone: false);

    private string Digest(bool numbersAlone)
    {
        var hash = new XxHash128();
        foreach (var (name, value) in Metadata.Where(m => !numbersAlone && m.Key != DigestName))
        {
            hash.Append(Encoding.UTF8.GetBytes($"{name.Length} {name} {value.Length} {value}"));
        }

        foreach (var (name, tensor) in tensors)
        {
            hash.Append(Encoding.UTF8.GetBytes($"{name} {tensor.Type} {tensor.Shape}"));
            hash.Append(tensor.Bytes);
        }

        return $"{(numbersAlone ? OfNumbers : OfAll)}{Convert.ToHexStringLower(hash.GetCurrentHash())}";
    }

    /// <summary>Writes the file, beside its place and then renamed.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, Write);

    /// <summary>Writes the bytes of the file.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] header = Header();
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors.Values)
        {
            stream.Write(tensor.Bytes);
        }
    }

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

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataName);
            foreach (var (key, value) in Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Readers expect the numbers to begin at a multiple of 8.
        buffer.Write(Encoding.ASCII.GetBytes(new string(' ', (int)((8 - (buffer.Length % 8)) % 8))));
        return buffer.ToArray();
    }
}
