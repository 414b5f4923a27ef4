using System.Formats.Tar;
using System.Text;

namespace LisNative.Data;

/// <summary>CIFAR-10 in its official binary form: records of one label byte and 3×32×32 channel-first pixels.</summary>
internal static class Cifar10
{
    private const int Record = 1 + (3 * 32 * 32);

    /// <summary>The classes in the order of the official numbers.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads batches (data_batch_1.bin … or test_batch.bin) from loose files.</summary>
    /// <exception cref="InputException">A file is missing, cut short or holds a label above 9.</exception>
    public static Dataset Read(params IReadOnlyList<string> files) =>
        Parse(files[0], [.. files.Select(f => (f, FileReader.ReadAll(f)))]);

    /// <summary>Reads the training or test batches from cifar-10-binary.tar.gz.</summary>
    /// <exception cref="InputException">The archive is damaged or lacks them.</exception>
    public static Dataset ReadArchive(string path, bool train)
    {
        byte[] unpacked = FileReader.ReadAll(path);
        using var stream = new MemoryStream(unpacked);
        return FileReader.At($"{path} (unpacked)", stream, () =>
        {
            CheckEntries(unpacked, stream);
            using var tar = new TarReader(stream, leaveOpen: true);
            var batches = new List<(string, byte[])>();
            while (tar.GetNextEntry() is { } entry)
            {
                string name = Path.GetFileName(entry.Name);
                if (entry.DataStream is { } data
                    && (train ? name.StartsWith("data_batch_", StringComparison.Ordinal) : name == "test_batch.bin"))
                {
                    batches.Add(($"{path}/{name}", FileReader.ReadToEnd(data, path, unpacked.Length)));
                }
            }

            return batches.Count > 0 ? Parse(path, [.. batches.OrderBy(b => b.Item1, StringComparer.Ordinal)])
                : throw new InputException(path, 0, $"expected {(train ? "data_batch_1.bin …" : "test_batch.bin")} inside, found none");
        });
    }

    /// <summary>
    /// The tar reader takes memory for an extended header of whatever size is declared: in 12 octal digits at byte 124 of each block that
    /// heads an entry.
    /// </summary>
    private static void CheckEntries(byte[] tar, MemoryStream stream)
    {
        const int Block = 512, SizeAt = 124, SizeDigits = 12;
        for (long at = 0; at + Block <= tar.Length;)
        {
            string digits = Encoding.ASCII.GetString(tar, (int)at + SizeAt, SizeDigits).Trim('\0', ' ');
            bool octal = digits.All(digit => digit is >= '0' and <= '7');
            long size = octal ? digits.Aggregate(0L, (sum, digit) => (8 * sum) + (digit - '0')) : 0;
            if (!octal || size > tar.Length - at - Block)
            {
                stream.Position = at;
                throw new InvalidDataException($"expected an entry of {digits} bytes, an octal number, found {tar.Length - at - Block}");
            }

            at += Block + ((size + Block - 1) / Block * Block);
        }
    }

    private static Dataset Parse(string name, IReadOnlyList<(string File, byte[] Bytes)> batches)
    {
        int count = batches.Sum(b => b.Bytes.Length / Record), at = 0;
        var pixels = new byte[count * (Record - 1)];
        var labels = new int[count];
        foreach (var (file, bytes) in batches)
        {
            if (bytes.Length == 0 || bytes.Length % Record != 0)
            {
                throw new InputException(file, bytes.Length / Record * Record,
                    $"expected records of {Record} bytes, found {bytes.Length} bytes");
            }

            for (int i = 0; i < bytes.Length; i += Record, at++)
            {
                labels[at] = bytes[i] <= 9 ? bytes[i]
                    : throw new InputException(file, i, $"expected a label from 0 to 9, found {bytes[i]}");
                bytes.AsSpan(i + 1, Record - 1).CopyTo(pixels.AsSpan(at * (Record - 1)));
            }
        }

        return new(name, [3, 32, 32], pixels, labels);
    }
}
