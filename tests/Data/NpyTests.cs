using System.Runtime.InteropServices;
using LisNative.Data;

namespace LisNative.Tests.Data;

/// <summary>
/// Arrays as NumPy writes them: each is the numbers that NumPy would show, or is refused with the call that makes it one of these.
/// </summary>
public sealed class NpyTests : InFolder
{
    private readonly List<string> warnings = [];

    private Dataset Read(byte[] npy, (int, int)? size = null) =>
        Sources.Open(folder.Write("x.npy", npy), new() { Size = size, Warn = warnings.Add });

    private static string Refused(Func<Dataset> read)
    {
        string message = Assert.ThrowsAny<InputException>(read).Message;
        Assert.Contains("x.np", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static byte[] Bytes<T>(params T[] values)
        where T : struct => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static byte[] Swapped(byte[] bytes, int size) => [.. bytes.Chunk(size).SelectMany(c => c.Reverse())];

    /// <summary>[[0, 1, 2], [3, 100, 5]] in every type and order.</summary>
    public static TheoryData<string, byte[], bool, byte> Tables => new()
    {
        { "|u1", [0, 1, 2, 3, 100, 5], false, 1 },
        { "|i1", [0, 1, 2, 3, 100, 5], false, 2 },
        { "<i2", Bytes<short>(0, 1, 2, 3, 100, 5), false, 1 },
        { ">u2", Swapped(Bytes<ushort>(0, 1, 2, 3, 100, 5), 2), false, 1 },
        { "<i4", Bytes(0, 1, 2, 3, 100, 5), false, 3 },
        { "<u4", Bytes<uint>(0, 1, 2, 3, 100, 5), false, 1 },
        { "<i8", Bytes<long>(0, 3, 1, 100, 2, 5), true, 1 },
        { ">u8", Swapped(Bytes<ulong>(0, 1, 2, 3, 100, 5), 8), false, 1 },
        { "<f2", Bytes((Half)0, (Half)1, (Half)2, (Half)3, (Half)100, (Half)5), false, 1 },
        { "<f4", Bytes<float>(0, 1, 2, 3, 100, 5), false, 1 },
        { "<f4", Bytes<float>(0, 3, 1, 100, 2, 5), true, 2 },
        { ">f4", Swapped(Bytes<float>(0, 1, 2, 3, 100, 5), 4), false, 1 },
        { "<f8", Bytes<double>(0, 1, 2, 3, 100, 5), false, 1 },
        { ">f8", Swapped(Bytes<double>(0, 3, 1, 100, 2, 5), 8), true, 1 },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_is_its_numbers_in_any_type_and_order(string type, byte[] data, bool fortran, byte version)
    {
        var set = Read(FileFormats.Npy(type, "2, 3", data, fortran, version));
        Assert.Equal("[3]", $"{set.SampleShape}");
        Assert.Equal([0, 1, 2, 3, 100, 5], set.ToFloats());
        Assert.Equal(Read(FileFormats.Npy("|u1", "2, 3", [0, 1, 2, 3, 100, 5])).Fingerprint(), set.Fingerprint());
    }

    [Fact]
    public void Signs_truth_values_and_columns()
    {
        Assert.Equal([-1, -128], Read(FileFormats.Npy("|i1", "2, 1", [0xff, 0x80])).ToFloats());
        Assert.Equal([-2, 1L << 40], Read(FileFormats.Npy("<i8", "2, 1", Bytes(-2L, 1L << 40))).ToFloats());
        Assert.Equal([0, 1, 1], Read(FileFormats.Npy("|b1", "1, 3", [0, 1, 2])).ToFloats());
        var column = Read(FileFormats.Npy("<f4", "2,", Bytes(1.5f, 2f)));
        Assert.Equal(("[1]", 2), ($"{column.SampleShape}", column.Count));
    }

    [Theory]
    [InlineData("1, 2, 2", "[1, 2, 2]", new[] { 0, 1, 2, 3 })]
    [InlineData("1, 3, 2, 2", "[3, 2, 2]", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    [InlineData("1, 2, 2, 3", "[3, 2, 2]", new[] { 0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11 })]
    [InlineData("1, 2, 2, 1", "[1, 2, 2]", new[] { 0, 1, 2, 3 })]
    [InlineData("1, 5, 2, 4", "[4, 5, 2]", new[] { 0, 4, 8 })]
    [InlineData("1, 1, 4, 1", "[1, 4, 1]", new[] { 0, 1, 2, 3 })]
    public void Images_have_their_channels_first_or_last(string shape, string sample, int[] first)
    {
        int count = shape.Split(", ").Aggregate(1, (product, size) => product * int.Parse(size));
        byte[] data = [.. Enumerable.Range(0, count).Select(i => (byte)i)];
        var set = Read(FileFormats.Npy("|u1", shape, data));
        Assert.True(set.IsBytes);
        Assert.Equal(sample, $"{set.SampleShape}");
        Assert.Equal(first, set.Pixels(0)[..first.Length].ToArray().Select(b => (int)b));
        Assert.Equal(first.Select(i => i / 64f),
            Read(FileFormats.Npy("<f4", shape, Bytes([.. data.Select(b => b / 64f)]))).ToFloats()[..first.Length]);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Images_are_scaled_or_the_size_is_refused()
    {
        byte[] npy = FileFormats.Npy("|u1", "1, 2, 4", [0, 10, 20, 30, 2, 12, 22, 32]);
        Assert.Equal([6, 26], Read(npy, (1, 2)).Pixels(0).ToArray());
        Assert.Equal([0, 255], Read(FileFormats.Npy("|b1", "1, 1, 2", [0, 1])).Pixels(0).ToArray());
        Assert.Contains("images of bytes to scale", Refused(() => Read(FileFormats.Npy("<f4", "1, 2, 2", new byte[16]), (4, 4))),
            StringComparison.Ordinal);
        Read(FileFormats.Npy("|u1", "1, 8, 8, 2", new byte[128]));
        Assert.Contains("np.moveaxis(a, -1, 1)", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(8, Read(FileFormats.Npy("|u1", "8, 6, 3", new byte[144])).Count);
        Assert.Contains("read as 8 grey images of 6×3 pixels; a[None] makes one colour image", warnings[^1], StringComparison.Ordinal);
        Assert.Contains("found 98; (a / 255).astype('f4')", Refused(() => Read(FileFormats.Npy("<f4", "1, 1, 2", Bytes(0.5f, 98f)))),
            StringComparison.Ordinal);
        Assert.Contains("found -0.5; ", Refused(() => Read(FileFormats.Npy("<f8", "1, 1, 2", Bytes(0.5, -0.5)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("|O", "2, 3", 48, "a.astype('f8')")]
    [InlineData("<U3", "2, 3", 72, "a.astype('f8')")]
    [InlineData("<c8", "2, 3", 48, "np.abs(a)")]
    [InlineData("<M8[ns]", "2, 3", 48, "a.astype('i8')")]
    [InlineData("<f16", "2, 3", 96, "a.astype('f8')")]
    [InlineData("[('a', '<f4')]", "6,", 24, "structured_to_unstructured(a)")]
    [InlineData("<f4", "", 4, "np.atleast_2d(a)")]
    [InlineData("<f4", "1, 1, 1, 1, 1", 4, "a.reshape(len(a), -1)")]
    [InlineData("<u2", "1, 2, 2", 8, "(a / 65535).astype('f4')")]
    [InlineData("<i8", "1, 2, 2", 32, "a.astype('u1')")]
    [InlineData("<f4", "2, 3", 20, "found 20 bytes")]
    [InlineData("|u1", "99999999999, 2, 2", 4, "99999999999")]
    [InlineData("|u1", "2147483647, 2147483647, 2147483647", 4, "found 4 bytes")]
    public void Other_arrays_are_refused_with_the_call_that_mends_them(string type, string shape, int bytes, string part) =>
        Assert.Contains(part, Refused(() => Read(FileFormats.Npy(type, shape, new byte[bytes]))), StringComparison.Ordinal);

    [Fact]
    public void Damage()
    {
        Assert.Contains("NaN in sample 0", Refused(() => Read(FileFormats.Npy("<f4", "1, 1", Bytes(float.NaN)))), StringComparison.Ordinal);
        Assert.Contains("found 1E+300 in sample 0", Refused(() => Read(FileFormats.Npy("<f8", "1, 1", Bytes(1e300)))),
            StringComparison.Ordinal);
        Assert.Contains("3 bytes", Refused(() => Read([1, 2, 3])), StringComparison.Ordinal);
        Assert.Contains("header", Refused(() => Read(FileFormats.Npy("<f4", "1, 1", [])[..20])), StringComparison.Ordinal);
    }

    /// <summary>Those that keep all values have the numbers that they have in the file, as rows of text have.</summary>
    [Theory]
    [InlineData(Missing.Drop, "x#0 x#3", "2 of 4 rows lack values")]
    [InlineData(Missing.Mean, "x#0 x#1 x#3", "1 missing values in 1 rows; 1 of 4 rows lack all values")]
    public void Rows_that_are_left_out_keep_the_numbers_of_others(Missing rule, string names, string told)
    {
        List<string> warnings = [];
        byte[] npy = FileFormats.Npy("<f4", "4, 2", Bytes(1, 2, float.NaN, 4, float.NaN, float.NaN, 7, 8));
        using var folder = new TemporaryFolder();
        var rows = Sources.Open(folder.Write("a.npy", npy), new() { Missing = rule, Warn = warnings.Add });
        Assert.Equal(names.Split(' '), SampleStream.FromDataset("x", rows).SelectMany(b => b.Names));
        Assert.Equal(told.Split("; ").Length, warnings.Count);
        Assert.All(told.Split("; ").Zip(warnings), w => Assert.Contains(w.First, w.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void An_array_without_rows_gives_no_samples()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.npy", FileFormats.Npy("<f4", "0, 2", []));
        Failure.Contains<InputException>("found none", () => SampleStream.Open(path));
    }

    [Fact]
    public void An_archive_of_one_array_is_that_array_and_others_are_named()
    {
        byte[] one = FileFormats.Npy("|u1", "1, 2", [3, 4]), two = FileFormats.Npy("|u1", "1, 1", [5]);
        Assert.Equal([3, 4], Sources.Open(folder.Write("x.npz", FileFormats.Npz(("arr_0", one)))).ToFloats());
        folder.Write("x.npz", FileFormats.Npz(("a", one), ("b", two)));
        Assert.Contains("found a, b; ", Refused(() => Sources.Open(folder["x.npz"])), StringComparison.Ordinal);
        Assert.Contains("expected an array c, found a, b", Refused(() => Sources.Open($"{folder["x.npz"]}:c")), StringComparison.Ordinal);
        Assert.Equal([5], Sources.Open($"{folder["x.npz"]}:b").ToFloats());
        Assert.True(Sources.Exists($"{folder["x.npz"]}:b"));
        Assert.Contains("found none", Refused(() => Sources.Open(folder.Write("x.npz", FileFormats.Npz()))), StringComparison.Ordinal);
        Refused(() => Sources.Open(folder.Write("x.npz", [80, 75, 3, 4, 0])));
    }
}
