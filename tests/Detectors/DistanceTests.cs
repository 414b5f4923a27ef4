using LisNative.Data;
using LisNative.Exact;
using LisNative.Numerics;
using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;
using static LisNative.Tests.Detectors.PublishedDefinitionTests;

namespace LisNative.Tests.Detectors;

/// <summary>Methods that are a distance, beside their definition in double precision.</summary>
public sealed class DistanceTests
{
    private const int Length = 7;

    /// <summary>Correlated columns: each is a mixture of independent ones.</summary>
    private static Dataset Rows(int count, ulong stream, double offset = 0)
    {
        var random = new Philox(3, stream);
        var values = new float[count * Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.Normal((ulong)i) + (i % Length > 0 ? 0.8f * values[i - 1] : 0) + (float)offset;
        }

        return new("rows", [Length], values, new int[count]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Nearest_neighbours_are_those_of_all_pairs(int neighbours)
    {
        Dataset normal = Rows(300, 1), copies = normal.Concat(normal.Select("again", [5, 6])), test = Rows(40, 2, 0.5).Concat(
            normal.Select("known", [5, 6, 7]));
        using var detector = new NearestNeighboursOptions { Neighbours = neighbours, HeldOut = 0 }.FitOn(copies);
        double[][] kept = Standardised(copies, copies), asked = Standardised(test, copies);
        float[] found = detector.Score(test);
        for (int i = 0; i < asked.Length; i++)
        {
            double expected = kept.Select(k => Math.Sqrt(k.Zip(asked[i], (a, b) => (a - b) * (a - b)).Sum())).Order()
                .ElementAt(neighbours - 1);
            Assert.Equal(expected, found[i], 1e-5);
        }

        // Two copies are kept of each of the first two known rows, one of the third.
        Assert.Equal(neighbours == 1 ? [true, true, true] : [false, false, false], found[^3..].Select(f => f == 0));
        float[] one = new float[found.Length];
        detector.Score(test.ToFloats(), one);
        Assert.Equal(found, one);
    }

    [Fact]
    public void A_coreset_leaves_no_sample_far_from_it()
    {
        Dataset normal = Rows(3000, 1), few = Rows(3, 4, 30), all = normal.Concat(few);
        static NearestNeighboursOptions Keeping(int samples) => new() { Neighbours = 1, Samples = samples, HeldOut = 0 };
        using var detector = Keeping(200).FitOn(all);
        using var drawn = Keeping(200).FitOn(all.Select("first", [.. Enumerable.Range(0, 200)]));
        Assert.Equal(200, detector.State.Single(s => s.Name == "points.norms").Value.Count);
        Assert.True(detector.Score(all).Max() < 0.6 * drawn.Score(normal).Max());
        Assert.True(detector.Score(few).Max() < 1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.3)]
    public void The_Mahalanobis_distance_is_that_of_its_definition(double? shrinkage)
    {
        Dataset normal = Rows(60, 1), test = Rows(20, 2, 0.5);
        using var detector = new MahalanobisOptions { Shrinkage = shrinkage, HeldOut = 0 }.FitOn(normal);
        double[][] x = Standardised(normal, normal), asked = Standardised(test, normal);
        var s = new double[Length, Length];
        void ForEach(Action<int, int> work)
        {
            for (int i = 0; i < Length * Length; i++)
            {
                work(i / Length, i % Length);
            }
        }

        ForEach((i, j) => s[i, j] = x.Average(r => r[i] * r[j]));
        double scale = Enumerable.Range(0, Length).Average(i => s[i, i]), distance = 0, error = 0;
        ForEach((i, j) => distance += Math.Pow(s[i, j] - (i == j ? scale : 0), 2));
        ForEach((i, j) => error += x.Sum(r => Math.Pow((r[i] * r[j]) - s[i, j], 2)) / (x.Length * (double)x.Length));
        double share = shrinkage ?? Math.Min(1, error / distance);
        Assert.Equal(share, ((MahalanobisOptions)detector.Options).Shrinkage!.Value, 1e-5);
        var shrunk = Matrix<double>.Build.DenseOfArray(s) * (1 - share);
        shrunk += Matrix<double>.Build.DenseIdentity(Length) * (share * scale);
        var inverse = shrunk.Inverse();
        foreach (var (row, found) in asked.Zip(detector.Score(test)))
        {
            var v = Vector<double>.Build.Dense(row);
            Assert.Equal(Math.Sqrt(v * inverse * v), found, 1e-4);
        }
    }

    [Fact]
    public void The_linear_LIS_is_the_exact_one()
    {
        const double Gamma = 12;
        Dataset normal = Rows(400, 1), negatives = Rows(300, 5, 1.5), test = Rows(20, 2, 0.5);
        using var detector = new LinearLisOptions { Rank = 2, Gamma = Gamma, HeldOut = 0 }.FitOn(normal, negatives);
        Matrix<double> Columns(Dataset set) => Matrix<double>.Build.DenseOfColumnArrays(Standardised(set, normal));
        var pca = Pca.Of(Columns(normal), 2);
        var components = new Components(pca, Columns(normal), Columns(negatives));
        var b = Solutions.Regularised(components, 2, new(components.Positive, components.Negative, 1, Gamma));
        Assert.True(b.FrobeniusNorm() > 0.1);
        var expected = ShapingObjective.Errors(b, pca.Uc.TransposeThisAndMultiply(Columns(test)));
        var plain = ShapingObjective.Errors(b * 0, pca.Uc.TransposeThisAndMultiply(Columns(test)));
        Assert.All(expected.Zip(detector.Score(test)), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * pair.First));
        Assert.All(plain.Zip(detector.Score(test, "linear-ae")), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * pair.First));
    }

    [Fact]
    public void The_inverted_factor_makes_a_matrix_the_identity()
    {
        double[][] a = [[4, 2, 1], [2, 5, 3], [1, 3, 6]], copy = [.. a.Select(r => r.ToArray())];
        double[][] inverse = Cholesky.InvertedFactor(copy);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double sum = Enumerable.Range(0, 9).Sum(k => inverse[i][k / 3] * a[k / 3][k % 3] * inverse[j][k % 3]);
                Assert.Equal(i == j ? 1 : 0, sum, 1e-12);
            }
        }
    }
}
