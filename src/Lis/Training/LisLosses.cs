namespace LisNative.Training;

/// <summary>The losses of the paper's section 3.3, each norm taken per sample and averaged over the batch.</summary>
internal static class LisLosses
{
    /// <summary>L(x) = ‖x̂ − x‖₂ of every sample, [batch].</summary>
    public static Var Error(Var reconstruction, Var x) => Var.Distance(reconstruction, x);

    /// <summary>
    /// Equation (1): mean ‖x̂⁺ − x⁺‖ + β · mean |γ − ‖x̂⁻ − x⁻‖|. The first <paramref name="positives"/> samples of the batch are
    /// positive, the others negative.
    /// </summary>
    public static Var LatentShaping(Var reconstruction, Var x, int positives, double beta, double gamma)
    {
        var error = Error(reconstruction, x);
        var positive = error.Slice(0, 0, positives).Mean();
        return positive + ((gamma - error.Slice(0, positives, error.Shape[0] - positives)).Abs().Mean() * beta);
    }
}
