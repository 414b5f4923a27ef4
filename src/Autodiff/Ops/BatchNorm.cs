namespace LisNative;

public partial class Var
{
    /// <summary>
    /// activation((x − mean) / √(variance + ε) · scale + shift) of [N, C, …] with the mean and variance of each channel over the batch (Ioffe,
    /// Szegedy 2015).
    /// </summary>
    /// <param name="scale">One number for each channel, [C].</param>
    /// <param name="shift">The same.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="mean">Of each channel, [C]: a constant.</param>
    /// <param name="variance">Of each channel, biased, [C]: a constant.</param>
    /// <param name="activation">What follows.</param>
    /// <exception cref="ArgumentException">There are more or fewer channels.</exception>
    public Var BatchNorm(
        Var scale, Var shift, double epsilon, out Tensor mean, out Tensor variance, Activation? activation = null)
    {
        int[] axes = Others(scale.Shape, shift.Shape);
        Var m = Mean(axes, keep: true), centred = this - m, v = centred.Square().Mean(axes, keep: true);
        (mean, variance) = (m.Value.Reshape(-1), v.Value.Reshape(-1));
        return Normalised(centred, v, scale, shift, epsilon, activation);
    }

    /// <summary>The same with statistics from elsewhere, [C] each.</summary>
    /// <inheritdoc cref="BatchNorm(Var, Var, double, out Tensor, out Tensor, Activation?)"/>
    public Var BatchNorm(Var scale, Var shift, Tensor mean, Tensor variance, double epsilon, Activation? activation = null)
    {
        Others(scale.Shape, shift.Shape);
        return Normalised(this - Channels(mean), Channels(variance), scale, shift, epsilon, activation);
    }

    private Var Normalised(Var centred, Var variance, Var scale, Var shift, double epsilon, Activation? activation)
    {
        var y = (centred / (variance + epsilon).Sqrt() * Channels(scale)) + Channels(shift);
        return activation is null ? y : y.Activate(activation);
    }

    private Var Channels(Var x) => x.Reshape([x.Shape[0], .. Enumerable.Repeat(1, Shape.Rank - 2)]);

    private int[] Others(Shape scale, Shape shift) =>
        Shape.Rank >= 2 && scale.Rank == 1 && scale[0] == Shape[1] && shift == scale ? [0, .. Enumerable.Range(2, Shape.Rank - 2)]
        : throw new ArgumentException($"BatchNorm: scale {scale} and shift {shift} for the channels of {Shape}");
}
