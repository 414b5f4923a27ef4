using System.Buffers.Binary;

namespace LisNative.Data;

/// <summary>The IDX format of MNIST and Fashion-MNIST, plain or gzipped: big-endian magic 0x0000_08_rank, sizes, then bytes.</summary>
internal static class Idx
{
    /// <summary>Images [count, rows, columns] with their labels [count].</summary>
    /// <exception cref="InputException">A file is missing, cut short, too long or of another kind; or the counts differ.</exception>
    public static Dataset Read(string images, string labels)
    {
        var (shape, pixels) = ReadArray(images, 3);
        var (count, classes) = ReadArray(labels, 1);
        return count[0] == shape[0]
            ? new Dataset(images, Sample(images, shape), pixels, Array.ConvertAll(classes, c => (int)c))
            : throw new InputException(labels, 4, $"expected {shape[0]} labels as {Path.GetFileName(images)} has images, found {count[0]}");
    }

    /// <summary>Images without labels.</summary>
    /// <exception cref="InputException">The file is missing, cut short, too long or of another kind.</exception>
    public static Dataset ReadImages(string images)
    {
        var (shape, pixels) = ReadArray(images, 3);
        return new(images, Sample(images, shape), pixels, new int[shape[0]]);
    }

    private static Shape Sample(string path, int[] shape) => FileReader.Sample(path, 8, 1, shape[1], shape[2]);

    private static (int[] Shape, byte[] Values) ReadArray(string path, int rank)
    {
        byte[] bytes = FileReader.ReadAll(path);
        int header = 4 + (4 * rank);
        if (bytes.Length < header || BinaryPrimitives.ReadInt32BigEndian(bytes) != 0x0800 + rank)
        {
            string found = bytes.Length < 4 ? $"{bytes.Length} bytes" : $"0x{BinaryPrimitives.ReadUInt32BigEndian(bytes):x8}";
            throw new InputException(path, 0,
                $"expected an IDX file of bytes with {rank} axes (magic 0x{0x0800 + rank:x8}), found {found}");
        }

        var shape = new int[rank];
        long size = 1;
        for (int i = 0; i < rank; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + (4 * i)));
            size = shape[i] < 0 || size > int.MaxValue ? long.MaxValue : size * shape[i];
        }

        return size == bytes.Length - header ? (shape, bytes[header..])
            : throw new InputException(path, header,
                $"expected {string.Join("×", shape)} bytes after the header, found {bytes.Length - header}");
    }
}
