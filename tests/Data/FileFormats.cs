using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using LisNative.Data;

namespace LisNative.Tests.Data;

/// <summary>Valid files of the formats that are read.</summary>
internal static class FileFormats
{
    /// <summary>Integers as IDX has them.</summary>
    internal static byte[] Big(params ReadOnlySpan<int> words)
    {
        var bytes = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), words[i]);
        }

        return bytes;
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }

        return buffer.ToArray();
    }

    /// <summary>An .npy file.</summary>
    internal static byte[] Npy(string type, string shape, byte[] data, bool fortran = false, byte version = 1)
    {
        string descr = type.StartsWith('[') ? type
            : $"'{type}'", header = $"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': ({shape}), }}\n";
        byte[] length = version == 1 ? [(byte)header.Length, 0] : [(byte)header.Length, 0, 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    /// <summary>An .npz file.</summary>
    internal static byte[] Npz(params ReadOnlySpan<(string Name, byte[] Npy)> arrays)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, npy) in arrays)
            {
                using var entry = zip.CreateEntry($"{name}.npy").Open();
                entry.Write(npy);
            }
        }

        return memory.ToArray();
    }

    /// <summary>A set as .npy, in single precision.</summary>
    internal static byte[] Npy(Dataset set) =>
        Npy("<f4", $"{set.Count}, {string.Join(", ", set.SampleShape.Sizes.ToArray())}",
            MemoryMarshal.AsBytes(set.ToFloats().AsSpan()).ToArray());

    /// <summary>A MAT file of byte arrays.</summary>
    internal static byte[] Mat(bool compressed, params (string Name, int[] Sizes, int Type, byte[] Data)[] arrays)
    {
        var file = new List<byte>(new byte[128]);
        (file[124], file[125], file[126], file[127]) = (0, 1, (byte)'I', (byte)'M');
        foreach (var (name, sizes, type, data) in arrays)
        {
            byte[] flags = [.. BitConverter.GetBytes(9), .. BitConverter.GetBytes(0)];
            byte[] matrix = Element(14, [.. Element(6, flags), .. Element(5, [.. sizes.SelectMany(BitConverter.GetBytes)]),
                .. Element(1, Encoding.ASCII.GetBytes(name)), .. Element(type, data)]);
            if (compressed)
            {
                using var buffer = new MemoryStream();
                using (var zlib = new ZLibStream(buffer, CompressionMode.Compress, leaveOpen: true))
                {
                    zlib.Write(matrix);
                }

                matrix = [.. BitConverter.GetBytes(15), .. BitConverter.GetBytes((int)buffer.Length), .. buffer.ToArray()];
            }

            file.AddRange(matrix);
        }

        return [.. file];
        static byte[] Element(int type, byte[] data) => data.Length is > 0 and <= 4
            ? [.. BitConverter.GetBytes(type | (data.Length << 16)), .. data, .. new byte[4 - data.Length]]
            : [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[(8 - (data.Length % 8)) % 8]];
    }
}
