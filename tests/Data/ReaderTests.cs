using System.IO.Compression;
using System.Text;
using LisNative.Data;

using static LisNative.Tests.Data.FileFormats;

namespace LisNative.Tests.Data;

/// <summary>Every reader: a valid file byte by byte, and each kind of damage as one sentence that names the file.</summary>
public sealed class ReaderTests : InFolder
{
    private static byte[] Png(int height, int width, bool colour, byte value = 200) =>
        PngFile.Of(height, width, colour, (y, x) => ((byte)(value + (y * width) + x), 10, 20));

    private static InputException Fails(Func<Dataset> read, string file, params string[] parts)
    {
        var e = Assert.ThrowsAny<InputException>(read);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', e.Message);
        return e;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_reads_images_and_labels(bool zipped)
    {
        byte[] images = [.. Big(0x803, 2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8], labels = [.. Big(0x801, 2), 7, 9];
        folder.Write("train-images-idx3-ubyte", zipped ? Gzip(images) : images);
        folder.Write("train-labels-idx1-ubyte", zipped ? Gzip(labels) : labels);
        var set = Sources.Load("mnist", folder.Path, train: true);
        Assert.Equal("[1, 2, 2]", set.SampleShape.ToString());
        Assert.Equal([7, 9], set.Labels);
        Assert.Equal([5, 6, 7, 8], set.Pixels(1).ToArray());
        Assert.Equal(2, Sources.Open(folder["train-images-idx3-ubyte"]).Count);
        var small = Sources.Open(folder["train-images-idx3-ubyte"], new() { Size = (1, 2) });
        // means of 1, 3 and of 2, 4
        Assert.Equal(("[1, 1, 2]", 2, 3), ($"{small.SampleShape}", small.Pixels(0)[0], small.Pixels(0)[1]));
    }

    [Fact]
    public void Idx_damage()
    {
        string Write(params byte[] bytes) => folder.Write("x-idx3-ubyte", bytes);
        Fails(() => Idx.ReadImages(Write()), "x-idx3-ubyte", "0x00000803", "0 bytes");
        Fails(() => Idx.ReadImages(Write([.. Big(0x801, 2), 7, 9])), "x-idx3-ubyte", "found");
        Fails(() => Idx.ReadImages(Write([.. Big(0x803, 2, 2, 2), 1, 2, 3])), "x-idx3-ubyte", "2×2×2", "found 3");
        Fails(() => Idx.ReadImages(Write([.. Big(0x803, 1, 1, 1), 1, 2])), "x-idx3-ubyte", "found 2");
        Fails(() => Idx.ReadImages(Write(Big(0x803, int.MaxValue, int.MaxValue, int.MaxValue))), "x-idx3-ubyte", "found 0");
        Fails(() => Idx.ReadImages(Write(Big(0x803, -1, 2, 2))), "x-idx3-ubyte");
        Fails(() => Idx.ReadImages(Write(Gzip([.. Big(0x803, 1, 1, 1), 1])[..20])), "x-idx3-ubyte");
        folder.Write("y", [.. Big(0x801, 1), 3]);
        Fails(() => Idx.Read(Write([.. Big(0x803, 2, 1, 1), 1, 2]), folder["y"]), "y", "expected 2 labels", "found 1");
    }

    [Fact]
    public void Cifar_reads_files_and_archives()
    {
        byte[] Batch(byte label)
        {
            var bytes = new byte[2 * 3073];
            (bytes[0], bytes[1], bytes[3073], bytes[3074]) = (label, 11, 3, 22);
            return bytes;
        }

        for (int i = 1; i <= 5; i++)
        {
            folder.Write($"data_batch_{i}.bin", Batch((byte)i));
        }

        folder.Write("test_batch.bin", Batch(9));
        var set = Sources.Load("cifar10", folder.Path, train: true);
        Assert.Equal([1, 3, 2, 3, 3, 3, 4, 3, 5, 3], set.Labels);
        Assert.Equal("[3, 32, 32]", set.SampleShape.ToString());
        Assert.Equal(22, set.Pixels(1)[0]);
        Assert.Equal(2, Sources.Load("cifar10", folder.Path, train: false).Count);

        using (var tar = new System.Formats.Tar.TarWriter(
            new GZipStream(File.Create(folder["cifar-10-binary.tar.gz"]), CompressionMode.Compress)))
        {
            tar.WriteEntry(folder["data_batch_2.bin"], "cifar-10-batches-bin/data_batch_2.bin");
            tar.WriteEntry(folder["test_batch.bin"], "cifar-10-batches-bin/test_batch.bin");
        }

        Assert.Equal([2, 3], Cifar10.ReadArchive(folder["cifar-10-binary.tar.gz"], train: true).Labels);
        Fails(() => Cifar10.Read(folder.Write("bad.bin", new byte[3000])), "bad.bin", "3073", "3000");
        Fails(() => Cifar10.Read(folder.Write("bad.bin", [10, .. new byte[3072]])), "bad.bin", "label", "10");
        Fails(() => Cifar10.ReadArchive(folder.Write("bad.tar.gz", [1, 2, 3]), true), "bad.tar.gz");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mat_reads_svhn(bool compressed)
    {
        byte[] x = [.. Enumerable.Range(0, 2 * 3 * 3 * 2).Select(i => (byte)i)];      // [2, 3, 3, 2] column-major
        folder.Write("train_32x32.mat", Mat(compressed, ("X", [2, 3, 3, 2], 2, x), ("y", [2, 1], 2, [10, 4])));
        var set = MatFile.ReadSvhn(folder["train_32x32.mat"]);
        Assert.Equal("[3, 2, 3]", set.SampleShape.ToString());
        Assert.Equal([0, 4], set.Labels);
        Assert.Equal([0, 2, 4, 1, 3, 5, 6, 8, 10], set.Pixels(0).ToArray().Take(9));
        Assert.Equal(18, set.Pixels(1)[0]);
    }

    [Fact]
    public void Mat_damage()
    {
        byte[] good = Mat(false, ("X", [2, 2, 3, 1], 2, new byte[12]), ("y", [1, 1], 2, [1]));
        string Write(byte[] bytes) => folder.Write("s.mat", bytes);
        Fails(() => MatFile.ReadSvhn(Write(good[..100])), "s.mat", "version 5");
        Fails(() => MatFile.ReadSvhn(Write(good[..150])), "s.mat", "expected");
        Fails(() => MatFile.ReadSvhn(Write(Mat(false, ("X", [2, 2, 3, 9], 2, new byte[12])))), "s.mat", "2×2×3×9", "found 12");
        Fails(() => MatFile.ReadSvhn(Write(Mat(false, ("Z", [2, 2], 2, new byte[4])))), "s.mat", "expected X", "Z [2, 2]");
        Fails(() => MatFile.ReadSvhn(Write(Mat(false, ("X", [2, 2, 3, 1], 4, [.. new byte[22], 0, 1]), ("y", [1, 1], 2, [1])))), "s.mat",
            "found 256", "uint8");
        Fails(() => MatFile.ReadSvhn(Write(Mat(true, ("X", [2, 2, 3, 1], 2, new byte[12]))[..^8])), "s.mat");
    }

    [Fact]
    public void Folders_and_zips_number_their_classes()
    {
        folder.Write("set/b/1.png", Png(4, 8, colour: true));
        folder.Write("set/a/2.png", Png(4, 8, colour: true, value: 100));
        folder.Write("set/notes.txt", [1]);
        ZipFile.CreateFromDirectory(folder["set"], folder["set.zip"]);
        foreach (var set in new[] { Sources.Open(folder["set"]), Sources.Open(folder["set.zip"]) })
        {
            Assert.Equal("[3, 4, 8]", set.SampleShape.ToString());
            Assert.Equal([0, 1], set.Labels);
            Assert.Equal([100, 101], set.Pixels(0).ToArray().Take(2));
            Assert.Equal(10, set.Pixels(0)[32]);
        }

        Assert.Equal("[3, 4, 4]", Sources.Open(folder["set"], new ReadOptions { Size = (4, 4) }).SampleShape.ToString());
        Assert.Single(Sources.Open(folder["set/b/1.png"]).Labels);
    }

    [Fact]
    public void Image_damage()
    {
        Directory.CreateDirectory(folder["empty"]);
        Fails(() => Sources.Open(folder["empty"]), "empty", "none");
        folder.Write("mixed/1.png", Png(4, 8, colour: false));
        folder.Write("mixed/2.png", Png(8, 8, colour: false));
        Fails(() => Sources.Open(folder["mixed"]), "2.png", "4×8", "8×8");
        folder.Write("cut/1.png", Png(16, 16, colour: true)[..60]);
        Fails(() => Sources.Open(folder["cut"]), "1.png");
        folder.Write("text/1.jpg", Encoding.ASCII.GetBytes("not an image"));
        Fails(() => Sources.Open(folder["text"]), "1.jpg", "a PNG, JPEG or BMP image");
        Fails(() => Sources.Open(folder.Write("bad.zip", [80, 75, 3, 4, 0])), "bad.zip");
        Fails(() => Sources.Open(folder["nothing"]), "nothing", "found nothing");
        Fails(() => Sources.Open(folder.Write("x.exe", [1])), "x.exe", "another kind");
    }

    [Fact]
    public void Missing_official_files_are_named_with_the_way_to_get_them()
    {
        foreach (string name in Sources.Names)
        {
            Fails(() => Sources.Load(name, folder.Path, train: true), folder.Path, $"data get {name}");
        }
    }

    [Fact]
    public void Omniglot_becomes_like_mnist()
    {
        const int Side = 105;
        byte[] picture = PngFile.Of(Side, Side, colour: false, (_, x) => ((byte)(x < Side / 2 ? 0 : 255), 0, 0));     // ink on the left
        folder.Write("pictures/images_background/Latin/character01/0001_01.png", picture);
        ZipFile.CreateFromDirectory(folder["pictures"], folder["images_background.zip"]);
        var set = Sources.Load("omniglot", folder.Path, train: true);
        Assert.Equal((1, "[1, 28, 28]"), (set.Count, set.SampleShape.ToString()));
        for (int row = 0; row < 28; row++)
        {
            byte[] pixels = set.Pixels(0).Slice(28 * row, 28).ToArray();
            Assert.All(pixels[..14], v => Assert.Equal(255, v));      // ink is bright, paper dark
            Assert.All(pixels[14..], v => Assert.Equal(0, v));
        }
    }
}
