using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Features;
using LisNative.Numerics;
using LisNative.Onnx;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Export;
using LisNative.Training;

namespace LisNative.Tests.Detectors;

/// <summary>Detectors that look at places of pictures: patches, and features of a network.</summary>
public sealed class PlaceTests : InFolder
{
    private static readonly Dataset Good = TexturedSurfaces.Good(80, new Philox(1)), Test = TexturedSurfaces.Good(40, new Philox(2));

    /// <summary>A network of one convolution, and one that halves its map.</summary>
    private NetworkExtractor Extractor(bool isPooled = false)
    {
        var model = new TinyOnnx(13, "N", 1, 64, 64);
        string fine = model.Node("Relu", model.Convolve(TinyOnnx.Input, 1, 6, 3, stride: 4)),
            coarse = model.Node("Tanh", model.Convolve(fine, 6, 5, 3, stride: 2));
        model.Save(folder["net.onnx"], fine, coarse);
        return new(OnnxImport.Read(Device.Cpu, folder["net.onnx"]), Preprocessing.Symmetric, 64, 64, isPooled);
    }

    [Fact]
    public void Patches_cover_a_picture_to_its_borders()
    {
        using var extractor = new PatchExtractor(1, 8, 5);
        Shape shape = [1, 20, 30];
        var grid = extractor.GridOf(shape);
        Assert.Equal((4, 6), (grid.Down.Count, grid.Across.Count));
        var picture = new Dataset("ramp", shape, [.. Enumerable.Range(0, 600).Select(i => i / 600f)], new int[1]);
        float[] patches = extractor.Extract(picture, [0]);
        Assert.Equal(24 * 64, patches.Length);
        Assert.Equal(0, patches[0]);
        Assert.Equal(599 / 600f, patches[^1]);
        Assert.Equal(((8 * 30) + 11) / 600f, patches[(((2 * 6) + 2) * 64) + 2]);
    }

    [Fact]
    public void A_map_is_linear_between_the_middles_of_places()
    {
        var grid = new PlaceGrid(new(3, 4, 8), new(4, 2, 4));
        float[] places = [.. Enumerable.Range(0, 12).Select(i => (10f * (i / 4)) + (i % 4))], map = grid.Enlarge(places, 24, 16);
        Assert.Equal(0, map[0]);
        Assert.Equal(23, map[^1]);
        Assert.Equal(10 + 1.125f, map[(12 * 16) + 6] - (10 * 0.5f / 8), 1e-5);
    }

    [Fact]
    public void Places_of_a_fault_are_those_that_it_covers_by_a_third()
    {
        var grid = new PlaceGrid(new(2, 4, 8), new(2, 4, 8));
        var marked = new bool[256];
        foreach (int i in Enumerable.Range(0, 22))
        {
            marked[i / 8 * 16 + 8 + (i % 8)] = true;
        }

        Assert.Equal([1], grid.Within(marked, 16));
        marked[8] = false;
        Assert.Empty(grid.Within(marked, 16));
    }

    [Fact]
    public void Features_of_a_network_are_means_around_each_place_or_over_the_picture()
    {
        using NetworkExtractor extractor = Extractor(), pooled = Extractor(isPooled: true);
        var grid = extractor.GridOf([1, 64, 64]);
        Assert.Equal((16, 16, 11), (grid.Down.Count, grid.Across.Count, extractor.Place.Count));
        float[] features = extractor.Extract(Test, [3, 4]), means = pooled.Extract(Test, [3, 4]);
        Assert.Equal((2 * 256 * 11, 22), (features.Length, means.Length));
        using var network = OnnxImport.Read(Device.Cpu, folder["net.onnx"]);
        float[][] maps = TinyOnnx.Run(network, [1, 1, 64, 64], [.. Test.Select("one", [4]).ToFloats().Select(v => (v - 0.5f) / 0.5f)]);
        float Fine(int y, int x) => maps[0][(2 * 256) + (y * 16) + x];
        Assert.Equal((Fine(0, 0) + Fine(0, 1) + Fine(1, 0) + Fine(1, 1)) / 4, features[(256 * 11) + 2], 1e-5);
        Assert.Equal(Enumerable.Range(0, 9).Average(i => Fine(4 + (i / 3), 8 + (i % 3))), features[((256 + (5 * 16) + 9) * 11) + 2], 1e-5);
        Assert.Equal(maps[1][..64].Average(), means[11 + 6], 1e-5);
    }

    public static TheoryData<string> Kinds => ["patches", "network", "pooled"];

    private FeatureExtractor Create(string kind) => kind == "patches" ? new PatchExtractor(1, 16) : Extractor(kind == "pooled");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_detector_of_places_is_saved_whole(string kind)
    {
        using var extractor = Create(kind);
        using var detector = Detector.Fit(Device.Cpu, Good, null, new NearestNeighboursOptions { Samples = 1000 }, features: extractor,
            cancellation: TestContext.Current.CancellationToken);
        float[] scores = detector.Score(Test), single = new float[Test.Count];
        detector.Save(folder["m.lis"]);
        using var loaded = Detector.Load(folder["m.lis"]);
        Assert.Equal(scores, loaded.Score(Test));
        loaded.Score(Test.ToFloats(), single);
        Assert.Equal(scores, single);
        Assert.Equal(scores[7..9], loaded.Score(Test.Select("two", [7, 8])));
        Assert.Equal(detector.Threshold(0.05), loaded.Threshold(0.05));
        float share = SafeTensors.Read(folder["m.lis"]).Get("features.share", [1]).ToFloats()[0];
        Assert.Contains(share, kind == "pooled" ? [0.01f] : new[] { 0, 0.01f, 0.03f, 0.1f, 0.3f });
        Failure.Contains<InputException>("looks at places", () => DetectorExport.Write(folder["m.lis"], folder["m.onnx"]));
    }

    [Fact]
    public void Faults_are_found_and_shown_where_they_are()
    {
        using var extractor = new PatchExtractor(1, 16, 4);
        using var detector = Detector.Fit(Device.Cpu, Good, null, new MahalanobisOptions(), features: extractor,
            cancellation: TestContext.Current.CancellationToken);
        Assert.True(detector.Explains && !detector.Reconstructs);
        var (faulty, masks) = TexturedSurfaces.Faulty(TexturedSurfaces.Kinds[0], 40, new Philox(4));
        Assert.True(Metrics.Auc(detector.Score(Test), detector.Score(faulty)) > 0.8);
        var (pixels, explained) = (new PixelMetrics(), detector.Explain(faulty));
        foreach (var (i, one) in explained.Index())
        {
            pixels.Add(one.ErrorMap, [.. masks.Select("one", [i]).ToFloats().Select(v => v > 0.5f)], 64);
        }

        Assert.True(pixels.Compute().Auroc > 0.8);
        Assert.Equal(detector.Score(faulty), explained.Select(e => e.Score));
    }

    /// <summary>Where one place is odd anyway, a weak fault of many places shows in the mean of many, a strong one in the worst.</summary>
    [Theory]
    [InlineData(20, 1.05f, 0.1f, 0.3f)]
    [InlineData(1, 9, 0f, 0.01f)]
    public void As_many_places_count_as_tell_a_fault_best(int places, float strength, float least, float most)
    {
        static float[] Picture(int seed, int faulty, float strength) => [.. Enumerable.Range(0, 200)
            .Select(i => i < faulty ? strength : i == 199 ? 3 + (seed % 5) : new Philox((ulong)seed).Uniform((ulong)i))];
        float[][] good = [.. Enumerable.Range(0, 20).Select(i => Picture(i, 0, 0))],
            faulty = [.. Enumerable.Range(20, 20).Select(i => Picture(i, places, strength))];
        Assert.InRange(PictureScore.Best(good, faulty).Share, least, most);
    }

    /// <summary>Where pictures differ as a whole, what they have in common is subtracted; one that is odd as a whole stays odd.</summary>
    [Fact]
    public void What_all_places_have_in_common_counts_less()
    {
        static float[] Picture(int seed, float level, float fault) => [.. Enumerable.Range(0, 200)
            .Select(i => (i == 0 ? fault : 0) + level + new Philox((ulong)seed).Uniform((ulong)i))];
        float[][] good = [.. Enumerable.Range(0, 20).Select(i => Picture(i, i, 0))],
            faulty = [.. Enumerable.Range(20, 20).Select(i => Picture(i, i - 20, 3))];
        var how = PictureScore.Best(good, faulty);
        Assert.InRange(how.Highest!.Value, 19.3, 19.7);
        Assert.True(good.Max(p => how.Of(p)) < faulty.Min(p => how.Of(p)));
        Assert.True(how.Of(Picture(50, 60, 0)) > faulty.Max(p => how.Of(p)));
    }

    /// <summary>Places at the border score higher without any fault: they are compared with one another.</summary>
    [Fact]
    public void Places_are_compared_with_normal_ones_as_far_from_the_border()
    {
        var grid = new PlaceGrid(new(5, 4, 8), new(7, 4, 8));
        float[] Map(int seed, int faulty) => [.. Enumerable.Range(0, 35).Select(i =>
            (i / 7 is 0 or 4 || i % 7 is 0 or 6 ? 10 : 1) * (1 + new Philox((ulong)seed).Uniform((ulong)i)) + (i == faulty ? 2 : 0))];
        var border = BorderScale.Fit(grid, [.. Enumerable.Range(0, 200).Select(i => Map(i, -1))]);
        Assert.Equal(15, border.Mean[0], 0.2);
        Assert.Equal(1.5, border.Mean[2], 0.05);
        Assert.Equal(border.Mean[2], border.Mean[7]);
        float[] normal = border.Apply(grid, Map(300, -1)), two = border.Apply(grid, [.. Map(301, 17), .. Map(302, 16)]);
        Assert.True(normal.Max() < 2.5);
        Assert.Equal(17, two.IndexOf(two.Max()));
        Assert.True(two[17] > 5 && two[35 + 16] > 5);
        Assert.All(BorderScale.Fit(grid, [new float[35]]).Apply(grid, [.. Enumerable.Repeat(3f, 35)]), v => Assert.Equal(3, v));
    }

    [Fact]
    public void Features_are_whitened_and_a_silent_one_does_not_shout()
    {
        var random = new Philox(9);
        float[] values = [.. Enumerable.Range(0, 2000).SelectMany(i =>
        {
            float a = random.Uniform((ulong)(2 * i)), b = random.Uniform((ulong)((2 * i) + 1));
            return new[] { 1000 + (50 * a), (0.1f * b) + a, 7 };
        })];
        var whitening = Whitening.OfFeatures(Device.Cpu, new("v", [3], values, new int[2000]));
        float[] white = whitening.Apply(values);
        double Product(int i, int j) => Enumerable.Range(0, 2000).Average(r => (double)white[(r * 3) + i] * white[(r * 3) + j]);
        Assert.Equal(1, Product(0, 0), 0.05);
        Assert.Equal(0, Product(0, 1), 0.05);
        Assert.InRange(Product(1, 1), 0.3, 1.05);
        Assert.Equal(0, white[2], 1e-4);
        Assert.InRange(whitening.Apply([1025, 0.55f, 8])[2], 1, 15);
    }

    [Fact]
    public void Whoever_asks_is_told_of_each_picture_whose_features_are_made()
    {
        using var extractor = Extractor();
        var told = new List<TrainingProgress>();
        Detector.Fit(Device.Cpu, Good, null, new MahalanobisOptions(), new Told(told.Add), features: extractor,
            cancellation: TestContext.Current.CancellationToken).Dispose();
        int heldOut = Good.Count / 10;
        foreach (var (phase, pictures) in new[] { ("features", Good.Count - heldOut), ("features of pictures held out", heldOut + 128) })
        {
            var last = told.Last(t => t.Phase == phase);
            Assert.Equal((pictures, pictures, "pictures"), (last.Step, last.Steps, last.Counted));
        }
    }

    /// <summary>Drawn faults are negatives where they are drawn, and nowhere else.</summary>
    [Fact]
    public void Negatives_are_the_places_that_were_changed()
    {
        var negatives = SyntheticNegatives.Make(Good, 30, new Philox(5), "cut", "stain");
        using var extractor = new PatchExtractor(1, 16, 8);
        FitContext? seen = null;
        var context = new FitContext(Device.Cpu, Good, negatives, new Philox(1), null, null, null, default);
        using var model = PlaceModel.Fit(extractor, context, places =>
        {
            seen = places;
            return Mahalanobis.Fit(places, new MahalanobisOptions());
        });
        var grid = extractor.GridOf(Good.SampleShape);
        float[] all = extractor.Extract(negatives, [.. Enumerable.Range(0, 30)]);
        int[][] changed = [.. Enumerable.Range(0, negatives.Count).Select(i => grid.Within(negatives.Changed!(i), 64))];
        Assert.InRange(changed.Sum(c => c.Length), 30, 10 * 30);
        Assert.Equal(changed.SelectMany((c, i) => c.SelectMany(place => all.AsSpan(((i * 49) + place) * 256, 256).ToArray())),
            seen!.Negatives!.ToFloats());
        Assert.Equal(80 * 49, seen.Normal.Count);
    }

    [Fact]
    public void What_has_no_places_is_refused()
    {
        static void Refused(string part, Action action) =>
            Failure.Contains<InputException>(part, action);
        Refused("patches of at least 4 pixels", () => new PatchExtractor(1, 3).Dispose());
        Refused("at most their size apart, found 8 and 9", () => new PatchExtractor(1, 8, 9).Dispose());
        using var large = new PatchExtractor(1, 65);
        Refused("expected pictures of at least 65x65 pixels, as a patch has, found [1, 64, 64]",
            () => Detector.Fit(Device.Cpu, Good, null, new MahalanobisOptions(), features: large));
        using var network = Extractor();
        var small = Good.Resized(32, 32);
        Refused("expected pictures [1, 64, 64], as the network takes them, found [1, 32, 32]",
            () => Detector.Fit(Device.Cpu, small, null, new MahalanobisOptions(), features: network));
        var vectors = new Dataset("v", [5], new float[50], new int[10]);
        Refused("found [5]", () => Detector.Fit(Device.Cpu, vectors, null, new MahalanobisOptions(), features: network));
    }
}
