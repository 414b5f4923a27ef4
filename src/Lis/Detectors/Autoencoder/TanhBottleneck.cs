namespace LisNative.Models;

/// <summary>tanh: the paper's autoencoder and LIS-AE.</summary>
internal sealed class TanhBottleneck : Bottleneck
{
    private const double MuchSaturated = 0.9;

    /// <inheritdoc/>
    public override (Var Code, Var? Penalty) Pass(Var latent) => (latent.Tanh(), null);

    /// <summary>A saturated tanh passes no gradient, and the model stays at the mean image while the loss looks reasonable.</summary>
    internal override string? Collapse(Var latent)
    {
        float[] codes = latent.Tanh().Value.ToArray();
        double saturated = codes.Count(z => Math.Abs(z) > 0.99f) / (double)codes.Length;
        return saturated > MuchSaturated
            ? $"{saturated:P0} of the latent values are saturated at ±1, so almost no gradient reaches the encoder; try a longer warm-up "
                + "or a lower learning rate"
            : null;
    }
}
