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
    public static Var LatentShaping(Var reconstruction, Var x, int positives, double beta, double gamma) =>
        LatentShaping(reconstruction, x, positives, beta, error => gamma - error);

    /// <summary>The same with a γ for each negative, [negatives].</summary>
    public static Var LatentShaping(Var reconstruction, Var x, int positives, double beta, Var gamma) =>
        LatentShaping(reconstruction, x, positives, beta, error => gamma - error);

    private static Var LatentShaping(Var reconstruction, Var x, int positives, double beta, Func<Var, Var> missing)
    {
        var error = Error(reconstruction, x);
        var positive = error.Slice(0, 0, positives).Mean();
        return positive + (missing(error.Slice(0, positives, error.Shape[0] - positives)).Abs().Mean() * beta);
    }

    /// <summary>
    /// mean (2·ln ‖x̂⁺ − x⁺‖ − ln ‖x̂⁻ − x⁻‖), low where negatives stand out: what normal data lose counts twice. Without units, so that
    /// what is lost and what is gained are compared in proportion.
    /// </summary>
    public static Var Separation(Var reconstruction, Var x, int positives)
    {
        var error = (Error(reconstruction, x) + 1e-12).Log();
        return (error.Slice(0, 0, positives).Mean() * 2) - error.Slice(0, positives, error.Shape[0] - positives).Mean();
    }
}
