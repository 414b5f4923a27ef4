using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>
/// Equation (1) of the linear LIS-AE E = U_r + U_c B as a function of B, (m − r) × r: mean ‖x̂⁺ − x⁺‖ + β · mean |γ − ‖x̂⁻ − x⁻‖| with ‖x̂
/// − x‖ = √(‖Bᵀc‖² + ‖c‖²). The paper's text prints B as r × (m − r), with which E does not exist.
/// </summary>
/// <param name="positive">C⁺, the normal samples' components in columns.</param>
/// <param name="negative">C⁻, the negatives'.</param>
/// <param name="beta">β.</param>
/// <param name="gamma">γ.</param>
public sealed class ShapingObjective(Matrix<double> positive, Matrix<double> negative, double beta, double gamma)
{
    /// <summary>C⁺.</summary>
    public Matrix<double> Positive => positive;

    /// <summary>β.</summary>
    public double Beta => beta;

    /// <summary>γ.</summary>
    public double Gamma => gamma;

    /// <summary>‖U_r Eᵀ x − x‖ of samples given by their components.</summary>
    public static Vector<double> Errors(Matrix<double> b, Matrix<double> c)
    {
        ArgumentNullException.ThrowIfNull(b);
        return (SquaredNorms(b.TransposeThisAndMultiply(c)) + SquaredNorms(c)).PointwiseSqrt();
    }

    /// <summary>The objective at B.</summary>
    public double Value(Matrix<double> b) =>
        Errors(b, positive).Average() + (beta * Errors(b, negative).Subtract(gamma).PointwiseAbs().Average());

    /// <summary>The objective and its gradient Σᵢ wᵢ cᵢ (Bᵀcᵢ)ᵀ / ‖x̂ᵢ − xᵢ‖, wᵢ = 1/n⁺ or β·sgn(‖x̂ᵢ − xᵢ‖ − γ)/n⁻.</summary>
    /// <param name="b">B.</param>
    /// <param name="smoothing">ε of √(t² + ε²) in place of |t|, for solvers that need a gradient without jumps.</param>
    public (double Value, Matrix<double> Gradient) Differentiate(Matrix<double> b, double smoothing = 0)
    {
        Vector<double> p = Errors(b, positive), n = Errors(b, negative);
        double Distance(double t) => smoothing == 0 ? Math.Abs(t) : Math.Sqrt((t * t) + (smoothing * smoothing));
        double Slope(double t) => smoothing == 0 ? Math.Sign(t) : t / Distance(t);
        double value = p.Average() + (beta * n.Average(e => Distance(e - gamma)));
        return (value, Pull(b, positive, p, e => 1.0 / p.Count / e) + Pull(b, negative, n, e => beta * Slope(e - gamma) / n.Count / e));
    }

    /// <summary>Σᵢ w(‖x̂ᵢ − xᵢ‖) cᵢ (Bᵀcᵢ)ᵀ; a sample without error has no direction and adds nothing.</summary>
    private static Matrix<double> Pull(Matrix<double> b, Matrix<double> c, Vector<double> errors, Func<double, double> weight)
    {
        var tilted = b.TransposeThisAndMultiply(c);
        tilted.MapIndexedInplace((_, i, v) => errors[i] > 0 ? v * weight(errors[i]) : 0);
        return c.TransposeAndMultiply(tilted);
    }

    private static Vector<double> SquaredNorms(Matrix<double> c) => c.PointwisePower(2).ColumnSums();
}
