using LisNative.Data;
using LisNative.Tests.Data;

namespace LisNative.Tests.Detectors;

/// <summary>Pictures and models from streams and memory: the scores of the same files, and one sentence for what is none.</summary>
public sealed class ScoreImageTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();
    private readonly Detector detector = Detector.Fit(Device.Cpu, Bars.Horizontal(64, 1), null, new KernelDensityOptions());

    public void Dispose()
    {
        detector.Dispose();
        folder.Dispose();
    }

    /// <summary>Turned by EXIF, deep, of another size or in colour: as the tool reads them.</summary>
    public static TheoryData<string> Kinds => ["grey", "turned", "16 bits", "larger", "in colour", "JPEG"];

    private static byte[] File(string kind)
    {
        int[] samples = [.. Enumerable.Range(0, 64).Select(i => i * i % 256)];
        return kind switch
        {
            "grey" => PngFile.Of(8, 8, PngHeader.Grey, 8, samples),
            "turned" => PngFile.Of(8, 8, PngHeader.Grey, 8, samples, false, ("eXIf", Exif(6))),
            "16 bits" => PngFile.Of(8, 8, PngHeader.Grey, 16, [.. samples.Select(s => s * 256)]),
            "larger" => PngFile.Of(16, 24, colour: false, (y, x) => ((byte)((y * 16) + x), 0, 0)),
            "in colour" => PngFile.Of(8, 8, colour: true, (y, x) => ((byte)(y * 30), (byte)(x * 30), 7)),
            _ => JpegFiles.All["Progressive"],
        };
    }

    private static byte[] Exif(byte orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_picture_from_memory_has_the_score_of_its_file(string kind)
    {
        byte[] file = File(kind);
        var grey = new ReadOptions { Colour = Colour.Grey };
        folder.Write("a.png", file);
        float expected = detector.Score(Sources.Open(folder["a.png"], grey with { Size = (8, 8) }))[0];
        Assert.Equal(expected, detector.ScoreImage(file, resize: true, grey));
        Assert.Equal(expected, detector.ScoreImage(new MemoryStream(file), resize: true, grey));
        Assert.Equal(expected, await detector.ScoreImageAsync(new MemoryStream(file), resize: true, grey, Stop));
        if (kind is "grey" or "turned" or "16 bits")
        {
            Assert.Equal(expected, detector.ScoreImage(file));
        }
    }

    [Fact]
    public void A_turned_picture_is_another_one() =>
        Assert.NotEqual(detector.ScoreImage(File("grey")), detector.ScoreImage(File("turned")));

    [Fact]
    public void A_model_of_a_range_reads_pictures_in_it()
    {
        folder.Write("good/a.png", File("16 bits"));
        folder.Write("good/b.png", PngFile.Of(8, 8, PngHeader.Grey, 16, [.. Enumerable.Range(0, 64).Select(i => i * 900)]));
        var ranged = new ReadOptions { Range = (0, 65280) };
        using var own = new KernelDensityOptions { HeldOut = 0 }.FitOn(Sources.Open(folder["good"], ranged));
        Assert.Equal(own.Score(Sources.Open(folder["good/a.png"], ranged))[0], own.ScoreImage(File("16 bits")));
    }

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "another kind", "GIF89a, and more"u8.ToArray(),
            "picture, byte 0: cannot be read (expected a PNG, JPEG or BMP image, found 16 bytes that begin otherwise)" },
        { "nothing", [], "picture, byte 0: cannot be read (expected a PNG, JPEG or BMP image, found 0 bytes that begin otherwise)" },
        { "cut off", File("grey")[..40],
            "picture, byte 33: cannot be read (expected one more chunk, found the end: the file is cut off)" },
        { "another size", File("larger"),
            "picture: expected [1, 8, 8] [channels, height, width], found [1, 16, 24]; scaled it would fit" },
        { "other channels", File("in colour"),
            "picture: expected [1, 8, 8] [channels, height, width], found [3, 8, 8]; in grey it would fit" },
        { "both", PngFile.Of(4, 4, colour: true, (_, _) => (1, 2, 3)),
            "picture: expected [1, 8, 8] [channels, height, width], found [3, 4, 4]; in grey and scaled it would fit" },
        { "too long", new byte[2001], "picture: expected a file of at most 2000 bytes, found more" },
        { "too many pixels", PngFile.Of(64, 64, colour: false, (_, _) => (0, 0, 0)),
            "picture, byte 8: cannot be read (expected as many pixels as the file can hold, 1000 at most, found 64×64)" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_no_picture_of_the_model_is_one_sentence(string what, byte[] file, string sentence)
    {
        var bounds = new ReadOptions { MaxBytes = 2000, MaxPixels = 1000 };
        Exception?[] refusals = [Record.Exception(() => detector.ScoreImage(file, options: bounds)),
            Record.Exception(() => detector.ScoreImage(new MemoryStream(file), options: bounds)),
            await Record.ExceptionAsync(() => detector.ScoreImageAsync(new MemoryStream(file), options: bounds, cancellation: Stop))];
        Assert.All(refusals, e => Assert.Equal((what, sentence), (what, Assert.IsAssignableFrom<InputException>(e).Message)));
    }

    /// <summary>An upload without an end is not waited for.</summary>
    [Fact]
    public void A_stream_is_read_no_further_than_its_bound()
    {
        using var endless = new Endless();
        Assert.Throws<InputException>(() => detector.ScoreImage(endless, options: new() { MaxBytes = 1 << 20 }));
        Assert.Throws<InputException>(() => ImageFiles.Decode(endless, new() { MaxBytes = 1 << 20 }));
        Assert.InRange(endless.Given, 2 << 20, 3 << 20);
    }

    [Fact]
    public void A_detector_of_vectors_says_that_it_is_none_of_pictures()
    {
        using var vectors = new KernelDensityOptions().FitOn(Bars.AsVectors(Bars.Horizontal(32, 1)));
        Assert.Equal("picture: expected a detector of pictures, found one of samples [64]",
            Assert.Throws<InputException>(() => vectors.ScoreImage(File("grey"))).Message);
    }

    [Fact]
    public async Task A_model_is_loaded_without_holding_a_thread()
    {
        detector.Save(folder["model.lis"]);
        await using var stream = System.IO.File.OpenRead(folder["model.lis"]);
        using Detector ofPath = await Detector.LoadAsync(folder["model.lis"], cancellation: Stop),
            ofStream = await Detector.LoadAsync(stream, cancellation: Stop);
        float expected = detector.ScoreImage(File("grey"));
        Assert.Equal((expected, expected), (ofPath.ScoreImage(File("grey")), ofStream.ScoreImage(File("grey"))));
        var gone = await Assert.ThrowsAsync<InputException>(() => Detector.LoadAsync(folder["none.lis"], cancellation: Stop));
        Assert.StartsWith($"{folder["none.lis"]}: cannot be read", gone.Message, StringComparison.Ordinal);
        var damaged = await Assert.ThrowsAsync<InputException>(
            () => Detector.LoadAsync(new MemoryStream(new byte[100]), cancellation: Stop));
        Assert.StartsWith("model, byte 0: expected a safetensors file", damaged.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Detector.LoadAsync(folder["model.lis"], cancellation: new(canceled: true)));
    }

    private sealed class Endless : MemoryStream
    {
        internal long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            Given += buffer.Length;
            return buffer.Length;
        }

        public override void CopyTo(Stream destination, int bufferSize) => throw new InvalidOperationException("read beyond the bound");
    }
}
