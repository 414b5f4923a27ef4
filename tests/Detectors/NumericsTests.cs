using LisNative.Data;
using LisNative.Exact;
using LisNative.Memory;
using LisNative.Numerics;
using LisNative.Random;
using LisNative.Scoring;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Tests.Detectors;

/// <summary>
/// The algorithms below the classical detectors: decompositions against MathNet, solvers against the conditions that make a solution one.
/// </summary>
public sealed class NumericsTests
{
    private static float[] Normals(int count, ulong seed)
    {
        var values = new float[count];
        new Philox(seed).Normals(values);
        return values;
    }

    [Fact]
    public void Small_symmetric_matrices_are_decomposed_as_MathNet_does()
    {
        var a = Matrix<double>.Build.Dense(12, 12, Array.ConvertAll(Normals(144, 1), v => (double)v));
        a *= a.Transpose();
        var (values, vectors) = SymmetricEigen.Decompose(a.ToRowArrays());
        Assert.All(values.Zip(a.Evd().EigenValues.Select(v => v.Real).OrderDescending()), p => Assert.Equal(p.Second, p.First, 1e-12));
        var v = Matrix<double>.Build.DenseOfColumnArrays(vectors);
        Assert.True(((a * v) - (v * Matrix<double>.Build.DenseOfDiagonalArray(values))).InfinityNorm() < 1e-12);
    }

    [Fact]
    public void Leading_components_are_those_of_the_exact_decomposition()
    {
        // Falling deviations leave a gap after the fifth component, so that its plane is well defined.
        const int N = 400, D = 40, Rank = 5;
        float[] x = [.. Normals(N * D, 2).Select((v, i) => v * (i % D < Rank ? 6 - (i % D) : 0.5f))];
        var exact = Pca.Of(Matrix<double>.Build.Dense(D, N, Array.ConvertAll(x, v => (double)v)), Rank);
        using var rows = Device.Cpu.From(x, [N, D]);
        using var scope = new Scope();
        var (values, vectors) = PrincipalComponents.Leading(PrincipalComponents.Covariance(rows), Rank, new Philox(3));
        Assert.All(values.Zip(exact.SingularValues), p => Assert.Equal(p.Second * p.Second / N, p.First, 1e-5 * p.First));
        var found = Matrix<double>.Build.Dense(Rank, D, vectors.ToArray<double>()).Transpose();
        Assert.True(Pca.Angles(exact.Ur, found).Maximum() < 1e-4);
    }

    [Fact]
    public void Equal_samples_have_no_components()
    {
        using var zero = Device.Cpu.Zeros([6, 6]);
        var (values, vectors) = PrincipalComponents.Leading(SymmetricProduct.Create(zero), 2, new Philox(1));
        Assert.Equal([0, 0], values);
        Assert.All(vectors.ToArray(), v => Assert.True(float.IsFinite(v)));
        vectors.Dispose();
    }

    [Fact]
    public void Gross_errors_turn_the_plane_of_principal_components_but_not_that_of_the_robust_ones()
    {
        const int N = 300, D = 30, Rank = 3;
        float[] basis = Normals(Rank * D, 4), codes = Normals((N + 200) * Rank, 5);
        var random = new Philox(6);
        float Clean(int i, int j) => Enumerable.Range(0, Rank).Sum(k => codes[(i * Rank) + k] * basis[(k * D) + j])
            + (0.01f * random.FoldIn(1).Normal((ulong)((i * D) + j)));
        float Gross(int at) => random.FoldIn(2).Uniform((ulong)at) < 0.1f ? 20 * (random.FoldIn(3).Uniform((ulong)at) - 0.5f) : 0;
        float[] spoilt = [.. Enumerable.Range(0, N * D).Select(at => Clean(at / D, at % D) + Gross(at))];
        var normal = new Dataset("spoilt", [D], spoilt, new int[N]);
        var clean = new Dataset("clean", [D], [.. Enumerable.Range(N * D, 100 * D).Select(at => Clean(at / D, at % D))], new int[100]);

        double Error(DetectorOptions options)
        {
            using var detector = options.FitOn(normal);
            return detector.Score(clean).Average();
        }

        double plain = Error(new LinearAutoencoderOptions { Rank = Rank }), robust = Error(new RobustPcaOptions { Rank = Rank });
        Assert.True(robust < 0.2 * plain, $"mean distance of clean samples from the plane: {plain} plain, {robust} robust");
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void One_class_solutions_are_optimal(double nu)
    {
        const int N = 80, D = 5;
        double[][] x = [.. Normals(N * D, 7).Select(v => (double)v).Chunk(D)];
        double Kernel(int i, int j) => Math.Exp(-0.3 * x[i].Zip(x[j], (a, b) => (a - b) * (a - b)).Sum());
        float[] Row(int i) => [.. Enumerable.Range(0, N).Select(j => (float)Kernel(i, j))];
        var (alpha, rho) = OneClassSolver.Solve(N, nu, Row, _ => { });
        Assert.All(alpha, a => Assert.InRange(a, 0, 1));
        Assert.Equal(nu * N, alpha.Sum(), 1e-9);

        // Karush–Kuhn–Tucker: (Kα)ᵢ ≥ ρ where αᵢ = 0, = ρ between the bounds, ≤ ρ where αᵢ = 1; to twice the solver's tolerance.
        for (int i = 0; i < N; i++)
        {
            double gradient = Enumerable.Range(0, N).Sum(j => alpha[j] * Kernel(i, j)) - rho;
            Assert.True(alpha[i] >= 1 || gradient > -2e-3, $"{i}: α {alpha[i]}, gradient {gradient}");
            Assert.True(alpha[i] <= 0 || gradient < 2e-3, $"{i}: α {alpha[i]}, gradient {gradient}");
        }

        // ν bounds the share outside from above and that of support vectors from below (Schölkopf et al. 2001, proposition 3).
        Assert.True(alpha.Count(a => a >= 1) <= nu * N && alpha.Count(a => a > 0) >= nu * N);
    }

    [Fact]
    public void The_support_vector_machine_scores_by_its_definition_whatever_its_cache()
    {
        Dataset normal = Bars.Horizontal(200, 21), test = Bars.Vertical(50, 22);
        float[] Scores(int cache)
        {
            using var detector = new OneClassSvmOptions { Cache = cache }.FitOn(normal);
            return detector.Score(test);
        }

        Assert.Equal(Scores(256), Scores(1));
        int computed = 0;
        var rows = new RowCache(2, i => [computed++, i]);
        foreach (int i in new[] { 1, 2, 1, 3, 1, 2 })
        {
            Assert.Equal(i, rows[i][1]);
        }

        Assert.Equal(4, computed);
    }

    [Fact]
    public void Random_features_approximate_the_kernel_and_the_machine_on_them_the_exact_one()
    {
        Requirement.SkipUnlessSoak();
        using var rows = Device.Cpu.From(Normals(20 * 6, 8), [20, 6]);
        float[] z = RandomFeatures.Draw(Device.Cpu, 6, 8192, 0.2, new Philox(9)).Transform(rows).Value.ToArray(), x = rows.ToArray();
        for (int i = 1; i < 20; i++)
        {
            double squared = Enumerable.Range(0, 6).Sum(j => Math.Pow(x[j] - x[(i * 6) + j], 2));
            double product = Enumerable.Range(0, 8192).Sum(j => (double)z[j] * z[(i * 8192) + j]);

            // Five deviations of the mean of 8192 products of variance at most 1/2.
            Assert.Equal(Math.Exp(-0.2 * squared), product, 5 / Math.Sqrt(2 * 8192));
        }

        var exact = new OneClassSvmOptions();
        double Auc(OneClassSvmOptions options)
        {
            using var detector = options.FitOn(Bars.Horizontal(600, 23));
            return Metrics.Auc(detector.Score(Bars.Horizontal(200, 24)), detector.Score(Bars.Vertical(200, 25)));
        }

        double ofKernel = Auc(exact), ofFeatures = Auc(exact with { Exact = 100 });
        Assert.True(Math.Abs(ofKernel - ofFeatures) < 0.05, $"AUC {ofKernel} with the kernel, {ofFeatures} with random features");
    }

    /// <summary>A low-rank part of fewer directions than are asked for: the others would be rounding, another on every device.</summary>
    [Fact]
    public void Robust_components_that_are_not_there_are_left_out_and_that_is_told()
    {
        const int Rows = 300, Columns = 40, Rank = 3;
        float[] left = Normals(Rows * Rank, 1), right = Normals(Rank * Columns, 2), noise = Normals(Rows * Columns, 3);
        float[] values = [.. noise.Select((e, i) => (0.05f * e) + (i % 19 == 0 ? 8 : 0) + Enumerable.Range(0, Rank)
            .Sum(k => left[(i / Columns * Rank) + k] * right[(k * Columns) + (i % Columns)]))];
        var set = new Dataset("rows", [Columns], values, new int[Rows]);
        Detector Fit(Device device) =>
            Detector.Fit(device, set, null, new RobustPcaOptions(), cancellation: TestContext.Current.CancellationToken);
        using Detector here = Fit(Device.Cpu), there = Fit(Device.Naive);
        Assert.Contains(here.Health!.Warnings, f => f.Contains("fewer than the 32 asked for", StringComparison.Ordinal));
        float[] scores = here.Score(set), others = there.Score(set);
        Assert.All(scores.Zip(others), s => Assert.Equal(s.First, s.Second, 1e-3 * (1 + s.First)));
    }

    [Fact]
    public void A_bandwidth_below_what_single_precision_tells_apart_is_told()
    {
        string[] Findings(double bandwidth)
        {
            using var detector = new KernelDensityOptions { Bandwidth = bandwidth }.FitOn(
                new Dataset("rows", [1], Normals(200, 1), new int[200]));
            return [.. detector.Health!.Warnings.Where(f => f.Contains("bandwidth", StringComparison.Ordinal))];
        }

        Assert.Empty(Findings(0.044));
        Assert.Single(Findings(0.001));
    }
}
