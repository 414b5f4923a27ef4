using LisNative.Memory;
using LisNative.Random;
using LisNative.Training;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>
/// Autodiff on a device against the closed forms of <see cref="LinearModel"/>: at random points, near the kinks and exactly at them.
/// </summary>
public static class GradientChecks
{
    private const ulong DecoderStream = 1, EncoderStream = 2, SamplesStream = 3;
    private const int M = 24, Latent = 5, Positives = 20, Negatives = 20;

    /// <summary>All checks of one device.</summary>
    public static IEnumerable<Check> All(Device device, Philox random)
    {
        ArgumentNullException.ThrowIfNull(device);
        double tolerance = device.Backend.Info.ElementSize == sizeof(double) ? 1e-9 : 2e-5;
        var model = new LinearModel(Normal(M, Latent, random.FoldIn(DecoderStream)) * 0.25,
            Normal(M, Latent, random.FoldIn(EncoderStream)) * 0.25);
        var x = Normal(M, Positives + Negatives, random.FoldIn(SamplesStream));
        double[] errors = [.. model.Errors(x).Skip(Positives)];
        double median = errors.Order().ElementAt(Negatives / 2), apart = device.Backend.Info.ElementSize == sizeof(double) ? 1e-9 : 1e-4;

        yield return new($"gradients of phase 1, {device}", "autodiff of mean ‖DEᵀx − x‖ agrees with ∂D = RW(EᵀX)ᵀ, ∂E = XW(DᵀR)ᵀ",
            Phase1(device, model, x), tolerance);
        yield return new($"gradients of phase 1 at ‖x̂ − x‖ = 0, {device}", "a sample without error adds nothing",
            Phase1(device, model, WithZero(x)), tolerance);
        yield return new($"gradients of equation (1), {device}", "autodiff of equation (1) agrees with its closed form at a random point",
            Phase2(device, model, x, 1.7, median * 1.05), tolerance);
        yield return new($"gradients of equation (1) below the kink, {device}", "‖x̂⁻ − x⁻‖ just below γ",
            Phase2(device, model, x, 1.7, median * (1 + apart)), tolerance);
        yield return new($"gradients of equation (1) above the kink, {device}", "‖x̂⁻ − x⁻‖ just above γ",
            Phase2(device, model, x, 1.7, median * (1 - apart)), tolerance);
        yield return new($"gradients of equation (1) at γ, {device}", "a negative whose error is exactly γ adds nothing",
            AtGamma(device, model, x), tolerance);
    }

    private static double Phase1(Device device, LinearModel model, Matrix<double> x)
    {
        var (d, e) = model.Phase1(x);
        return Difference(device, model, x, (reconstruction, samples) => LisLosses.Error(reconstruction, samples).Mean(), d, e);
    }

    private static double Phase2(Device device, LinearModel model, Matrix<double> x, double beta, double gamma)
    {
        var (d, e) = model.Phase2(x, Positives, beta, gamma);
        return Difference(device, model, x,
            (reconstruction, samples) => LisLosses.LatentShaping(reconstruction, samples, Positives, beta, gamma), d, e);
    }

    /// <summary>The last negative is (3, 4, 0, …) where D has no rows, so that its error is 5 in any arithmetic, and γ = 5.</summary>
    private static double AtGamma(Device device, LinearModel model, Matrix<double> x)
    {
        Matrix<double> d = model.D.Clone(), e = model.E.Clone(), samples = x.Clone();
        d.ClearRows(0, 1);
        e.ClearRows(0, 1);
        samples.ClearColumn(x.ColumnCount - 1);
        (samples[0, x.ColumnCount - 1], samples[1, x.ColumnCount - 1]) = (3, 4);
        return Phase2(device, new(d, e), samples, 1.7, 5);
    }

    private static Matrix<double> WithZero(Matrix<double> x)
    {
        var result = x.Clone();
        result.ClearColumn(0);
        return result;
    }

    /// <summary>The greatest difference over both gradients, as a share of the greatest element.</summary>
    private static double Difference(
        Device device, LinearModel model, Matrix<double> x, Func<Var, Var, Var> loss, Matrix<double> d, Matrix<double> e)
    {
        using var scope = new Scope();
        Var decoder = Var.Leaf(EngineTraining.ToTensor(device, model.D)), encoder = Var.Leaf(EngineTraining.ToTensor(device, model.E));
        Var samples = EngineTraining.ToTensor(device, x.Transpose());
        var value = loss(Var.MatMul(Var.MatMul(samples, encoder), decoder.Transpose()), samples);
        var found = Gradient.Compute(value, [decoder, encoder]);
        return Math.Max(Relative(EngineTraining.ToMatrix(found[0].Value), d), Relative(EngineTraining.ToMatrix(found[1].Value), e));
    }

    private static double Relative(Matrix<double> found, Matrix<double> expected) =>
        (found - expected).PointwiseAbs().Enumerate().Max() / expected.PointwiseAbs().Enumerate().Max();

    /// <summary>Normal numbers that single precision holds exactly.</summary>
    private static Matrix<double> Normal(int rows, int columns, Philox random) =>
        Matrix<double>.Build.Dense(rows, columns, (i, j) => random.Normal((ulong)((i * columns) + j)));
}
