using System.Formats.Tar;
using System.IO.Compression;
using LisNative.Layers;

namespace LisNative.Data;

/// <summary>CIFAR-10 in its official binary form: records of one label byte and 3×32×32 channel-first pixels.</summary>
public static class Cifar10
{
    private const int Record = 1 + (3 * 32 * 32);

    /// <summary>The classes in the order of the official numbers.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads batches (data_batch_1.bin … or test_batch.bin) from loose files.</summary>
    /// <exception cref="InputException">A file is missing, cut short or holds a label above 9.</exception>
    public static Dataset Read(params IReadOnlyList<string> files) =>
        Parse(files[0], [.. files.Select(f => (f, FileReader.ReadAll(f)))]);

    /// <summary>Reads the training or test batches from cifar-10-binary.tar.gz.</summary>
    /// <exception cref="InputException">The archive is damaged or lacks them.</exception>
    public static Dataset ReadArchive(string path, bool train) => FileReader.Guard(path, () =>
    {
        var batches = new List<(string, byte[])>();
        using var tar = new TarReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            string name = Path.GetFileName(entry.Name);
            if (entry.DataStream is { } data && (train ? name.StartsWith("data_batch_", StringComparison.Ordinal) : name == "test_batch.bin"))
            {
                batches.Add(($"{path}/{name}", FileReader.ReadToEnd(data, path, 64L << 20)));
            }
        }

        return batches.Count > 0 ? Parse(path, [.. batches.OrderBy(b => b.Item1, StringComparer.Ordinal)])
            : throw new InputException(path, $"expected {(train ? "data_batch_1.bin …" : "test_batch.bin")} inside, found none");
    });

    private static Dataset Parse(string name, IReadOnlyList<(string File, byte[] Bytes)> batches)
    {
        int count = batches.Sum(b => b.Bytes.Length / Record), at = 0;
        var pixels = new byte[count * (Record - 1)];
        var labels = new int[count];
        foreach (var (file, bytes) in batches)
        {
            if (bytes.Length == 0 || bytes.Length % Record != 0)
            {
                throw new InputException(file, $"expected records of {Record} bytes, found {bytes.Length} bytes");
            }

            for (int i = 0; i < bytes.Length; i += Record, at++)
            {
                labels[at] = bytes[i] <= 9 ? bytes[i] : throw new InputException(file, $"expected a label from 0 to 9 at byte {i}, found {bytes[i]}");
                bytes.AsSpan(i + 1, Record - 1).CopyTo(pixels.AsSpan(at * (Record - 1)));
            }
        }

        return new(name, [3, 32, 32], pixels, labels);
    }
}
