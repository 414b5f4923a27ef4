using LisNative.Data;
using LisNative.Random;
using StbImageSharp;
using StbImageWriteSharp;

namespace LisNative.Tests.Data;

/// <summary>
/// One picture's decoding: every kind of PNG, JPEG and BMP sample by sample, and damage, orientation, colour, depth and size.
/// </summary>
public sealed class PictureTests
{
    private static readonly ReadOptions AsIs = ReadOptions.Default;

    private static Picture Read(byte[] bytes, ReadOptions? options = null) => Picture.Read(bytes, "a.png", options ?? AsIs);

    private static byte[] Bytes(byte[] file, ReadOptions? options = null) => Assert.IsType<Picture<byte>>(Read(file, options)).Pixels;

    private static string Refusal(byte[] bytes, ReadOptions? options = null) =>
        Assert.ThrowsAny<InputException>(() => Read(bytes, options)).Message;

    private static int[] Noise(int count, int bound, ulong seed = 1) =>
        [.. Enumerable.Range(0, count).Select(i => new Philox(seed).Below(bound, (ulong)i))];

    private static byte[] Grey(params int[] pixels) => PngFile.Of(1, pixels.Length, 0, 8, pixels);

    private static byte[] Jpg(int height, int width, int quality, bool colour = true)
    {
        using var memory = new MemoryStream();
        byte[] pixels = [.. Noise(height * width * (colour ? 3 : 1), 256).Select((v, i) => (byte)((v / 4) + (i % 190)))];
        var kind = colour ? StbImageWriteSharp.ColorComponents.RedGreenBlue : StbImageWriteSharp.ColorComponents.Grey;
        new ImageWriter().WriteJpg(pixels, width, height, kind, memory, quality);
        return memory.ToArray();
    }

    public static TheoryData<int, int, int, bool> PngKinds =>
        [.. from kind in new[] { (0, 1), (2, 3), (3, 1), (4, 2), (6, 4) }
            from depth in new[] { 1, 2, 4, 8, 16 }
            where depth == 8 || (depth == 16 ? kind.Item1 != 3 : kind.Item2 == 1)
            from interlaced in new[] { false, true }
            select new TheoryDataRow<int, int, int, bool>(kind.Item1, kind.Item2, depth, interlaced)];

    [Theory]
    [MemberData(nameof(PngKinds))]
    public void Png_of_every_kind_has_its_samples(int kind, int each, int depth, bool interlaced)
    {
        const int Height = 11, Width = 13;
        int most = (1 << depth) - 1, size = Height * Width;
        int[] samples = Noise(size * each, most + 1);
        if (each is 2 or 4)
        {
            samples = [.. samples.Select((v, i) => i % each == each - 1 ? most : v)];       // opaque
        }

        byte[] palette = [.. Noise(3 << Math.Min(depth, 8), 256).Select(v => (byte)v)];
        var picture = Read(PngFile.Of(Height, Width, kind, depth, samples, interlaced, kind == 3 ? [("PLTE", palette)] : []));
        int channels = kind is 0 or 4 ? 1 : 3;
        Assert.Equal((channels, Height, Width), (picture.Channels, picture.Height, picture.Width));
        int Expected(int i) => kind == 3 ? palette[(3 * samples[i % size]) + (i / size)]
            : samples[(i % size * each) + (i / size)] * (depth == 16 ? 1 : 255 / most);
        int[] found = picture is Picture<ushort> deep ? [.. deep.Pixels.Select(v => (int)v)]
            : [.. Assert.IsType<Picture<byte>>(picture).Pixels.Select(v => (int)v)];
        Assert.Equal(Enumerable.Range(0, channels * size).Select(Expected), found);
    }

    [Fact]
    public void Damage_of_any_byte_of_a_png_is_noticed()
    {
        byte[] png = PngFile.Of(5, 6, 2, 8, Noise(90, 256), false, ("tEXt", "a\0b"u8.ToArray()));
        for (int i = 0; i < png.Length; i++)
        {
            byte[] damaged = [.. png];
            damaged[i] ^= 4;
            Assert.Contains("a.png", Refusal(damaged), StringComparison.Ordinal);
            Refusal(png[..i]);
        }

        Bytes([.. png, 1, 2, 3]);
        byte[] packed = PngFile.Zlib([0, 7]), header = [.. FileFormats.Big(1, 1), 8, 0, 0, 0, 0];
        Assert.Equal([7], Bytes(PngFile.Of([("IHDR", header), ("IDAT", packed[..3]), ("IDAT", packed[3..]), ("IEND", [])])));
        packed[^1] ^= 1;
        Assert.Contains("checksum", Refusal(PngFile.Of([("IHDR", header), ("IDAT", packed), ("IEND", [])])), StringComparison.Ordinal);
        byte[] other = PngFile.Of([("CgBI", [1]), ("IHDR", header), ("IDAT", packed), ("IEND", [])]);
        Assert.Contains("CgBI", Refusal(other), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17, 19, 80)]
    [InlineData(64, 48, 95)]
    [InlineData(131, 257, 60)]
    public void Jpegs_have_the_bits_that_stored_sets_were_read_with(int height, int width, int quality)
    {
        Same(Jpg(height, width, quality));
        Same(Jpg(height, width, quality, colour: false));
    }

    /// <summary>
    /// But for one column: halved across, stb_image gives the farther of its two samples the greater weight. No stored set has it.
    /// </summary>
    [Fact]
    public void Jpegs_of_every_kind_have_the_bits_that_stored_sets_were_read_with() =>
        Assert.All(JpegFiles.All, f => Same(f.Value, f.Key == "Halved across" ? 16 : -1));

    [Fact]
    public void Halved_samples_are_interpolated_alike_from_both_sides()
    {
        foreach (var (samples, row) in new (byte[], byte[])[]
            { ([0, 100, 200], [0, 25, 75, 125, 175]), ([200, 100, 0], [200, 175, 125, 75, 25]), ([9], [9]) })
        {
            var component = new JpegComponent(1, across: 1, down: 1, table: 0);
            component.Measure(height: 1, row.Length, finestAcross: 2, finestDown: 1);
            component.Allocate(progressive: false);
            samples.CopyTo(component.Samples, 0);
            var target = new byte[row.Length + 4];
            JpegColours.Row(component, 0, new ushort[row.Length], target);
            Assert.Equal(row, target[..row.Length]);
        }
    }

    private static void Same(byte[] jpg, int except = -1)
    {
        bool grey = ImageInfo.FromStream(new MemoryStream(jpg))!.Value.ColorComponents == StbImageSharp.ColorComponents.Grey;
        var expected = ImageResult.FromMemory(jpg, grey ? StbImageSharp.ColorComponents.Grey : StbImageSharp.ColorComponents.RedGreenBlue);
        int channels = grey ? 1 : 3, size = expected.Width * expected.Height;
        var picture = Assert.IsType<Picture<byte>>(Read(jpg));
        Assert.Equal((channels, expected.Height, expected.Width), (picture.Channels, picture.Height, picture.Width));
        int[] compared = [.. Enumerable.Range(0, channels * size).Where(i => i % expected.Width != except)];
        Assert.Equal(compared.Select(i => expected.Data[(i % size * channels) + (i / size)]), compared.Select(i => picture.Pixels[i]));
    }

    /// <summary>
    /// Cut anywhere in its scan; what lies behind the end does not count, and a baseline picture may do without the mark of the end.
    /// </summary>
    [Fact]
    public void A_jpeg_that_is_cut_off_is_refused()
    {
        foreach (var (name, jpg) in JpegFiles.All)
        {
            byte[] whole = Bytes(jpg);
            Assert.Equal(whole, Bytes([.. jpg, .. Noise(1000, 256).Select(v => (byte)v)]));
            for (int length = 0; length < jpg.Length - 3; length += 7)
            {
                Refusal(jpg[..length]);
            }

            if (!name.StartsWith("Progressive", StringComparison.Ordinal))
            {
                Assert.Equal(whole, Bytes(jpg[..^2]));
            }
        }

        List<string> warnings = [];
        byte[] more = JpegFiles.All["Halved down"];
        Bytes([.. more[..^2], 1, 2, 3, 0xff, 0xd9], AsIs with { Warn = warnings.Add });
        Assert.Contains("3 bytes", Assert.Single(warnings), StringComparison.Ordinal);
    }

    /// <summary>As of a file that was laid out whole and never filled: zeros go on as pixels, until they are too many.</summary>
    [Fact]
    public void A_jpeg_of_which_bytes_are_left_over_needs_its_end()
    {
        byte[] jpg = JpegFiles.All["Halved down"];
        Assert.Contains("cut off", Refusal([.. jpg[..^2], 1, 2, 3]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_of_deeper_pictures_refuses_bytes()
    {
        var (bytes, deep) = (PngFile.Of(1, 2, 0, 8, [3, 200]), PngFile.Of(1, 2, 0, 16, [30, 2000]));
        using var folder = new TemporaryFolder();
        float[] Values(byte[] png, int most) =>
            Sources.Open(folder.Write("a.png", png), AsIs with { Range = (0, most) }).ToFloats();
        Assert.Equal([30f / 4095, 2000f / 4095], Values(deep, 4095));
        Assert.Equal([3f / 255, 200f / 255], Values(bytes, 255));
        Failure.Contains<InputException>("16 bits", () => Values(bytes, 4095));
    }

    [Fact]
    public void Jpegs_of_other_kinds_are_refused_by_their_name()
    {
        byte[] jpg = JpegFiles.All["Halved down"];
        int frame = jpg.AsSpan().IndexOf<byte>([0xff, 0xc0]);
        byte[] With(int at, byte value) => [.. jpg[..at], value, .. jpg[(at + 1)..]];
        Assert.Contains("arithmetic", Refusal(With(frame + 1, 0xc9)), StringComparison.Ordinal);
        Assert.Contains("lossless", Refusal(With(frame + 1, 0xc3)), StringComparison.Ordinal);
        Assert.Contains("found 12", Refusal(With(frame + 4, 12)), StringComparison.Ordinal);
    }

    /// <summary>Adobe writes how much light is left. Without its mark the same numbers are ink.</summary>
    [Fact]
    public void Ink_is_light_only_where_adobe_wrote_it()
    {
        byte[] jpg = JpegFiles.All["Ink"];
        int adobe = jpg.AsSpan().IndexOf<byte>([0xff, 0xee]), length = 2 + jpg[adobe + 3];
        double light = Bytes(jpg).Average(v => v), ink = Bytes([.. jpg[..adobe], .. jpg[(adobe + length)..]]).Average(v => v);
        Assert.InRange(light, 60, 255);
        Assert.InRange(ink, 0, 60);
    }

    public static TheoryData<int, string> Orientations => new()
    {
        { 1, "123456" }, { 2, "321654" }, { 3, "654321" }, { 4, "456123" },
        { 5, "142536" }, { 6, "415263" }, { 7, "635241" }, { 8, "362514" },
    };

    /// <summary>A picture of two rows, 123 and 456, as the standard's figures show it.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void Pictures_are_upright_as_exif_says(int orientation, string upright)
    {
        byte number = (byte)orientation;
        byte[] little = [.. "II*\0"u8, 8, 0, 0, 0, 2, 0, 0, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, number, 0, 0, 0];
        byte[] big = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, number, 0, 0];
        byte[] wide = [.. big[..12], 0, 4, 0, 0, 0, 1, 0, 0, 0, number];
        foreach (byte[] exif in new[] { little, big, wide })
        {
            var picture = Read(PngFile.Of(2, 3, 0, 8, [1, 2, 3, 4, 5, 6], false, ("eXIf", exif)));
            Assert.Equal(orientation < 5 ? (2, 3) : (3, 2), (picture.Height, picture.Width));
            Assert.Equal(upright, string.Concat(Assert.IsType<Picture<byte>>(picture).Pixels));
            byte[] jpg = JpegFiles.All["Halved both ways"];
            byte[] marked = [.. jpg[..2], 0xff, 0xe1, 0, (byte)(8 + exif.Length), .. "Exif\0\0"u8, .. exif, .. jpg[2..]];
            Assert.Equal(Turned(jpg, orientation), Bytes(marked));
            Assert.Equal(Turned(jpg, orientation, (9, 5)), Bytes(marked, AsIs with { Size = (9, 5) }));
        }
    }

    private static byte[] Turned(byte[] jpg, int orientation, (int Height, int Width)? size = null)
    {
        var picture = Read(jpg).Turn((Orientation)orientation);
        return Assert.IsType<Picture<byte>>(size is var (h, w) ? picture.Resize(h, w) : picture).Pixels;
    }

    /// <summary>
    /// Three rows of nine pixels to two of two, by hand: each new pixel covers one row and a half of four columns and a half.
    /// </summary>
    [Fact]
    public void Resizing_takes_the_mean_over_the_area()
    {
        int[] pixels = Noise(27, 256);
        double Mean(int y, int x) =>
            Enumerable.Range(0, 27).Sum(i => pixels[i] * Share(i / 9, y * 1.5, 1.5) * Share(i % 9, x * 4.5, 4.5)) / (1.5 * 4.5);
        double Share(int i, double from, double length) => Math.Max(0, Math.Min(i + 1, from + length) - Math.Max(i, from));
        byte[] expected = [.. from y in new[] { 0, 1 } from x in new[] { 0, 1 } select (byte)Math.Round(Mean(y, x))];
        Assert.Equal(expected, Bytes(PngFile.Of(3, 9, 0, 8, pixels), AsIs with { Size = (2, 2) }));
        Assert.Equal([2, 4], Bytes(Grey(2, 3, 3, 4), AsIs with { Size = (1, 2) }));       // 2.5 and 3.5: ties to even
        byte[] wide = Bytes(PngFile.Of(90, 100, 2, 8, [.. Enumerable.Repeat(77, 27_000)]), AsIs with { Size = (7, 9) });
        Assert.All(wide, v => Assert.Equal(77, v));
    }

    /// <summary>
    /// Two rows of three pixels to five of four, by hand: centres a half of a pixel from its edges, and none beyond the outermost.
    /// </summary>
    [Fact]
    public void Enlarging_goes_along_lines_between_centres()
    {
        int[] pixels = [10, 60, 200, 0, 255, 30];
        double At(double y, double x)
        {
            int row = (int)y, column = (int)x, below = Math.Min(row + 1, 1), right = Math.Min(column + 1, 2);
            double Along(int r) => ((1 - (x - column)) * pixels[(3 * r) + column]) + ((x - column) * pixels[(3 * r) + right]);
            return ((1 - (y - row)) * Along(row)) + ((y - row) * Along(below));
        }

        double Centre(int i, int old, int made) => Math.Clamp(((i + 0.5) * old / made) - 0.5, 0, old - 1);
        byte[] expected = [.. from y in Enumerable.Range(0, 5) from x in Enumerable.Range(0, 4)
                              select (byte)Math.Round(At(Centre(y, 2, 5), Centre(x, 3, 4)))];
        Assert.Equal(expected, Bytes(PngFile.Of(2, 3, 0, 8, pixels), AsIs with { Size = (5, 4) }));
        Assert.Equal([10, 12, 18, 20], Bytes(Grey(10, 20), AsIs with { Size = (1, 4) }));        // 12.5 and 17.5: ties to even
        Assert.Equal([100, 150], Bytes(PngFile.Of(4, 1, 0, 8, [90, 110, 140, 160]), AsIs with { Size = (2, 1) }));
        // Smaller along one side, larger along the other.
        Assert.Equal(Bytes(Grey(1, 2, 3, 4, 5, 6), AsIs with { Size = (3, 3) }),
            Bytes(Grey(1, 2, 3, 4, 5, 6), AsIs with { Size = (1, 3) }) is var row ? [.. row, .. row, .. row] : []);
        byte[] one = Bytes(Grey(7), AsIs with { Size = (30, 50) });
        Assert.All(one, v => Assert.Equal(7, v));
    }

    /// <summary>As of a camera that sees a line at a time.</summary>
    [Fact]
    public void A_picture_of_a_hundred_thousand_rows_becomes_smaller()
    {
        byte[] pixels = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i < 50_000 ? 255 : 7))];
        Assert.Equal([255, 7], new Picture<byte>(1, pixels.Length, 1, pixels).Resize(2, 1).Pixels);
        Assert.Throws<InvalidDataException>(() => new Picture<ushort>(1, pixels.Length, 1, new ushort[pixels.Length]).Resize(2, 1));
    }

    [Fact]
    public void Depth_is_kept_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        int[] pixels = Noise(12, 256);
        string eight = folder.Write("8/a.png", PngFile.Of(3, 4, 0, 8, pixels));
        string deep = folder.Write("16/a.png", PngFile.Of(3, 4, 0, 16, [.. pixels.Select(v => 257 * v)]));
        Assert.Equal(Sources.Open(eight).ToFloats(), Sources.Open(deep).ToFloats());
        folder.Write("both/a.png", File.ReadAllBytes(eight));
        folder.Write("both/b.png", File.ReadAllBytes(deep));
        folder.Write("both/c.png", File.ReadAllBytes(eight));
        var both = Sources.Open(folder["both"]);
        Assert.False(both.IsBytes);
        Assert.Equal(Enumerable.Repeat(Sources.Open(eight).ToFloats(), 3).SelectMany(v => v), both.ToFloats());
    }

    /// <summary>Counts of 12 bits in 16: they are told apart, little contrast is told of, and a range spreads them.</summary>
    [Fact]
    public void Counts_of_few_bits_are_told_of_and_can_be_spread()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("camera.png", PngFile.Of(2, 2, 0, 16, [600, 601, 700, 800]));
        List<string> warnings = [];
        float[] values = Sources.Open(path, AsIs with { Warn = warnings.Add }).ToFloats();
        Assert.Equal(601f / 65535, values[1], 1e-7);
        Assert.Contains("--range 0..4095", Assert.Single(warnings), StringComparison.Ordinal);
        var ranged = AsIs with { Warn = Assert.Fail, Range = (600, 800) };
        Assert.Equal([0, 0.005f, 0.5f, 1], Sources.Open(path, ranged).ToFloats());
        var e = Assert.ThrowsAny<InputException>(() => Sources.Open(path, ranged with { Range = (0, 700) }));
        Assert.Contains("camera.png", e.Message, StringComparison.Ordinal);
        Assert.Contains("found 800", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A range belongs to the model, which tells it to whoever reads images for it.</summary>
    [Fact]
    public void A_model_keeps_the_range_of_its_images()
    {
        using var folder = new TemporaryFolder();
        foreach (int i in Enumerable.Range(0, 20))
        {
            folder.Write($"good/{i:D2}.png", PngFile.Of(4, 4, 0, 16, Noise(16, 4096, (ulong)i)));
        }

        var normal = Sources.Open(folder["good"], AsIs with { Range = (0, 4095) });
        using var detector = new KernelDensityOptions().FitOn(normal);
        using var stream = new MemoryStream();
        detector.Save(stream);
        using var loaded = Detector.Load(stream.ToArray());
        Assert.Equal((0, 4095), loaded.Range);
        Assert.Equal((0, 4095), normal.Select("some", [1, 2]).Concat(normal).Grouped(null).Range);
    }

    /// <summary>The same greys in every way of writing them; Pillow's numbers for colours.</summary>
    [Fact]
    public void Grey_is_grey_however_it_is_stored()
    {
        int[] greys = Noise(20, 256);
        byte[] palette = [.. Enumerable.Range(0, 256).SelectMany(v => Enumerable.Repeat((byte)v, 3))];
        byte[] expected = [.. greys.Select(v => (byte)v)];
        Assert.Equal(expected, Bytes(PngFile.Of(4, 5, 3, 8, greys, false, ("PLTE", palette))));
        Assert.Equal(expected, Bytes(PngFile.Of(4, 5, 4, 8, [.. greys.SelectMany(v => new[] { v, 255 })])));
        byte[] padded = [.. palette.Chunk(3).SelectMany(c => c.Append((byte)0))];
        byte[] bmp = Bmp(5, 4, 8, padded, y => expected[(5 * y)..(5 * (y + 1))]);
        Assert.Equal(expected, Bytes(bmp));
        byte[] rgb = PngFile.Of(4, 5, 2, 8, [.. greys.SelectMany(v => new[] { v, v, v })]);
        Assert.Equal(3, Read(rgb).Channels);
        Assert.Equal(expected, Bytes(rgb, AsIs with { Colour = Colour.Grey }));
        Assert.Equal([.. expected, .. expected, .. expected], Bytes(bmp, AsIs with { Colour = Colour.Rgb }));
        byte[] colours = PngFile.Of(1, 4, 2, 8, [255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 100, 50]);
        Assert.Equal([76, 150, 29, 124], Bytes(colours, AsIs with { Colour = Colour.Grey }));
    }

    [Fact]
    public void Grey_beside_colour_is_refused_with_the_way_out()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.png", PngFile.Of(1, 1, 0, 8, [9]));
        folder.Write("b.png", PngFile.Of(1, 1, 2, 8, [9, 9, 9]));
        string message = Assert.ThrowsAny<InputException>(() => Sources.Open(folder.Path)).Message;
        Assert.Contains("--colour grey", message, StringComparison.Ordinal);
        Assert.Equal([9, 9], new[] { 0, 1 }.Select(i => (int)Sources.Open(folder.Path, AsIs with { Colour = Colour.Grey }).Pixels(i)[0]));
    }

    /// <summary>Transparency as a channel, a palette's, and one colour that stands for it: hidden colours do not count.</summary>
    [Fact]
    public void What_is_transparent_is_white()
    {
        Assert.Equal([255, 128, 0], Bytes(PngFile.Of(1, 3, 4, 8, [7, 0, 0, 127, 0, 255])));
        Assert.Equal([65535, 9], Assert.IsType<Picture<ushort>>(Read(PngFile.Of(1, 2, 4, 16, [7, 0, 9, 65535]))).Pixels);
        Assert.Equal([255, 1, 255, 2, 255, 3], Bytes(PngFile.Of(1, 2, 6, 8, [9, 9, 9, 0, 1, 2, 3, 255])));
        Assert.Equal([255, 10], Bytes(PngFile.Of(1, 2, 3, 1, [0, 1], false, ("PLTE", [5, 5, 5, 10, 10, 10]), ("tRNS", [0]))));
        Assert.Equal([85, 255], Bytes(PngFile.Of(1, 2, 0, 2, [1, 2], false, ("tRNS", [0, 2]))));
        Assert.Equal([255, 1, 255, 2, 255, 4], Bytes(PngFile.Of(1, 2, 2, 8, [1, 2, 3, 1, 2, 4], false, ("tRNS", [0, 1, 0, 2, 0, 3]))));
        byte[] deep = PngFile.Of(1, 2, 0, 16, [300, 301], false, ("tRNS", [1, 44]));
        Assert.Equal([65535, 301], Assert.IsType<Picture<ushort>>(Read(deep)).Pixels);
    }

    /// <summary>
    /// Rows from the bottom or, with a negative height, from the top; indices of a palette, masks, and channels that are bytes.
    /// </summary>
    [Fact]
    public void Bmp_of_every_kind_has_its_samples()
    {
        byte[] two = [0, 0, 0, 0, 255, 255, 255, 0];
        Assert.Equal([255, 0, 255, 0, 0, 255], Bytes(Bmp(3, 2, 1, two, y => [y == 0 ? (byte)0b10100000 : (byte)0b00100000])));
        Assert.Equal([255, 0, 255, 0, 0, 255], Bytes(Bmp(3, -2, 1, two, y => [y == 0 ? (byte)0b10100000 : (byte)0b00100000])));
        Assert.Equal([1, 4, 2, 5, 3, 6], Bytes(Bmp(2, 1, 4, [3, 2, 1, 0, 6, 5, 4, 0], _ => [0x01])));
        Assert.Equal([3, 6, 2, 5, 1, 4], Bytes(Bmp(2, 1, 24, [], _ => [1, 2, 3, 4, 5, 6])));
        Assert.Equal([3, 2, 1], Bytes(Bmp(1, 1, 32, [], _ => [1, 2, 3, 0])));
        Assert.Equal([255, 132, 0], Bytes(Bmp(1, 1, 16, [], _ => [0x00, 0x7e])));
        Assert.Contains("cut off", Refusal(Bmp(2, 1, 24, [], _ => [1, 2, 3, 4, 5, 6])[..^3]), StringComparison.Ordinal);
        Assert.Contains("palette of 2", Refusal(Bmp(2, 1, 4, two, _ => [0x02])), StringComparison.Ordinal);
        Assert.Contains("packing 1", Refusal([.. Bmp(1, 1, 8, two, _ => [0])[..30], 1, .. new byte[200]]), StringComparison.Ordinal);
    }

    private static byte[] Bmp(int width, int height, int depth, byte[] palette, Func<int, byte[]> row)
    {
        var order = Enumerable.Range(0, Math.Abs(height)).Select(y => row(height > 0 ? height - 1 - y : y));
        byte[] rows = [.. order.SelectMany(bytes => bytes.Concat(new byte[-bytes.Length & 3]))];
        int offset = 54 + palette.Length;
        byte[] header = [.. Little(offset + rows.Length, 0, offset, 40, width, height), 1, 0, (byte)depth, 0];
        return [.. "BM"u8, .. header, .. Little(0, rows.Length, 2835, 2835, palette.Length / 4, 0), .. palette, .. rows];
    }

    private static byte[] Little(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
}
