using LisNative.Cli;
using LisNative.Data;
using LisNative.Distributed;
using LisNative.Numerics;
using LisNative.Random;
using LisNative.Tests.Data;
using LisNative.Tests.Distributed;
using LisNative.Training;

namespace LisNative.Tests.Detectors;

/// <summary>Sizes beyond an int, and memory that follows the data.</summary>
public sealed class SizeTests
{
    /// <summary>Small images keep the pools that they have always had.</summary>
    [Theory]
    [InlineData(1, 28, 16384, 12, 16384)]
    [InlineData(3, 32, 32768, 5000, 32768)]
    [InlineData(3, 128, 16384, 12, 2730)]
    [InlineData(3, 256, 16384, 12, 682)]
    [InlineData(3, 256, 16384, 5000, 5000)]
    [InlineData(3, 4096, 16384, 128, 128)]
    [InlineData(3, 256, 64, 12, 64)]
    public void Fewer_are_made_of_large_images_but_as_many_as_are_given(int channels, int side, int most, int given, int expected) =>
        Assert.Equal(expected, Augmentation.Affordable([channels, side, side], most, given));

    [Fact]
    public void More_numbers_than_a_set_holds_are_a_sentence()
    {
        var large = new Dataset("large", [3, 1024, 1024], new byte[2 * 3 << 20], new int[2]);
        Refused(() => large.Select("many", new int[1000]).ToFloats());
        Refused(() => large.Batch(Device.Cpu, new int[1000]));
        Refused(() => Augmentation.Enlarge(large, 1000, new Philox(1)).Held());
        static void Refused(Func<object> action) =>
            Failure.Contains<InputException>("found 3145728000 (1000 samples [3, 1024, 1024]); smaller samples (--size)", action);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.125f, false)]
    public void Samples_are_equal_whatever_they_are_kept_as(float other, bool expected)
    {
        float[] floats = [0.5f, 0, 0.25f, 0.5f, 0, 0.25f + other];
        Assert.Equal(expected, new Dataset("floats", [3], floats, new int[2]).AreEqual());
        Assert.Equal(expected, new Dataset("doubles", [3], Array.ConvertAll(floats, v => (double)v), new int[2]).AreEqual());
        Assert.Equal(expected, new Dataset("bytes", [3], Array.ConvertAll(floats, v => (byte)(8 * v)), new int[2]).AreEqual());
    }

    [Fact]
    public void A_network_that_is_too_large_is_refused_before_it_is_trained()
    {
        var images = new Dataset("large", [3, 1024, 1024], new byte[2 * 3 << 20], new int[2]);
        var many = new Dataset("many", [1, 512, 512], new byte[300 << 18], new int[300]);
        Refused("smaller samples (--size), latent, width1 or width2 help", images, null, new AutoencoderOptions
        { Latent = 200_000, HeldOut = 0 });
        Refused("expected layers of at most 2147483591 numbers, found 2147483648 for 256 samples [1, 512, 512] a step; a smaller batch",
            many, many, new LisOptions { HeldOut = 0 });
        Refused("expected at most 1073741795 epochs of 2 steps, found 2000000000", images, null, new AutoencoderOptions
        { Epochs1 = 2_000_000_000, Batch = 1, HeldOut = 0, Width1 = 1 });
        Refused("Memory: expected at most 134217724 rows", images, null, new MemAeOptions { Memory = 200_000_000 });
        Refused("Features: expected at most 682", images, null, new OneClassSvmOptions());
        var set = new FitContext(Device.Cpu, images, null, new Philox(1), null, null, null, default);
        Failure.Contains<InputException>("expected a fit within 0.1 GB of memory (--memory), found one of 1.1 GB: 6.3 MB of samples, "
            + "18.7 MB of weights and 1.1 GB of layers for 2 samples [3, 1024, 1024] a step; a smaller batch",
            () => NetworkSize.Check(set.Plan with { Memory = 100_000_000 }, new AutoencoderOptions()));
        NetworkSize.Check(set.Plan with { Memory = 2_000_000_000 }, new AutoencoderOptions());
        Failure.Contains<InputException>("found 2 samples [3, 1024, 1024], which need 0.1; smaller ones (--size)",
            () => PrincipalComponents.Rows(Device.Cpu, images, 40_000_000));
        static void Refused(string part, Dataset normal, Dataset? negatives, DetectorOptions options) =>
            Failure.Contains<InputException>(part, () => Detector.Fit(Device.Cpu, normal, negatives, options));
    }

    /// <summary>The others would have its size.</summary>
    [Fact]
    public void What_cannot_fit_is_refused_when_the_first_picture_is_read()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 150; i++)
        {
            folder.Write($"{i:D3}.png", PngFile.Of(4, 4, colour: false, (_, _) => (1, 2, 3)));
        }

        int read = 0;
        void Refused(string part, int side, DetectorOptions options)
        {
            read = 0;
            Action reading = () => ImageFiles.ReadFolder(folder.Path, new()
            {
                Size = (side, side),
                Planned = (sample, count) => Detector.CheckSize(Device.Cpu, "many", sample, count, negatives: true, options),
                Progress = (_, _) => read++,
            });
            Failure.Contains<InputException>(part, reading);
            Assert.Equal(1, read);
        }

        Refused("many: expected layers of at most 2147483591 numbers, found 2147483648 for 256 samples [1, 512, 512] a step", 512,
            new LisOptions());
        Refused("many: Architecture: expected a depth of 1 to 5 for images [1, 30, 30], found 6", 30, new AutoencoderOptions { Depth = 6 });
        Failure.Contains<InputException>("expected at most 1952 samples [1, 512, 512] to compare with",
            () => Detector.CheckSize(Device.Cpu, "many", [1, 512, 512], 3000, false, new KernelDensityOptions()));
    }

    [Theory]
    [InlineData(28, 36, 3, 3, 1)]
    [InlineData(1024, 4, 6, 3, 1)]
    [InlineData(8192, 36, 6, 1, 8)]
    public void Pictures_of_large_images_are_zoomed_less_and_then_leave_pixels_out(
        int side, int images, int zoom, int expected, int each) =>
        Assert.Equal((expected, each), ImageGrid.Scale([3, side, side], images, zoom));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Features_too_many_to_keep_are_those_that_are_kept(int size)
    {
        var samples = Bars.Horizontal(40, 51);
        int[] rows = [3, 39, 7, 7, 21, 0, 12];
        (int[] Rows, float[] Features) Load(Communicator? ranks, long most)
        {
            var set = new FitContext(Device.Cpu, samples, null, new Philox(1), null, null, ranks, default);
            using var stored = new FeatureCache(
                set, new LisOptions { Width1 = 8, Width2 = 8 }.CreateNetwork(Device.Cpu, samples.SampleShape, new Philox(2)), samples,
                rows.Length, most);
            using var share = Device.Cpu.Zeros([ranks?.Part(rows.Length, ranks.Rank).Count ?? rows.Length, 32]);
            return (stored.Load(rows, share).ToArray(), share.ToArray());
        }

        IEnumerable<(int Row, float[] Features)> All(long most) =>
            (size == 1 ? [Load(null, most)] : LocalRanks.Run(size, ranks => Load(ranks, most)))
            .SelectMany(r => r.Rows.Zip(r.Features.Chunk(32))).OrderBy(r => r.First);
        Assert.Equal(All(0).Select(r => r.Row), rows.Order());
        Assert.Equal(All(0).SelectMany(r => r.Features), All(long.MaxValue).SelectMany(r => r.Features));
    }

    [Theory]
    [InlineData("linear-ae")]
    [InlineData("robust-pca")]
    [InlineData("kde")]
    public void Components_of_few_samples_of_many_numbers_need_no_matrix_of_these(string method)
    {
        const int Length = 50_000;
        var random = new Philox(52);
        Dataset Sums(int count, ulong seed, float off) => new("sums", [Length], [.. Enumerable.Range(0, count * Length).Select(at =>
        {
            var (i, j) = (at / Length, at % Length);
            return (random.FoldIn(seed).Normal((ulong)i) * MathF.Sin(j)) + (off * MathF.Cos(j))
                + (0.05f * random.FoldIn(seed + 1).Normal((ulong)at));
        })], new int[count]);
        DetectorOptions options = method switch
        {
            "kde" => new KernelDensityOptions { Variance = 0.99 },
            "robust-pca" => new RobustPcaOptions
            { Rank = 1 },
            _ => new LinearAutoencoderOptions { Rank = 1 }
        };
        using var detector = (options with { HeldOut = 0 }).FitOn(Sums(12, 1, 0));
        float[] normal = detector.Score(Sums(4, 5, 0)), anomalous = detector.Score(Sums(4, 7, 5));
        Assert.True(anomalous.Min() > normal.Max(), $"{string.Join(' ', normal)} against {string.Join(' ', anomalous)}");
    }

    [Theory]
    [InlineData(3, 16, 1)]
    [InlineData(4, 16, 2)]
    [InlineData(4, 3, 3)]
    public void As_many_components_as_the_data_have_directions_would_leave_rounding_to_score_by(int columns, int rank, int kept)
    {
        var values = new float[200 * columns];
        new Philox(53).Normals(values);
        var normal = new Dataset("table", [columns], values, new int[200]);
        using var detector = new LinearAutoencoderOptions { Rank = rank }.FitOn(normal);
        Assert.Equal(
            kept < rank
            ? [$"components that hold all of the normal data ({columns}) would leave nothing but rounding to score by, and {kept} of the "
            + $"{rank} asked for (rank) stay"] : [], detector.Health!.Warnings);
        Assert.True(detector.Score(normal).Average() > 0.1);
        using var robust = new RobustPcaOptions { Rank = rank }.FitOn(normal);
        Assert.True(robust.Score(normal).Average() > 0.1, $"{robust.Score(normal).Average()}");
    }

    /// <summary>Its score is a function of tensors with a part on the host, and is kept and read like any other.</summary>
    [Fact]
    public void More_rows_than_the_exact_machine_takes_make_a_model_that_loads()
    {
        var values = new float[3 * 300];
        new Philox(54).Normals(values);
        var normal = new Dataset("table", [3], values, new int[300]);
        using var detector = new OneClassSvmOptions { Exact = 100, Features = 64 }.FitOn(normal);
        using var stream = new MemoryStream();
        detector.Save(stream);
        using var loaded = Detector.Load(stream.ToArray());
        Assert.Equal(detector.Score(normal), loaded.Score(normal));
        Assert.Equal(detector.Score(normal)[7], loaded.Score(values.AsSpan(21, 3)));
    }
}
