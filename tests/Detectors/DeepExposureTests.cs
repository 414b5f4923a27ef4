using LisNative.Data;
using LisNative.Layers;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Detectors;

/// <summary>What deep exposure has that no other method has.</summary>
public sealed class DeepExposureTests
{
    private const int Height = 16, Width = 8;

    /// <summary>Each picture comes out as one of its shifts by an eighth of a side, or one of its mirror image; none is left out.</summary>
    [Fact]
    public void A_picture_is_shifted_and_mirrored()
    {
        Shape shape = [2, Height, Width];
        float[] picture = [.. Enumerable.Range(0, shape.Count).Select(i => (float)i)];
        var expected = (from down in Enumerable.Range(-2, 5)
                        from right in Enumerable.Range(-1, 3)
                        from mirrored in new[] { false, true }
                        select string.Join(' ', Shifted(picture, down, right, mirrored))).ToHashSet();
        var found = Enumerable.Range(0, 400).Select(seed =>
        {
            float[] own = [.. picture];
            Jitter.Apply(own, shape, new Philox((ulong)seed));
            return string.Join(' ', own);
        }).ToHashSet();
        Assert.Equal(30, expected.Count);
        Assert.True(found.SetEquals(expected));
    }

    [Fact]
    public void Weights_are_standardised()
    {
        using var scope = new Memory.Scope();
        var convolution = new StandardisedConv2d(
            Device.Cpu, 3, 5, 3, new(1, 1), Initialisers.He(0.1), new Philox(4), Activation.LeakyRelu(0.1));
        foreach (float[] ofOutput in convolution.Standardised.Value.ToArray().Chunk(27))
        {
            Assert.Equal(0, ofOutput.Average(), 1e-6);
            Assert.Equal(2, ofOutput.Sum(w => w * w), 1e-4);
        }
    }

    /// <summary>A picture and its mirror image score alike, kept and loaded, too; without augmentation they do not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mirror_images_score_alike(bool augment)
    {
        using var folder = new TemporaryFolder();
        Dataset normal = Noise(24, 1, 90), negatives = Noise(24, 2, 200), test = Noise(6, 3, 255);
        float[] pixels = test.ToFloats(), mirrored = [.. Enumerable.Range(0, pixels.Length).Select(i =>
            pixels[(i / Width * Width) + Width - 1 - (i % Width)])];
        using var detector = new DeepExposureOptions { Augment = augment, Epochs1 = 2 }.FitOn(normal, negatives);
        detector.Save(folder["model.lis"]);
        using var loaded = Detector.Load(folder["model.lis"]);
        float[] scores = loaded.Score(test),
            images = loaded.Score(new Dataset("mirrored", test.SampleShape, mirrored, test.Labels));
        Assert.Equal(detector.Score(test), scores);
        Assert.Equal(augment, scores.Zip(images).All(s => Math.Abs(s.First - s.Second) <= 1e-5 * (1 + Math.Abs(s.First))));
    }

    private static Dataset Noise(int count, ulong seed, int greatest)
    {
        var random = new Philox(seed);
        byte[] pixels = [.. Enumerable.Range(0, count * Height * Width).Select(i => (byte)random.Below(greatest, (ulong)i))];
        return new("noise", [1, Height, Width], pixels, new int[count]);
    }

    private static float[] Shifted(float[] picture, int down, int right, bool mirrored) =>
        [.. from c in Enumerable.Range(0, 2)
            from h in Enumerable.Range(0, Height)
            from w in Enumerable.Range(0, Width)
            let column = Reflected(w + right, Width)
            select picture[(((c * Height) + Reflected(h + down, Height)) * Width) + (mirrored ? Width - 1 - column : column)]];

    private static int Reflected(int at, int size) => at < 0 ? -at : at >= size ? (2 * (size - 1)) - at : at;
}
