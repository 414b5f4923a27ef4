using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Onnx;
using LisNative.Random;
using LisNative.Tests.Data;
using LisNative.Tests.Export;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Detectors;

/// <summary>Pictures of any height and width: how deep the network is, what it is padded with, and what sees that.</summary>
public sealed class PictureSizeTests
{
    private static readonly AutoencoderOptions Small = new() { Width1 = 4, Width2 = 4, Latent = 3, Epochs1 = 1, Batch = 8, HeldOut = 0.25 };

    public static TheoryData<string> Networks =>
        [.. Methods.All.Where(m => m.Defaults is AutoencoderOptions).Select(m => m.Name)];

    [Theory]
    [InlineData(1, 1, 2, 1, 1)]
    [InlineData(5, 7, 2, 2, 2)]
    [InlineData(27, 31, 2, 7, 8)]
    [InlineData(28, 28, 2, 7, 7)]
    [InlineData(32, 32, 2, 8, 8)]
    [InlineData(33, 32, 3, 5, 4)]
    [InlineData(40, 20, 3, 5, 3)]
    [InlineData(64, 64, 3, 8, 8)]
    [InlineData(100, 60, 4, 7, 4)]
    [InlineData(128, 128, 4, 8, 8)]
    [InlineData(256, 256, 5, 8, 8)]
    [InlineData(8, 256, 3, 1, 32)]
    [InlineData(1000, 1, 4, 63, 1)]
    public void The_depth_follows_from_the_picture(int height, int width, int halvings, int inHeight, int inWidth)
    {
        var architecture = new LisNative.Models.Architecture([1, height, width], 8, 64, 16).Checked();
        Assert.Equal((halvings, (inHeight, inWidth)), (architecture.Halvings, architecture.Inside));
        Assert.InRange(architecture.Features, 64, 64 * 64);
        using var network = Autoencoder.Create(Device.Cpu, architecture, new Philox(1));
        Assert.Equal(halvings, network.Encoder.Children.Count(m => m.Module is Conv2d));
        using var scope = new Memory.Scope();
        using var noGrad = new NoGrad();
        Var x = Device.Cpu.Zeros([2, 1, height, width]), features = network.Encoder.Forward(x);
        Assert.Equal([2, architecture.Features], features.Shape.Sizes.ToArray());
        Assert.Equal(x.Shape, network.FromFeatures(features).Shape);
        long latent = (long)architecture.Features * architecture.Latent;
        Assert.Equal(
            network.Parameters.Where(p => p.Name.EndsWith(".weight", StringComparison.Ordinal)).Sum(p => (long)p.Value.Value.Count),
            architecture.Weights - latent);
    }

    /// <summary>Names, random numbers and layers as they were when every network halved twice.</summary>
    [Theory]
    [InlineData(1, 28)]
    [InlineData(3, 32)]
    public void A_small_picture_keeps_the_network_that_it_had(int channels, int side)
    {
        var (device, random, he, glorot) = (Device.Cpu, new Philox(7), Initialisers.He(Autoencoder.Slope), Initialisers.Glorot);
        var leaky = Activation.LeakyRelu(Autoencoder.Slope);
        ConvGeometry halving = new(2, 1), same = new(1, 1);
        int inside = side / 4, features = 6 * inside * inside;
        using var expected = new Sequential(
            ("conv1", new Conv2d(device, channels, 5, 4, halving, he, random.FoldIn(1), leaky)),
            ("conv2", new Conv2d(device, 5, 6, 4, halving, he, random.FoldIn(2), leaky)),
            ("flatten", new Lambda(x => x.Flatten())),
            ("latent", new Linear(device, features, 4, glorot, random.FoldIn(3), Activation.Tanh)),
            ("expand", new Linear(device, 4, features, he, random.FoldIn(4), leaky)),
            ("unflatten", new Lambda(x => x.Reshape(-1, 6, inside, inside))),
            ("deconv1", new ConvTranspose2d(device, 6, 5, 4, halving, he, random.FoldIn(5), leaky)),
            ("deconv2", new ConvTranspose2d(device, 5, 5, 4, halving, he, random.FoldIn(6), leaky)),
            ("conv3", new Conv2d(device, 5, channels, 3, same, glorot, random.FoldIn(7), Activation.Sigmoid)));
        using var network = Autoencoder.Create(device, new([channels, side, side], 5, 6, 4), random);
        Assert.Equal(expected.Parameters.Select(p => p.Name), network.Parameters.Select(p => p.Name));
        Assert.All(expected.Parameters.Zip(network.Parameters), p =>
            Assert.Equal(p.First.Value.Value.ToArray(), p.Second.Value.Value.ToArray()));
        using var scope = new Memory.Scope();
        var x = device.Empty([3, channels, side, side]);
        x.Draw(new Philox(8), Distribution.Uniform);
        Assert.Equal(expected.Forward(x).Value.ToArray(), network.Forward(x).Value.ToArray());
        Assert.DoesNotContain(network.Children, m => m.Name is "pad" or "crop");
    }

    /// <summary>With the same weights, the picture continued by hand goes through a network of its size.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("cpu:naive")]
    [InlineData("opencl:0")]
    public void A_picture_is_continued_by_its_last_row_and_column_and_its_own_pixels_stay(string backend)
    {
        const int Height = 5, Width = 7;
        var device = Backends.Get(backend);
        using var odd = Autoencoder.Create(device, new([2, Height, Width], 4, 4, 3), new Philox(1));
        using var even = Autoencoder.Create(device, new([2, 8, 8], 4, 4, 3), new Philox(1));
        using var scope = new Memory.Scope();
        float[] pixels = [.. Enumerable.Range(0, 3 * 2 * Height * Width).Select(i => i % 11 / 11f)],
            continued = [.. Enumerable.Range(0, 3 * 2 * 64).Select(i =>
                pixels[(i / 64 * Height * Width) + (Math.Min(i / 8 % 8, Height - 1) * Width) + Math.Min(i % 8, Width - 1)])];
        float[] whole = even.Forward(device.From(continued, [3, 2, 8, 8])).Value.ToArray();
        var x = Var.Leaf(device.From(pixels, [3, 2, Height, Width]));
        var again = odd.Forward(x);
        Assert.Equal([.. Enumerable.Range(0, 3 * 2 * Height * Width).Select(i =>
            whole[(i / (Height * Width) * 64) + (i / Width % Height * 8) + (i % Width)])], again.Value.ToArray());

        // The error's gradient passes crop and padding both ways.
        var slope = Gradient.Compute((again - x).Square().Sum(), [x])[0].Value.ToArray();
        Assert.All(slope, s => Assert.True(float.IsFinite(s) && s != 0));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_network_takes_odd_sizes(string method) => AssertTakes(Settings(method), 1, 9, 13);

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(1, 5, 7)]
    [InlineData(1, 27, 31)]
    [InlineData(3, 100, 60)]
    [InlineData(1, 8, 256)]
    public void So_do_pictures_of_any_proportions(int channels, int height, int width) =>
        AssertTakes(Settings("lis-ae"), channels, height, width);

    /// <summary>Trained, scored both ways, explained, kept, read and exported.</summary>
    private static void AssertTakes(DetectorOptions options, int channels, int height, int width)
    {
        using var folder = new TemporaryFolder();
        Shape shape = [channels, height, width];
        Dataset normal = Noise(shape, 24, 1, 90), negatives = Noise(shape, 12, 2, 200), test = Noise(shape, 6, 3, 150);
        using var detector = options.FitOn(normal, negatives);
        float[] scores = detector.Score(test), captured = new float[6];
        detector.Score(test.ToFloats(), captured);
        Assert.Equal(scores, captured);
        Assert.True(scores.Distinct().Count() > 1);
        if (detector.Reconstructs)
        {
            Assert.Equal(6 * shape.Count, detector.Reconstruct(test).Length);
            Assert.All(detector.Explain(test), e =>
                Assert.Equal((shape.Count, height * width), (e.Reconstruction.Length, e.ErrorMap.Length)));
        }

        detector.Save(folder["model.lis"]);
        using var loaded = Detector.Load(folder["model.lis"]);
        Assert.Equal(scores, loaded.Score(test));
        DetectorExport.Write(folder["model.lis"], folder["model.onnx"]);
        OnnxModel.AssertScores(detector, folder["model.onnx"], test);
    }

    /// <summary>Of before there was a choice, when each network halved twice: its tensors tell.</summary>
    [Theory]
    [InlineData("lis-ae")]
    [InlineData("outlier-exposure")]
    public void A_file_that_says_nothing_of_the_depth_has_that_of_its_tensors(string method)
    {
        using var folder = new TemporaryFolder();
        Dataset normal = Noise([1, 40, 40], 24, 1, 90), negatives = Noise([1, 40, 40], 12, 2, 200);
        using var detector = ((AutoencoderOptions)Settings(method) with { Depth = 2 }).FitOn(normal, negatives);
        detector.Save(folder["new.lis"]);
        var file = SafeTensors.Read(folder["new.lis"]);
        var options = JsonNode.Parse(file.Metadata["options"])!.AsObject();
        Assert.True(options.Remove("depth"));
        file.Metadata["options"] = options.ToJsonString();
        file.Metadata.Remove("digest");
        file.Metadata["digest"] = file.Digest();
        file.Write(folder["old.lis"]);
        using var old = Detector.Load(folder["old.lis"]);
        Assert.Equal(detector.Score(normal), old.Score(normal));
        Assert.Null(((AutoencoderOptions)old.Options).Depth);
        if (method == "lis-ae")
        {
            using var again = old.RefitLatent(
                normal, negatives, (LisOptions)old.Options with { Beta = 2 }, cancellation: TestContext.Current.CancellationToken);
            Assert.NotEqual(old.Score(normal), again.Score(normal));
        }
    }

    [Theory]
    [InlineData(6, 28, "expected a depth of 1 to 5 for images [1, 28, 28], found 6")]
    [InlineData(3, 1, "expected a depth of 1 to 2 for images [1, 1, 1], found 3")]
    [InlineData(0, 28, "Depth: expected at least 1, found 0")]
    public void A_depth_at_which_nothing_is_left_is_refused(int depth, int side, string sentence) =>
        Failure.Contains<InputException>(sentence, () => (Small with { Depth = depth }).FitOn(Noise([1, side, side], 24, 1, 90)));

    private static DetectorOptions Settings(string method)
    {
        var settings = Methods.Get(method).Write(Methods.Get(method).Defaults);
        foreach (var (name, value) in new (string, JsonNode)[]
        {
            ("width1", 4), ("width2", 4), ("latent", 3), ("epochs1", 1), ("epochs2", 1), ("batch", 8), ("heldOut", 0.25),
            ("negativePool", 32), ("warmUp", 0),
        })
        {
            if (settings.ContainsKey(name))
            {
                settings[name] = value;
            }
        }

        return Methods.Get(method).Read(System.Text.Json.JsonSerializer.SerializeToElement(settings));
    }

    private static Dataset Noise(Shape shape, int count, ulong seed, int most) => new("noise", shape,
        [.. Enumerable.Range(0, count * shape.Count).Select(i => (byte)(most * new Philox(seed).Uniform((ulong)i)))], new int[count]);
}
