using System.Runtime.InteropServices;

namespace LisNative.Layers;

/// <summary>A tensor as a file holds it.</summary>
public sealed class StoredTensor
{
    internal StoredTensor(string type, Shape shape, ReadOnlyMemory<byte> bytes, int begin) => (Type, Shape, Memory, Begin) = (type, shape, bytes, begin);

    /// <summary>The element type: F32, F64, F16 or BF16.</summary>
    public string Type { get; }

    /// <summary>The sizes.</summary>
    public Shape Shape { get; }

    /// <summary>Where its bytes began among those of the file that it was read from.</summary>
    internal int Begin { get; }

    private ReadOnlyMemory<byte> Memory { get; }

    internal ReadOnlySpan<byte> Bytes => Memory.Span;

    /// <summary>The values in double precision; every stored type is exact in it.</summary>
    public double[] ToDoubles() => Type switch
    {
        "F64" => MemoryMarshal.Cast<byte, double>(Bytes).ToArray(),
        "F32" => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(Bytes).ToArray(), v => (double)v),
        "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Bytes).ToArray(), v => (double)v),
        _ => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(Bytes).ToArray(), v => (double)BitConverter.Int32BitsToSingle(v << 16)),
    };

    /// <summary>The values as a tensor.</summary>
    public Tensor On(Device device) => Type == "F32" ? device.From(MemoryMarshal.Cast<byte, float>(Bytes), Shape) : device.From(ToDoubles(), Shape);

    /// <summary>The values in single precision.</summary>
    public float[] ToFloats() => Type == "F32" ? MemoryMarshal.Cast<byte, float>(Bytes).ToArray() : Array.ConvertAll(ToDoubles(), v => (float)v);

    internal static int SizeOf(string type, string source) => type switch
    {
        "F64" => 8,
        "F32" => 4,
        "F16" or "BF16" => 2,
        _ => throw new InputException(source, 8, $"expected tensors of F16, BF16, F32 or F64, found {type}"),
    };
}
