using System.IO.Compression;
using System.Text;
using LisNative.Data;
using StbImageWriteSharp;

namespace LisNative.Tests.Data;

/// <summary>
/// What is packed is whole, or refused: gzip that is cut off unpacks to less without a word, and zips keep checksums that nobody looks at.
/// </summary>
public sealed class PackedTests : InFolder
{
    private string Refusal(string name, byte[] bytes)
    {
        string path = folder.Write(name, bytes);
        string message = Assert.ThrowsAny<InputException>(() => Sources.Open(path)).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
        return message;
    }

    [Fact]
    public void A_gzip_file_is_read_whole_or_not_at_all()
    {
        string rows = string.Concat(Enumerable.Range(0, 9000).Select(i => $"{i * 7 % 89},{i * i % 7919}\n"));
        byte[] gzip = FileFormats.Gzip(Encoding.UTF8.GetBytes(rows));
        Assert.Equal(9000, Sources.Open(folder.Write("a.csv.gz", gzip)).Count);
        Assert.Equal(18000, Sources.Open(folder.Write("two.csv.gz", [.. gzip, .. gzip])).Count);
        foreach (int missing in new[] { 1, 3, 4, 8, 9, 10, 100, gzip.Length / 2, gzip.Length - 19 })
        {
            Assert.Contains("cut off", Refusal("cut.csv.gz", gzip[..^missing]), StringComparison.Ordinal);
        }

        foreach (int at in new[] { 1, 5, 8, 50, gzip.Length / 2 })
        {
            byte[] damaged = [.. gzip];
            damaged[^at] ^= 1;
            Refusal("damaged.csv.gz", damaged);
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void A_zip_whose_entry_has_another_checksum_is_refused(CompressionLevel level)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("a.npy", level).Open();
            byte[] numbers = [.. Enumerable.Range(0, 800).SelectMany(i => BitConverter.GetBytes((float)(i % 13)))];
            entry.Write(FileFormats.Npy("<f4", "200, 4", numbers));
        }

        byte[] npz = memory.ToArray();
        Assert.Equal(200, Sources.Open(folder.Write("a.npz", npz)).Count);
        npz[level == CompressionLevel.NoCompression ? 2001 : npz.AsSpan().IndexOf("PK\u0001\u0002"u8) - 20] ^= 1;
        Refusal("b.npz", npz);
    }

    /// <summary>A BMP has no checksum of its own.</summary>
    [Fact]
    public void A_picture_in_a_zip_has_the_checksum_that_the_zip_declares()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("a.bmp", CompressionLevel.NoCompression).Open();
            new ImageWriter().WriteBmp(new byte[3000], 40, 25, ColorComponents.RedGreenBlue, entry);
        }

        byte[] bytes = memory.ToArray();
        Assert.Equal(1, Sources.Open(folder.Write("a.zip", bytes)).Count);
        bytes[1000] ^= 1;
        Assert.Contains("checksum", Refusal("b.zip", bytes), StringComparison.Ordinal);
    }
}
