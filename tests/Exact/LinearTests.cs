using LisNative.Exact;
using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace LisNative.Tests.Exact;

/// <summary>The exact linear LIS-AE on data whose subspaces are known: normal samples in 10 of 24 dimensions, negatives in all.</summary>
public class LinearTests
{
    private const int M = 24, Span = 10, Latent = 4;

    private static Matrix<double> Normal(int rows, int columns, ulong seed) =>
        Matrix<double>.Build.Dense(rows, columns, (i, j) => new Philox(seed).Normal((ulong)((i * columns) + j)));

    private static readonly Matrix<double> Mixing = Normal(M, Span, 1).QR(QRMethod.Thin).Q
        * Matrix<double>.Build.Diagonal(Span, Span, i => 4.0 / (i + 1));

    private static Matrix<double> Inside(int count, ulong seed) => Mixing * Normal(Span, count, seed);

    private static TheorySamples Data { get; } = new(Inside(60, 2), Inside(50, 3), Normal(M, 40, 4), Normal(M, 50, 5), Latent);

    [Fact]
    public void The_Gram_path_and_the_direct_path_agree()
    {
        Pca gram = Pca.Of(Data.Positives, Latent, gram: true), direct = Pca.Of(Data.Positives, Latent, gram: false);
        Assert.Equal((true, false), (gram.ByGram, direct.ByGram));
        Assert.Equal(Span, gram.Rank);
        Assert.True(Pca.Angles(gram.Ur, direct.Ur).Maximum() < 1e-12);
        Assert.Equal(direct.Optimum, gram.Optimum, 1e-10);
    }

    [Fact]
    public void Small_singular_values_switch_to_the_direct_path()
    {
        // σ₃ / σ₁ = 2e-7: of σ₃² the Gram matrix would hold a tenth at best.
        var x = Normal(M, M, 6).QR().Q.SubMatrix(0, M, 0, 3) * Matrix<double>.Build.DenseOfDiagonalArray([1, 1e-3, 2e-7])
            * Normal(3, 40, 7);
        Assert.False(Pca.Of(x, 3).ByGram);
        Assert.True(Pca.Of(x, 1).ByGram);
    }

    [Fact]
    public void Angles_are_those_of_a_rotation()
    {
        var a = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0 }, { 0, 1 }, { 0, 0 } });
        var b = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0 }, { 0, Math.Cos(1e-7) }, { 0, Math.Sin(1e-7) } });
        Assert.Equal(1e-7, Pca.Angles(a, b).Maximum(), 1e-20);
    }

    [Fact]
    public void Subspaces_have_the_dimensions_of_the_data()
    {
        var pca = Pca.Of(Data.Positives, Latent);
        var components = new Components(pca, Data.Positives, Data.Negatives);
        Assert.Equal(Span - Latent, components.Parallel.ColumnCount);
        Assert.Equal(M - Span, components.NegativeOnly.ColumnCount);
        Assert.True(components.NegativeOnly.TransposeThisAndMultiply(components.Positive).FrobeniusNorm() < 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void The_objective_s_gradient_is_that_of_differences(double smoothing)
    {
        var objective = new ShapingObjective(Normal(8, 9, 1), Normal(8, 7, 2), 1.3, 4);
        Matrix<double> b = Normal(8, 3, 3), gradient = objective.Differentiate(b, smoothing).Gradient;
        for (int i = 0; i < 8; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                Matrix<double> up = b.Clone(), down = b.Clone();
                (up[i, j], down[i, j]) = (b[i, j] + 1e-6, b[i, j] - 1e-6);
                double slope = (objective.Differentiate(up, smoothing).Value - objective.Differentiate(down, smoothing).Value) / 2e-6;
                Assert.Equal(slope, gradient[i, j], 1e-7);
            }
        }
    }

    [Fact]
    public void The_null_space_solution_reaches_gamma_and_leaves_normal_samples_alone()
    {
        var pca = Pca.Of(Data.Positives, Latent);
        var components = new Components(pca, Data.Positives, Data.Negatives);
        var b = Solutions.NullSpace(components, Latent, 30);
        Assert.Equal(30, LinearModel.Create(pca, b).Errors(Data.Negatives).Average(), 1e-8);
        Assert.Equal(pca.Optimum, LinearModel.Create(pca, b).Errors(Data.Positives).L2Norm(), 1e-10);
    }

    [Fact]
    public void Every_claim_comes_out_as_documented()
    {
        var report = TheoryReport.Of(Data, [Device.Reference, Device.Cpu], 1, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(report.Checks.Where(c => !c.Passed).Select(c => $"{c.Name}: {c.Residual} of {c.Tolerance}: {c.Claim}"));
        Assert.Equal(44, report.Checks.Count);
        Assert.Equal(Latent, report.Spectrum.Count);
    }

    [Fact]
    public void Without_a_null_space_the_other_solutions_remain()
    {
        var full = Data with { Positives = Data.Positives + (0.1 * Normal(M, 60, 8)) };
        var report = TheoryReport.Of(full, [], 1, cancellation: TestContext.Current.CancellationToken);
        Assert.False(report.HasNullSpace);
        Assert.Contains("regularised", report.Auc.Keys);
        var none = new Components(Pca.Of(full.Positives, Latent), full.Positives, full.Negatives);
        Failure.Contains<InputException>("γ cannot be reached", () => Solutions.NullSpace(none, Latent, 30));
    }

    [Fact]
    public void A_false_claim_does_not_pass()
    {
        Assert.False(new Check("", "", 2e-10, 1e-10).Passed);
        Assert.False(new Check("", "", double.NaN, 1).Passed);
        Assert.True(new Check("", "", -1, 0).Passed);
    }

    public static TheoryData<string, Action> BadInputs() => new()
    {
        { "at most the rank", () => Pca.Of(Data.Positives, Span + 1) },
        { "no error that could be checked", () => TheoryReport.Of(Data with { Latent = Span }, [], 1) },
        { "expected 1 to 23", () => Pca.Of(Data.Positives, M) },
        { "found NaN", () => Pca.Of(Data.Positives.MapIndexed((i, j, v) => i + j == 5 ? double.NaN : v), Latent) },
        { "found none", () => _ = new Components(Pca.Of(Data.Positives, Latent), Data.Positives, Matrix<double>.Build.Dense(M, 0)) },
        { "found all inside", () => _ = new Components(
        Pca.Of(Data.Positives, Latent), Data.Positives, Pca.Of(Data.Positives, Latent).Ur * Normal(Latent, 9, 9)) },
        { "above the negatives' mean error", () => Solutions.Scaled(Normal(5, 2, 1), Normal(5, 9, 2), 0.01) },
        { "that the directions of B reach", () => Solutions.Scaled(Matrix<double>.Build.Dense(5, 2), Normal(5, 9, 2), 100) },
    };

    [Theory, MemberData(nameof(BadInputs))]
    public void Bad_input_is_named(string part, Action action) =>
        Failure.Contains<InputException>(part, action);

    [Fact]
    public void Constant_and_duplicate_columns_do_not_raise_the_rank()
    {
        var x = Normal(M, 3, 1);
        var many = x.Append(x).Append(Matrix<double>.Build.Dense(M, 5, 1));
        Assert.Equal(4, Pca.Of(many, 4).Rank);
        Failure.Contains<InputException>("duplicate", () => Pca.Of(many, 5));
    }
}
