using System.Runtime.InteropServices;
using System.Text;
using LisNative.Data;

namespace LisNative.Tests.Data;

/// <summary>Writes .npy.</summary>
internal static class NpyFile
{
    /// <summary>A set in single precision.</summary>
    internal static byte[] Of(Dataset set)
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({set.Count}, {string.Join(", ", set.Sample.Sizes.ToArray())}), }}";
        header = header.PadRight(((10 + header.Length + 64) / 64 * 64) - 11) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. MemoryMarshal.AsBytes(set.ToFloats().AsSpan())];
    }
}
