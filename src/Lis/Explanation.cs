namespace LisNative;

/// <summary>Why a sample scores as it does.</summary>
public sealed class Explanation
{
    internal Explanation(float score, float[] reconstruction, float[] errorMap, float[] nearestNormal, float[] reactions) =>
        (Score, Reconstruction, ErrorMap, NearestNormal, Reactions) = (score, reconstruction, errorMap, nearestNormal, reactions);

    /// <summary>Higher is more anomalous.</summary>
    public float Score { get; }

    /// <summary>x̂, [channels · height · width] or [length]; in the units of the sample. Empty where places were scored.</summary>
    public float[] Reconstruction { get; }

    /// <summary>
    /// (x̂ − x)² where it arose: summed over the channels, [height · width], or [length] in units of the normal data's variance. Its sum is
    /// the square of a reconstruction error. Where places were scored, their scores, one for each pixel.
    /// </summary>
    public float[] ErrorMap { get; }

    /// <summary>
    /// The reconstruction, by the autoencoder before phase 2 where there is one, of the held-out normal sample whose code is nearest: what
    /// the sample would look like if it were normal. Empty when none were held out.
    /// </summary>
    public float[] NearestNormal { get; }

    /// <summary>
    /// The code's distance from that of normal data, in deviations, for each latent direction: those that reacted are far from 0. Empty
    /// when none were held out.
    /// </summary>
    public float[] Reactions { get; }
}
