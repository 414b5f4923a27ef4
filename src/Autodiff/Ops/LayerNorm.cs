namespace LisNative;

public partial class Var
{
    /// <summary>(x − mean) / √(variance + ε) · scale + shift over the last axis (Ba, Kiros, Hinton 2016).</summary>
    /// <param name="scale">One number for each place of the last axis.</param>
    /// <param name="shift">The same.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentException">There are more or fewer of them.</exception>
    public Var LayerNorm(Var scale, Var shift, double epsilon = 1e-5)
    {
        if (Shape.Rank == 0 || scale.Shape.Rank != 1 || scale.Shape[0] != Shape[^1] || shift.Shape != scale.Shape)
        {
            throw new ArgumentException($"LayerNorm: scale {scale.Shape} and shift {shift.Shape} for the last axis of {Shape}");
        }

        if (Value.Device.Kernels.Rows is { } rows)
        {
            return Normalise(rows, scale, shift, epsilon);
        }

        var centred = this - Mean([-1], keep: true);
        var variance = centred.Square().Mean([-1], keep: true);
        return (centred / (variance + epsilon).Sqrt() * scale) + shift;
    }

    /// <summary>z = y · scale + shift with y as below; d(scale) = Σ dz·y, d(shift) = Σ dz, dy = dz · scale.</summary>
    private Var Normalise(IRowKernels rows, Var scale, Var shift, double epsilon)
    {
        using Tensor x = Value.Contiguous(), factor = scale.Value.Contiguous(), summand = shift.Value.Contiguous();
        var z = new Var(x.Device.Empty(Shape));
        rows.Normalise(x, epsilon, factor, summand, z.Value);
        return z.WithEdges(
            (this, dz => NormaliseGradient(rows, dz * scale, this, epsilon)),
            (scale, dz => (dz * Normalise(rows, epsilon)).SumTo(scale.Shape)),
            (shift, dz => dz.SumTo(shift.Shape))).Reading(Value, scale.Value);
    }

    /// <summary>y = (x − mean) / σ with σ² = variance + ε; dx = (dy − mean dy − y · mean(dy·y)) / σ.</summary>
    private Var Normalise(IRowKernels rows, double epsilon)
    {
        using var x = Value.Contiguous();
        var y = new Var(x.Device.Empty(Shape));
        rows.Normalise(x, epsilon, null, null, y.Value);
        return y.WithEdges((this, dy => NormaliseGradient(rows, dy, this, epsilon)));
    }

    /// <summary>
    /// z = (dy − mean dy − y · mean(dy·y)) / σ; d(dy) is the same of dz. x acts through y, whose gradient is −(dz · mean(dy·y) + dy ·
    /// mean(dz·y)) / σ, and through σ with ∂σ/∂x = y / length: dx is the same of the former, less y · mean(dz·z) / σ.
    /// </summary>
    private static Var NormaliseGradient(IRowKernels rows, Var dy, Var x, double epsilon)
    {
        using Tensor given = dy.Value.Contiguous(), from = x.Value.Contiguous();
        var z = new Var(given.Device.Empty(x.Shape));
        rows.NormaliseGradient(given, from, epsilon, z.Value);
        return z.WithEdges(
            (dy, dz => NormaliseGradient(rows, dz, x, epsilon)),
            (x, Through)).Reading(dy.Value, x.Value, z.Value);

        Var Through(Var dz)
        {
            var (y, deviation) = (x.Normalise(rows, epsilon),
                ((x - x.Mean([-1], keep: true)).Square().Mean([-1], keep: true) + epsilon).Sqrt());
            var throughY = -((dz * (dy * y).Mean([-1], keep: true)) + (dy * (dz * y).Mean([-1], keep: true))) / deviation;
            return NormaliseGradient(rows, throughY, x, epsilon) - (y * (dz * z).Mean([-1], keep: true) / deviation);
        }
    }
}
