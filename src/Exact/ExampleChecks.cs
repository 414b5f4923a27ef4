using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>The example of section 4.2: three dimensions, r = 1, variances 1, 0.2 and 0.01, and an encoder [1 0 γ].</summary>
internal static class ExampleChecks
{
    private const double Exact = 1e-10, Gamma = 50;

    internal static IEnumerable<Check> All(Philox random)
    {
        double[] deviations = [1, Math.Sqrt(0.2), 0.1];
        var x = Matrix<double>.Build.Dense(3, 20000, (i, j) => deviations[i] * random.Normal((ulong)((j * 3) + i)));
        var pca = Pca.Of(x, 1);
        var axis = Matrix<double>.Build.Dense(3, 1, (i, _) => i == 0 ? 1 : 0);
        yield return new("example: D = E = [1 0 0]", "PCA of 20000 samples finds the x-axis (residual: the angle, which sampling allows)",
            Pca.Angles(pca.Ur, axis)[0], 0.02);

        var encoder = axis.Clone();
        encoder[2, 0] = Gamma;
        Vector<double> y = x.Row(1), z = x.Row(2);
        var plain = new LinearModel(axis, axis).Errors(x).PointwisePower(2);
        yield return new("example: L = y² + z²", "the squared error of PCA",
            IdentityChecks.Relative(plain, y.PointwisePower(2) + z.PointwisePower(2)), Exact);
        var shaped = new LinearModel(axis, encoder).Errors(x).PointwisePower(2);
        var exact = y.PointwisePower(2) + (z.PointwisePower(2) * (1 + (Gamma * Gamma)));
        yield return new("example: L̂ = y² + (1 + γ²)z²", "the squared error of E = [1 0 γ]", IdentityChecks.Relative(shaped, exact),
            Exact);
        var paper = y.PointwisePower(2) + (z.PointwisePower(2) * Gamma * Gamma);
        yield return new("example: L̂ ≈ y² + γ²z²", "the paper's form is short of z² (residual: beyond a share 1/γ²)",
            Math.Max(0, ((exact - paper) / exact).Maximum() - (1 / (Gamma * Gamma))), Exact,
            "holds as the approximation that it is printed as");

        // Points with the loss of a normal sample (0, 1, 0): a cylinder of half-axes 1 and 1/√(1 + γ²) around the x-axis.
        var cylinder = Matrix<double>.Build.Dense(
            3, 100, (i, j) => i == 0 ? random.Normal((ulong)(60000 + j)) : i == 1 ? Math.Cos(j)
            : Math.Sin(j) / Math.Sqrt(1 + (Gamma * Gamma)));
        yield return new("example: the elliptic cylinder", "L̂ = y₊² on y² + (1 + γ²)z² = y₊²",
            new LinearModel(axis, encoder).Errors(cylinder).Subtract(1).PointwiseAbs().Maximum(), Exact,
            "loose: equality on its surface; inside, where the paper's ≤ points, the loss is smaller");
        double inside = new LinearModel(axis, encoder).Errors(cylinder * 0.5).Maximum();
        yield return new("example: inside the cylinder",
            FormattableString.Invariant(
            $"halfway to the axis the error is {inside:F3} of a normal sample's: anomalies there look better than normal"),
            Math.Abs(inside - 0.5), Exact, "not said in the paper");
    }
}
