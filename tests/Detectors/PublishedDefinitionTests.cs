using LisNative.Data;
using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;

namespace LisNative.Tests.Detectors;

/// <summary>Detectors of published comparisons beside their definitions, computed plainly in double precision over all pairs.</summary>
public sealed class PublishedDefinitionTests
{
    /// <summary>Columns skewed to either side and to none; every tenth row is the same. Coarse values are often equal.</summary>
    private static Dataset Rows(int count, int length, ulong stream, double step = 1e-6)
    {
        var random = new Philox(11, stream);
        double Value(int i, int j)
        {
            double drawn = random.Normal((ulong)((i * length) + j));
            return Math.Round((j % 3 == 0 ? Math.Exp(drawn) : j % 3 == 1 ? -Math.Exp(drawn) : drawn) / step) * step;
        }

        return new("rows", [length],
            [.. Enumerable.Range(0, count * length).Select(e => (float)Value(e / length % 10 == 9 ? 9 : e / length, e % length))],
            new int[count]);
    }

    internal static double[][] Standardised(Dataset rows, Dataset normal) =>
        [.. Scaler.Fit(normal).Apply(rows).ToFloats().Select(v => (double)v).Chunk(rows.SampleShape.Count)];

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    /// <summary>What a detector of all samples gives, from sets, from memory, and loaded again: one and the same.</summary>
    private static float[] Scores(DetectorOptions options, Dataset normal, Dataset test)
    {
        using var detector = (options with { HeldOut = 0 }).FitOn(normal);
        float[] scores = detector.Score(test), one = new float[test.Count];
        detector.Score(test.ToFloats(), one);
        Assert.Equal(scores, one);
        return scores;
    }

    [Theory]
    [InlineData(300, 7, 20)]
    [InlineData(300, 1, 5)]
    [InlineData(12, 3, 20)]
    public void Local_outlier_factors_are_those_of_all_pairs(int count, int length, int neighbours)
    {
        Dataset normal = Rows(count, length, 1), test = Rows(40, length, 2).Concat(normal.Select("known", [0, 1, 9]));
        double[][] x = Standardised(normal, normal), asked = Standardised(test, normal);
        int k = Math.Min(neighbours, count - 1);

        double[] reach = new double[count];
        (double Far, int Place)[] Near(double[] a, int self) =>
            [.. x.Select((b, j) => (Distance(a, b), j)).Where(p => p.j != self).OrderBy(p => p.Item1).Take(k)];
        double Density((double Far, int Place)[] near) => 1 / (near.Average(p => Math.Max(p.Far, reach[p.Place])) + 1e-10);
        var own = x.Select(Near).ToArray();
        reach = [.. own.Select(near => near[^1].Far)];
        double[] densities = [.. own.Select(Density)];
        double[] expected = [.. asked.Select(a => Near(a, -1)).Select(near => near.Average(p => densities[p.Place]) / Density(near))];
        Assert.All(expected.Zip(Scores(new LocalOutlierFactorOptions { Neighbours = neighbours }, normal, test)),
            pair => Assert.Equal(1, pair.Second / pair.First, 1e-4));
    }

    [Theory]
    [InlineData(7, 0.5)]
    [InlineData(1, 0.25)]
    [InlineData(3, 1e-6)]
    public void Tails_are_shares_of_the_normal_samples_and_the_one_asked_for(int length, double step)
    {
        Dataset normal = Rows(200, length, 1, step), test = Rows(50, length, 2, step).Concat(normal.Select("known", [0, 9]));
        double[][] x = Standardised(normal, normal), asked = Standardised(test, normal);
        bool[] left = [.. Enumerable.Range(0, length).Select(j => x.Select(r => r[j]).Skewness() < 0)];
        double Sum(double[] a, Func<int, bool> low) => Enumerable.Range(0, length).Sum(j =>
            -Math.Log((x.Count(r => low(j) ? r[j] <= a[j] : r[j] >= a[j]) + 1) / (x.Length + 1.0)));
        double[] expected = [.. asked.Select(a => new[] { Sum(a, _ => true), Sum(a, _ => false), Sum(a, j => left[j]) }.Max())];
        Assert.All(expected.Zip(Scores(new EcodOptions(), normal, test)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Equal(length > 1, left.Contains(true));
    }

    /// <summary>Without any variance there are no directions; the distance from the one sample is left.</summary>
    [Fact]
    public void Components_of_equal_samples_score_the_distance_from_them()
    {
        static Dataset Of(params float[] values) => new("equal", [3], values, new int[values.Length / 3]);
        var normal = Of([.. Enumerable.Repeat<float[]>([1, 2, 3], 40).SelectMany(v => v)]);
        double[] scores = [.. Scores(new PcaOptions(), normal, Of(1, 2, 3, 1, 2, 4, 1.1f, 2, 3))];
        Assert.Equal(0, scores[0]);
        Assert.InRange(scores[2], 0.01, scores[1] / 2);
    }

    [Theory]
    [InlineData(300, 7)]
    [InlineData(300, 1)]
    [InlineData(5, 9)]
    public void Distances_from_the_principal_directions_are_those_of_its_decomposition(int count, int length)
    {
        Dataset normal = Rows(count, length, 1), test = Rows(40, length, 2).Concat(normal.Select("known", [0, 1]));
        double[][] x = Standardised(normal, normal), asked = Standardised(test, normal);
        var (shares, vectors) = Decomposed(x, Math.Min(count, length));
        double[] expected = [.. asked.Select(a => shares.Zip(vectors, (w, v) => Distance(a, Placed(w, v)) / Math.Max(w, 1e-12)).Sum())];
        double[] Placed(double share, double[] v) => share < 1e-12 ? new double[length]
            : x.Select(r => Dot(r, v)).MaxBy(Math.Abs) < 0 ? [.. v.Select(e => -e)] : v;
        Assert.All(expected.Zip(Scores(new PcaOptions(), normal, test)), pair => Assert.Equal(1, pair.Second / pair.First, 1e-3));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>Shares of the variance, and directions, by MathNet's singular values.</summary>
    private static (double[] Shares, double[][] Directions) Decomposed(double[][] x, int components)
    {
        var svd = Matrix<double>.Build.DenseOfRowArrays(x).Svd();
        double[] squares = [.. svd.S.Select(s => s * s)];
        return ([.. squares.Select(s => s / squares.Sum())], [.. Enumerable.Range(0, components).Select(j => svd.VT.Row(j).ToArray())]);
    }
}
