using System.Numerics;
using LisNative.Data;
using LisNative.Features;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Tests.Detectors;

/// <summary>What wavelets find at the places of pictures.</summary>
public sealed class ScatteringTests : InFolder
{
    private const int Side = 40, Directions = 8, Sizes = 4, Gray = 1 + (Sizes * Directions) + (6 * Directions * Directions);

    /// <summary>A picture [channels, side, side] of what stands at each row and column.</summary>
    private static Dataset Picture(Func<int, int, int, double> value, int channels = 1) => new("picture", [channels, Side, Side],
        [.. Enumerable.Range(0, channels * Side * Side).Select(i => (float)value(i / Side / Side, i / Side % Side, i % Side))], new int[1]);

    private static float[] At(Dataset picture, int row, int column)
    {
        using var extractor = new ScatteringExtractor(Device.Cpu, picture.SampleShape[0], Side, Side);
        int length = extractor.Place.Count;
        return extractor.Extract(picture, [0])[(((row * 5) + column) * length)..][..length];
    }

    /// <summary>The finest wavelets of both orders, by the definition in double precision.</summary>
    [Fact]
    public void Strengths_are_those_of_the_definition()
    {
        double Pixel(int y, int x) => 0.5 + (0.3 * Math.Sin((0.9 * x) + (0.4 * y))) + (0.1 * Math.Cos(0.05 * x * y));
        double mean = Enumerable.Range(0, Side * Side).Average(i => (double)(float)Pixel(i / Side, i % Side));
        double[,] light = new double[Side, Side];
        for (int i = 0; i < Side * Side; i++)
        {
            light[i / Side, i % Side] = Math.Log(((float)Pixel(i / Side, i % Side) / (mean + 1e-3)) + 0.1);
        }

        float[] found = At(Picture((_, y, x) => Pixel(y, x)), 2, 3);
        for (int d = 0; d < Directions; d++)
        {
            double[,] first = Strength(light, d);
            Assert.Equal(Mean(first, 16, 24, 8), found[d], 1e-5);
            double[,] half = Half(first);
            for (int e = 0; e < Directions; e++)
            {
                Assert.Equal(Mean(Strength(half, e), 8, 12, 4), found[Directions + (Directions * d) + e], 1e-5);
            }
        }
    }

    private static double[,] Strength(double[,] x, int direction)
    {
        var (sin, cos) = Math.SinCos(Math.PI * direction / Directions);
        Complex Sum(Func<int, int, Complex> term) =>
            Enumerable.Range(0, 49).Aggregate(Complex.Zero, (sum, i) => sum + term((i / 7) - 3, (i % 7) - 3));
        double Bell(int v, int u) => Math.Exp(-((u * u) + (v * v)) / (2 * 1.3 * 1.3));
        Complex Wave(int v, int u) => Bell(v, u) * Complex.Exp(Complex.ImaginaryOne * 1.9 * ((u * cos) + (v * sin)));
        var offset = Sum(Wave) / Sum((v, u) => Bell(v, u));
        Complex Wavelet(int v, int u) => Wave(v, u) - (offset * Bell(v, u));
        double scale = Sum((v, u) => Wavelet(v, u).Magnitude).Real;
        return Each(x.GetLength(0), (r, c) => Sum((v, u) => Wavelet(v, u) * Near(x, r + v, c + u)).Magnitude / scale);
    }

    private static double[,] Half(double[,] x)
    {
        double[] weights = [1, 4, 6, 4, 1];
        return Each((x.GetLength(0) + 1) / 2, (r, c) => Enumerable.Range(0, 25).Sum(i =>
            weights[i / 5] * weights[i % 5] / 256 * Near(x, (2 * r) + (i / 5) - 2, (2 * c) + (i % 5) - 2)));
    }

    private static double[,] Each(int side, Func<int, int, double> value)
    {
        var all = new double[side, side];
        for (int i = 0; i < side * side; i++)
        {
            all[i / side, i % side] = value(i / side, i % side);
        }

        return all;
    }

    private static double Near(double[,] x, int row, int column) =>
        x[Math.Clamp(row, 0, x.GetLength(0) - 1), Math.Clamp(column, 0, x.GetLength(1) - 1)];

    private static double Mean(double[,] x, int row, int column, int side) =>
        Enumerable.Range(0, side * side).Average(i => x[row + (i / side), column + (i % side)]);

    /// <summary>A wave is found by the wavelets of its direction, turned or not, whatever the light.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    public void Waves_are_found_by_their_direction(int direction)
    {
        var (sin, cos) = Math.SinCos(Math.PI * direction / Directions);
        double Wave(int y, int x) => 0.4 + (0.2 * Math.Sin(1.9 * ((x * cos) + (y * sin))));
        float[] bright = At(Picture((_, y, x) => Wave(y, x)), 2, 2), dark = At(Picture((_, y, x) => Wave(y, x) / 4), 2, 2);
        Assert.Equal(direction, Enumerable.Range(0, Directions).MaxBy(d => bright[d]));
        Assert.All(bright.Zip(dark), pair => Assert.Equal(pair.First, pair.Second, 0.01));
    }

    [Fact]
    public void Colours_have_places_of_their_own()
    {
        static double Grey(int y, int x) => 0.4 + (0.2 * ((y + x) % 3));
        float[] grey = At(Picture((_, y, x) => Grey(y, x)), 1, 1), same = At(Picture((_, y, x) => Grey(y, x), 3), 1, 1),
            red = At(Picture((c, y, x) => Grey(y, x) * (c == 1 ? 1 : 0.7), 3), 1, 1);
        Assert.Equal((Gray, Gray + (2 * (1 + (Sizes * Directions)))), (grey.Length, same.Length));
        Assert.All(grey.Zip(same), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(same[Gray..], v => Assert.Equal(0, v, 1e-5));
        Assert.True(red[Gray + (Sizes * Directions)] > 0.2);
    }

    [Fact]
    public void Faults_are_found_and_the_model_is_one_file()
    {
        using var extractor = new ScatteringExtractor(Device.Cpu, 1, 64, 64);
        using var detector = Detector.Fit(Device.Cpu, TexturedSurfaces.Good(80, new Philox(1)), null, new MahalanobisOptions(),
            features: extractor, cancellation: TestContext.Current.CancellationToken);
        Dataset good = TexturedSurfaces.Good(40, new Philox(2)),
            faulty = TexturedSurfaces.Faulty(TexturedSurfaces.Kinds[0], 40, new Philox(4)).Surfaces;
        float[] scores = detector.Score(faulty);
        Assert.InRange(Metrics.Auc(detector.Score(good), scores), 0.9, 1);
        detector.Save(folder["m.lis"]);
        using var loaded = Detector.Load(folder["m.lis"]);
        Assert.True(loaded.TakesAnyPicture);
        Assert.Equal(scores, loaded.Score(faulty));
        Assert.Equal(scores[7..9], loaded.Score(faulty.Select("two", [7, 8])));
    }

    /// <summary>A black picture has no contrast, and no light to measure it by.</summary>
    [Fact]
    public void A_black_picture_has_features()
    {
        Assert.All(At(Picture((_, _, _) => 0), 0, 0)[..(Sizes * Directions)], v => Assert.Equal(0, v, 1e-5));
        Assert.All(At(Picture((_, _, _) => 0), 0, 0), v => Assert.True(float.IsFinite(v)));
    }

    [Theory]
    [InlineData(2, 64, 64)]
    [InlineData(1, 31, 64)]
    [InlineData(3, 64, 2049)]
    public void Other_pictures_are_refused(int channels, int height, int width) => Failure.Contains<InputException>(
        "expected pictures of 1 or 3 channels and 32 to 2048 pixels a side",
        () => new ScatteringExtractor(Device.Cpu, channels, height, width).Dispose());
}
