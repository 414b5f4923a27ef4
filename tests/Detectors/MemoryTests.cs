using LisNative.Cli;
using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Features;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Detectors;

/// <summary>What a fit needs is known before it begins, is kept under a bound, and decides no result.</summary>
public sealed class MemoryTests
{
    private static readonly LisOptions Small = new()
    { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 1, Epochs2 = 2, Batch = 16, NegativePool = 400, WarmUp = 0, HeldOut = 0.2 };

    private static Dataset Noise(int side, int count, ulong seed, int most = 255, int channels = 1) => new("noise", [channels, side, side],
        [.. Enumerable.Range(0, channels * side * side * count).Select(i => (byte)(most * new Philox(seed).Uniform((ulong)i)))],
        new int[count]);

    private static float[] Fit(Dataset normal, Dataset negatives, DetectorOptions options, long? memory)
    {
        using var detector = Detector.Fit(
            Device.Cpu, normal, negatives, options, memory: memory, cancellation: TestContext.Current.CancellationToken);
        return detector.Score(normal);
    }

    /// <summary>With all the memory there is, with none for stored features, and with none for prepared negatives either.</summary>
    [Theory]
    [InlineData("lis-ae")]
    [InlineData("linsep-lis-ae")]
    [InlineData("outlier-exposure")]
    public void A_bound_changes_no_result(string method)
    {
        Dataset normal = Noise(16, 60, 1, 90), negatives = Noise(16, 40, 2);
        DetectorOptions options = method switch
        {
            "lis-ae" => Small,
            "linsep-lis-ae" => Small with { LinSep = 1 },
            _ => new OutlierExposureOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 2, Batch = 16, NegativePool = 400 },
        };
        var plan = Detector.PlanOf(Device.Cpu, normal, negatives, options, null, null, null);
        var need = options.Need(plan);
        Assert.Equal(400 * 256, need.Pool);
        Assert.Equal(need.Least + need.Pool + need.Features.Normal + need.Features.Negative, need.Within(long.MaxValue));
        Assert.Equal(method == "outlier-exposure", need.Features == default);
        float[] free = Fit(normal, negatives, options, null);
        foreach (long memory in new[] { need.Least + need.Pool, need.Least })
        {
            Assert.InRange(need.Within(memory), need.Least, memory);
            Assert.Equal(free, Fit(normal, negatives, options, memory));
        }

        string refused = Assert.Throws<InputException>(() => Fit(normal, negatives, options, need.Least - 1)).Message;
        Assert.StartsWith($"noise: expected a fit within {MemoryNeed.Text(need.Least - 1)} of memory (--memory), found one of", refused,
            StringComparison.Ordinal);
    }

    /// <summary>The layers and weights of a step, as the pool of the device counts them: 40 to 100 % of what was computed.</summary>
    [Theory]
    [InlineData(28, 32, false)]
    [InlineData(64, 16, false)]
    [InlineData(45, 8, true)]
    public void A_step_needs_what_was_computed(int side, int batch, bool negatives)
    {
        using var device = new Device("x", Cpu.CpuBackend.Create(2, winograd: true));
        Dataset normal = Noise(side, batch + 4, 1, 90);
        AutoencoderOptions options = negatives
            ? new LisOptions { Batch = batch, Epochs1 = 1, Epochs2 = 1, WarmUp = 0, HeldOut = 0, NegativePool = batch }
            : new AutoencoderOptions { Batch = batch, Epochs1 = 1, WarmUp = 0, HeldOut = 0 };
        var other = negatives ? Noise(side, batch, 2) : null;
        var need = options.Need(Detector.PlanOf(device, normal, other, options, null, null, null));
        using var detector = Detector.Fit(device, normal, other, options, cancellation: TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine($"{device.Pool.Bytes} of {need.Network} and {need.Step}");
        Assert.InRange(device.Pool.Bytes, (need.Network + need.Step) * 2 / 5, need.Network + need.Step + need.Features.Normal
            + need.Features.Negative);
    }

    [Fact]
    public void What_is_made_as_it_is_used_is_what_would_be_held()
    {
        var normal = Noise(64, 6, 1, 90, channels: 3);
        void Same(Func<long, Dataset> make)
        {
            Dataset held = make(long.MaxValue), made = make(0), part = made.Select("part", [5, 2, 2]);
            Assert.Equal((false, true, 0), (held.IsMade, made.IsMade, made.HeldBytes));
            Assert.Equal(held.ToFloats(), made.ToFloats());
            Assert.Equal((held.Fingerprint(), held.Mean(), held.AreEqual()), (made.Fingerprint(), made.Mean(), made.AreEqual()));
            Assert.Equal(held.Select("part", [5, 2, 2]).ToFloats(), part.Held().ToFloats());
            Assert.Equal(held.Concat(normal).ToFloats(), made.Concat(normal).ToFloats());
            Assert.Equal(held.Changed?.Invoke(2), part.Changed?.Invoke(1));
        }

        Same(most => Augmentation.Enlarge(normal, 20, new Philox(3), held: most));
        Same(most => SyntheticNegatives.Make(normal, 9, new Philox(3), most, ["cut", "stain"]));
    }

    [Fact]
    public void Pictures_that_are_not_held_are_read_again()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 9; i++)
        {
            folder.Write($"{i}.png", PngFile.Of(5, 7, colour: true, (x, y) => ((byte)(i * 20), (byte)(x * 9), (byte)(y * 9))));
        }

        int planned = 0;
        var how = ReadOptions.Default with { Planned = (_, count) => planned += count };
        Dataset held = ImageFiles.ReadFolder(folder.Path, how with { Held = 9 * 105 }),
            read = ImageFiles.ReadFolder(folder.Path, how with { Held = (9 * 105) - 1 });
        Assert.Equal((false, true, 18), (held.IsMade, read.IsMade, planned));
        Assert.Equal(held.ToFloats(), read.ToFloats());
        using var beside = new TemporaryFolder();
        System.IO.Compression.ZipFile.CreateFromDirectory(folder.Path, beside["all.zip"]);
        var zipped = ImageFiles.ReadZip(beside["all.zip"], how with { Held = 0 });
        Assert.True(zipped.IsMade);
        GC.Collect();
        Assert.Equal(held.ToFloats(), zipped.ToFloats());
        folder.Write("3.png", PngFile.Of(5, 8, colour: true, (_, _) => (1, 2, 3)));
        string changed = Assert.Throws<InputException>(() => read.Batch(Device.Cpu, [2, 3])).Message;
        Assert.EndsWith("3.png: expected the picture that was there before, found another", changed, StringComparison.Ordinal);
        folder.Write("3.png", PngFile.Of(5, 7, colour: false, (_, _) => (1, 2, 3)));
        Failure.Contains<InputException>("--colour", () => ImageFiles.ReadFolder(folder.Path, how with { Held = 0 }));
    }

    /// <summary>A picture with more places than are cut at once is scored in parts: the same scores, whatever comes with it.</summary>
    [Fact]
    public void Places_of_large_pictures_are_cut_in_parts()
    {
        var pictures = Noise(700, 3, 1);
        var extractor = new PatchExtractor(1, 32, 10);
        long all = extractor.GridOf(pictures.SampleShape).Count;
        Assert.InRange(all * 1024, 4_500_000, 1L << 23);
        float[] whole = extractor.Extract(pictures, [2]),
            parts = [.. extractor.InParts(pictures.Select("one", [2]), 1000).SelectMany(p => p)];
        Assert.Equal(whole, parts);
        Assert.Equal(whole[(70 * 1024)..(71 * 1024)], extractor.ExtractSome(pictures.Select("one", [2]), [70]));
        using var detector = Detector.Fit(Device.Cpu, pictures, null, new IsolationForestOptions { Trees = 4, HeldOut = 0 },
            features: extractor, cancellation: TestContext.Current.CancellationToken);
        var large = Noise(1200, 2, 5);
        using var fine = Detector.Fit(Device.Cpu, large, null, new IsolationForestOptions { Trees = 4, HeldOut = 0 },
            features: extractor, cancellation: TestContext.Current.CancellationToken);
        Assert.True(extractor.GridOf(large.SampleShape).Count * 1024L > 1 << 23);
        Assert.Equal(fine.Score(large)[1], fine.Score(large.Select("one", [1]))[0]);
        Failure.Contains<InputException>("expected a fit within 10.0 MB of memory", () => Detector.Fit(Device.Cpu, large, null,
            new IsolationForestOptions(), features: extractor, memory: 10_000_000, cancellation: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("2GB", 2_000_000_000L)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("1.5kb", 1500L)]
    [InlineData("7B", 7L)]
    [InlineData("2", null)]
    [InlineData("-1GB", null)]
    [InlineData("1,5GB", null)]
    [InlineData("GB", null)]
    [InlineData("1e30TB", null)]
    public void Sizes_are_read_with_their_unit(string text, long? bytes)
    {
        var (option, command) = (new MemoryOption(), new System.CommandLine.Command("x"));
        command.Options.Add(option.Option);
        var parsed = command.Parse(["--memory", text]);
        if (bytes is null)
        {
            Assert.Equal($"--memory: expected a size with its unit, for example 2GB or 512MiB, found {text}",
                Assert.Throws<InputException>(() => option.Read(parsed)).Message);
        }
        else
        {
            Assert.Equal(bytes, option.Read(parsed));
        }
    }
}
