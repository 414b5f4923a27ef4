namespace LisNative.Data;

/// <summary>What one element of a NumPy array is.</summary>
/// <param name="Kind">b, i, u or f: a truth value, an integer, an unsigned one, a float.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="BigEndian">Whether the highest byte comes first.</param>
internal sealed record NpyType(char Kind, int Size, bool BigEndian)
{
    /// <summary>As NumPy writes it, but for the order of bytes.</summary>
    internal string Text => $"{Kind}{Size}";

    /// <summary>Reads NumPy's name of a type: &lt;f4.</summary>
    /// <exception cref="InputException">It is not a number; the message says what makes one of it.</exception>
    internal static NpyType Parse(string name, string path, long offset)
    {
        string plain = name.TrimStart('<', '>', '|', '=');
        return plain is "b1" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "f2" or "f4" or "f8"
            ? new(plain[0], plain[1] - '0', name[0] == '>')
            : throw new InputException(path, offset,
                $"expected numbers, found {(plain.Length == 0 ? "records" : name)}; {Remedy(plain)} makes them so");
    }

    /// <summary>Whether its elements lie in memory as this machine has them.</summary>
    internal bool IsMemoryOf<T>() =>
        !BigEndian && BitConverter.IsLittleEndian
        && Text == (typeof(T) == typeof(byte) ? "u1" : typeof(T) == typeof(float) ? "f4" : typeof(T) == typeof(double) ? "f8" : "");

    /// <summary>The number at the beginning of some bytes.</summary>
    internal double Value(ReadOnlySpan<byte> at)
    {
        ulong bits = 0;
        for (int i = 0; i < Size; i++)
        {
            bits |= (ulong)at[BigEndian ? Size - 1 - i : i] << (8 * i);
        }

        return (Kind, Size) switch
        {
            ('f', 2) => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
            ('f', 4) => BitConverter.UInt32BitsToSingle((uint)bits),
            ('f', _) => BitConverter.UInt64BitsToDouble(bits),
            ('i', _) => (long)(bits << (64 - (8 * Size))) >> (64 - (8 * Size)),
            ('b', _) => bits == 0 ? 0 : 1,
            _ => bits,
        };
    }

    private static string Remedy(string type) => type.FirstOrDefault() switch
    {
        'c' => "np.abs(a), or np.concatenate([a.real, a.imag], -1),",
        'M' or 'm' => "a.astype('i8')",
        'V' or '\0' => "numpy.lib.recfunctions.structured_to_unstructured(a)",
        _ => "a.astype('f8')",
    };
}
