using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using LisNative.Layers;

namespace LisNative.Data;

/// <summary>NumPy's .npy (NEP 1): |u1, &lt;f4 or &lt;f8 arrays [count, length], [count, height, width] or [count, channels, height, width], C order.</summary>
public static partial class Npy
{
    /// <summary>Reads a file; bytes become images in [0, 1], floats stay as they are.</summary>
    /// <exception cref="InputException">It is cut short or of another kind.</exception>
    public static Dataset Read(string path)
    {
        byte[] bytes = FileReader.ReadAll(path);
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new InputException(path, 0, $"expected a .npy file, found {bytes.Length} bytes that begin otherwise");
        }

        int start = bytes[6] == 1 ? 10 : 12;
        long length = bytes[6] == 1 ? BitConverter.ToUInt16(bytes, 8) : BitConverter.ToUInt32(bytes, 8);
        if (start + length > bytes.Length)
        {
            throw new InputException(path, 8, $"expected a header of {length} bytes, found {bytes.Length - start}");
        }

        string header = Encoding.Latin1.GetString(bytes, start, (int)length);
        var type = Type().Match(header);
        var shape = Sizes().Match(header);
        if (!type.Success || !shape.Success || header.Contains("'fortran_order': True", StringComparison.Ordinal))
        {
            throw new InputException(path, start, $"expected |u1, <f4 or <f8 in C order, found {header.Trim()}");
        }

        int[] sizes = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : throw new InputException(path, start, $"expected sizes below 2³¹, found {s}"))];
        Shape sample = sizes.Length switch
        {
            2 => FileReader.Sample(path, start, sizes[1]),
            3 => FileReader.Sample(path, start, 1, sizes[1], sizes[2]),
            4 => FileReader.Sample(path, start, sizes[1], sizes[2], sizes[3]),
            _ => throw new InputException(path, start, $"expected 2 to 4 axes, found [{string.Join(", ", sizes)}]"),
        };
        return Assemble(path, type.Groups[1].Value, sample, sizes[0], bytes, start + (int)length);
    }

    private static Dataset Assemble(string path, string type, Shape sample, int count, byte[] bytes, int start)
    {
        var data = bytes.AsSpan(start);
        int size = type switch { "|u1" => 1, "<f4" => 4, _ => 8 };
        if (data.Length != (long)count * sample.Count * size)
        {
            throw new InputException(path, start, $"expected {count} samples {sample} of {type}, found {data.Length} bytes");
        }

        return type switch
        {
            "|u1" => new(path, sample, data.ToArray(), new int[count]),
            "<f4" => new(path, sample, MemoryMarshal.Cast<byte, float>(data).ToArray(), new int[count]),
            _ => new(path, sample, Array.ConvertAll(MemoryMarshal.Cast<byte, double>(data).ToArray(), v => (float)v), new int[count]),
        };
    }

    [GeneratedRegex(@"'descr':\s*'(\|u1|<f4|<f8)'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'shape':\s*\(([\d,\s]*)\)")]
    private static partial Regex Sizes();
}
