using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using LisNative.Data;
using LisNative.Experiments;
using LisNative.Random;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;
using LisNative.Training;
using StbImageWriteSharp;

namespace LisNative.Tests.Reliability.Fuzz;

/// <summary>A reader with valid files, and what it may take for a damaged one.</summary>
/// <param name="Name">The format.</param>
/// <param name="FileName">What its files are called: some readers go by that.</param>
/// <param name="Seeds">Valid files, or what is packed in them.</param>
/// <param name="Read">Reads a file.</param>
/// <param name="BytesForByte">Bytes that may be allocated for each byte of the file, beyond <see cref="Always"/>.</param>
/// <param name="Pack">Makes a file of mutated bytes; null when they are the file.</param>
/// <param name="Places">Whether every refusal names the place; otherwise it may be the name of an entry or a tensor.</param>
internal sealed record Target(
    string Name, string FileName, IReadOnlyList<byte[]> Seeds, Action<string> Read, double BytesForByte = 64, Func<byte[], Philox,
    byte[]>? Pack = null, bool Places = true)
{
    /// <summary>Bytes that any reader may allocate: buffers, messages, tables.</summary>
    internal const long Always = 2 << 20;

    /// <summary>What unpacks may take as much as it may unpack to, and some copies.</summary>
    private const double Packed = 200 * 6, PackedImage = 8 * 1032 * 12;

    /// <summary>The caller's, whose memory is counted.</summary>
    private static readonly ReadOptions OneThread = new() { Threads = 1 };

    internal static IReadOnlyList<Target> All { get; } = [.. Create()];

    private static IEnumerable<Target> Create()
    {
        byte[] idx = [.. FileFormats.Big(0x803, 3, 4, 2), .. Enumerable.Range(0, 24).Select(i => (byte)i)];
        yield return new("IDX", "a-idx3-ubyte", [idx, [.. FileFormats.Big(0x801, 3), 1, 2, 3]], f => Sources.Open(f));
        yield return new("gzip", "a-idx3-ubyte.gz", [FileFormats.Gzip(idx)], f => Sources.Open(f), Packed);
        yield return new("IDX in gzip", "b-idx3-ubyte.gz", [idx], f => Sources.Open(f), Packed, (bytes, _) => FileFormats.Gzip(bytes));

        byte[] cifar = new byte[2 * 3073];
        (cifar[0], cifar[3073]) = (3, 9);
        yield return new("CIFAR binary", "data_batch_1.bin", [cifar], f => Cifar10.Read(f));
        yield return new("CIFAR archive", "cifar-10-binary.tar.gz", [Tar(("c/data_batch_1.bin", cifar))],
            f => Cifar10.ReadArchive(f, train: true), Packed, (bytes, r) =>
            r.Below(2, 0) == 0 ? FileFormats.Gzip(bytes) : Mutator.Mutate([FileFormats.Gzip(bytes)], r));

        byte[] Mat(bool packed) => FileFormats.Mat(packed, ("X", [2, 3, 3, 2], 2, new byte[36]), ("y", [2, 1], 2, [10, 4]));
        yield return new("MAT", "train_32x32.mat", [Mat(false), Mat(true)], f => MatFile.ReadSvhn(f), Packed);

        byte[] png = Png(colour: true), jpg = Jpg();
        yield return new("PNG", "a.png", [png, Png(colour: false), Bmp()], f => Sources.Open(f), PackedImage);
        yield return new("PNG with right checksums", "c.png",
            [png, Png(colour: false), PngFile.Of(5, 6, 6, 16, new int[120], true, ("eXIf", "II*\08\0\0\0"u8.ToArray()))], f =>
            Sources.Open(f), PackedImage, (bytes, _) => PngFile.Signed(bytes));
        yield return new("PNG scan lines", "b.png", [PngScanLines], f => Sources.Open(f), PackedImage, (bytes, r) => PngOf(bytes, r));
        yield return new("JPEG", "a.jpg", [jpg, .. JpegFiles.All.Values], f => Sources.Open(f), 512 * 32);
        yield return new("BMP", "a.bmp", [Bmp()], f => Sources.Open(f), 8 * 32);
        yield return new("zip", "a.zip", [Zip(("a/1.png", png), ("b/2.png", png)), Zip(("1.jpg", jpg))], f => Sources.Open(f, OneThread),
            PackedImage);
        yield return new("image in a zip", "b.zip", [png, jpg], f => Sources.Open(f, OneThread), PackedImage,
            (bytes, _) => Zip(("a/1.png", bytes), ("b/2.png", png)), Places: false);

        yield return new(".npy", "a.npy",
            [FileFormats.Npy(Bars.Horizontal(2, 1)), FileFormats.Npy("|u1", "3, 2, 2", new byte[12]),
            FileFormats.Npy("<f8", "2, 3", new byte[48])], f => Sources.Open(f));
        yield return new(".npz", "a.npz", [FileFormats.Npz(("a", FileFormats.Npy("<i2", "2, 3", new byte[12])))], f => Sources.Open(f),
            Packed);
        yield return new("array in an .npz", "b.npz",
            [FileFormats.Npy(">f2", "2, 3", new byte[12], fortran: true), FileFormats.Npy("|b1", "1, 2, 2, 3", new byte[12], version: 2)],
            f => Sources.Open(f), Packed, (bytes, _) => FileFormats.Npz(("a", bytes)));
        yield return new("TSV", "a.tsv",
            [.. new[] { "sep=;\na;b\n1,5;2\n3;-4e1\n", "# a b\n1.5 \t2\n2  \"3\"\n", "\ta\tb\n0\t1\tNA\n1\t\t2\n" }.Select(
            Encoding.UTF8.GetBytes)], f => Sources.Open(f, new() { Missing = Missing.Mean }), 512);
        yield return new("CSV", "a.csv",
            [.. new[] { "a,b\n1,2\n3,-4e1\n", "\"1\";\"2\"\r\n\"3\";4\r\n", "1.5\n2\n" }.Select(Encoding.UTF8.GetBytes)], f =>
            Sources.Open(f), 512);
        yield return new("safetensors", "a.safetensors", [Weights()], f => SafeTensors.Read(f), 512);
        yield return new("model", "a.lis", [Model()], f => Detector.Load(f).Dispose(), 4096, Places: false);
        yield return new("model with a right digest", "b.lis", [Model()], f => Detector.Load(f).Dispose(), 4096,
            (bytes, _) => Signed(bytes), Places: false);
        yield return new("results store", "results.jsonl", [Store()], f => new ResultStore(f).Read(), 512);
        yield return new("checkpoint", "c.checkpoint", [State()], Resume, 4096, (bytes, r) => r.Below(2, 0) == 0 ? bytes
            : Signed(bytes), Places: false);
    }

    private static byte[] Written(Action<string> write)
    {
        using var folder = new TemporaryFolder();
        write(folder["x"]);
        return File.ReadAllBytes(folder["x"]);
    }

    private static byte[] Tar(params ReadOnlySpan<(string Name, byte[] Bytes)> entries)
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                { DataStream = new MemoryStream(bytes), ModificationTime = DateTimeOffset.UnixEpoch });
            }
        }

        return memory.ToArray();
    }

    private static byte[] Zip(params ReadOnlySpan<(string Name, byte[] Bytes)> entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                var made = zip.CreateEntry(name);
                made.LastWriteTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var entry = made.Open();
                entry.Write(bytes);
            }
        }

        return memory.ToArray();
    }

    private static byte[] Image(Action<ImageWriter, byte[], Stream> write)
    {
        using var memory = new MemoryStream();
        write(new(), [.. Enumerable.Range(0, 19 * 17 * 3).Select(i => (byte)(i * i))], memory);
        return memory.ToArray();
    }

    private static byte[] Png(bool colour) => PngFile.Of(9, 7, colour, (y, x) => ((byte)(y * x), (byte)y, (byte)x));

    private static byte[] Jpg() => Image((w, pixels, to) => w.WriteJpg(pixels, 19, 17, ColorComponents.RedGreenBlue, to, 80));

    private static byte[] Bmp() => Image((w, pixels, to) => w.WriteBmp(pixels, 19, 17, ColorComponents.RedGreenBlue, to));

    /// <summary>Width, height, depth and colour type, then filtered rows.</summary>
    private static byte[] PngScanLines => [7, 5, 8, 2, .. new byte[5 * 22]];

    /// <summary>A PNG of such bytes: what is declared and what is packed are both hostile, and the packing is right.</summary>
    private static byte[] PngOf(byte[] bytes, Philox random)
    {
        byte[] head = [.. bytes.Take(4), .. new byte[4]], sizes = FileFormats.Big(Scaled(head[0], 1), Scaled(head[1], 2));
        byte[] packed = PngFile.Zlib(bytes[Math.Min(4, bytes.Length)..]);
        return PngFile.Of([("IHDR", [.. sizes, head[2], head[3], 0, 0, (byte)random.Below(2, 0)]), ("PLTE", new byte[24]), ("IDAT", packed),
            ("IEND", [])]);
        int Scaled(byte size, ulong at) => random.Below(8, at) == 0 ? size << (7 * random.Below(4, at + 2)) : size;
    }

    private static byte[] Weights() => Written(path =>
    {
        var file = new SafeTensors();
        file.Add("a.weight", [2, 3], new float[6]);
        file.Add("b", [1], [1]);
        file.Metadata["format"] = "pt";
        file.Write(path);
    });

    private static Dataset Rows =>
        new("rows", [3], [.. Enumerable.Range(0, 64 * 3).Select(i => new Philox(3).Normal((ulong)i))], new int[64]);

    private static AutoencoderOptions Tiny => new() { Width1 = 4, Width2 = 3, Latent = 1, Epochs1 = 1, Batch = 16 };

    private static byte[] Model() => Written(path =>
    {
        using var detector = Detector.Fit(Device.Cpu, Rows, null, Tiny);
        detector.Save(path);
    });

    private static byte[] State() => Written(path =>
    {
        using var detector = Detector.Fit(Device.Cpu, Rows, null, Tiny, checkpoint: new Checkpoint(path, TimeSpan.Zero));
    });

    private static void Resume(string path)
    {
        using var detector = Detector.Fit(Device.Cpu, Rows, null, Tiny, checkpoint: new Checkpoint(path, TimeSpan.MaxValue));
    }

    /// <summary>With the digest that its numbers have, if it can be read at all.</summary>
    private static byte[] Signed(byte[] bytes)
    {
        try
        {
            var file = SafeTensors.Parse(bytes, "");
            file.Metadata["digest"] = file.Digest();
            return Written(file.Write);
        }
        catch (InputException)
        {
            return bytes;
        }
    }

    private static byte[] Store() => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3).Select(i =>
        $$$"""{"version":"0.1.0","task":{"dataset":"mnist","normal":"{{{i}}}","negative":null,"outliers":"1"},"method":"kde","settings":{"seed":1},"oracle":false,"scores":{"kde":{"auc":0.9,"deviation":0.01,"byClass":{"1":0.9},"curve":[[0,1],[1,0]]}},"date":"2026-11-25"}""" + "\n")));
}
