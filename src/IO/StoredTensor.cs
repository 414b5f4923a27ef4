using System.Runtime.InteropServices;

namespace LisNative;

/// <summary>A tensor as a file holds it.</summary>
public sealed class StoredTensor
{
    private readonly string source, name;

    internal StoredTensor(string source, string name, string type, Shape shape, ReadOnlyMemory<byte> bytes, int begin) =>
        (this.source, this.name, Type, Shape, Memory, Begin) = (source, name, type, shape, bytes, begin);

    /// <summary>
    /// The element type as safetensors names it. F16, BF16, F32 and F64 can be read; others, such as I64 and BOOL, are kept as bytes.
    /// </summary>
    public string Type { get; }

    /// <summary>The sizes.</summary>
    public Shape Shape { get; }

    /// <summary>Where its bytes began among those of the file that it was read from.</summary>
    internal int Begin { get; }

    private ReadOnlyMemory<byte> Memory { get; }

    internal ReadOnlySpan<byte> Bytes => Memory.Span;

    /// <summary>The values in double precision; every type that can be read is exact in it.</summary>
    /// <exception cref="InputException">The type is none of F16, BF16, F32 and F64.</exception>
    public double[] ToDoubles() => Type switch
    {
        "F64" => MemoryMarshal.Cast<byte, double>(Bytes).ToArray(),
        "F32" => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(Bytes).ToArray(), v => (double)v),
        "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Bytes).ToArray(), v => (double)v),
        "BF16" => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(Bytes).ToArray(), v => (double)BitConverter.Int32BitsToSingle(v << 16)),
        _ => throw Unreadable(),
    };

    /// <summary>The values as a tensor.</summary>
    /// <inheritdoc cref="ToDoubles" path="/exception"/>
    public Tensor ToTensor(Device device) =>
        Type == "F32" ? device.From(MemoryMarshal.Cast<byte, float>(Bytes), Shape) : device.From(ToDoubles(), Shape);

    /// <summary>The values in single precision.</summary>
    /// <inheritdoc cref="ToDoubles" path="/exception"/>
    public float[] ToFloats() => Type == "F32" ? MemoryMarshal.Cast<byte, float>(Bytes).ToArray()
        : Array.ConvertAll(ToDoubles(), v => (float)v);

    /// <summary>This, if its values can be read.</summary>
    /// <inheritdoc cref="ToDoubles" path="/exception"/>
    internal StoredTensor Readable() => Type is "F64" or "F32" or "F16" or "BF16" ? this : throw Unreadable();

    private InputException Unreadable() => new(source, $"tensor \"{name}\": expected numbers of F16, BF16, F32 or F64, found {Type}");

    /// <summary>Bits of an element; null for a type that is not known here, of which there are new ones now and then.</summary>
    internal static int? BitsOf(string type) => type switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "BOOL" or "I8" or "U8" => 8,
        _ => null,
    };
}
