namespace LisNative;

/// <summary>Why a sample scores as it does.</summary>
/// <param name="Score">Higher is more anomalous.</param>
/// <param name="Reconstruction">x̂, [channels · height · width] or [length]; in the units of the sample.</param>
/// <param name="ErrorMap">(x̂ − x)² where it arose: summed over the channels, [height · width], or [length] in units of the normal data's variance. Its sum is the square of a reconstruction error.</param>
/// <param name="NearestNormal">The reconstruction, by the autoencoder before phase 2 where there is one, of the held-out normal sample whose code is nearest: what the sample would look like if it were normal. Empty when none were held out.</param>
/// <param name="Reactions">The code's distance from that of normal data, in deviations, for each latent direction: those that reacted are far from 0. Empty when none were held out.</param>
public sealed record Explanation(float Score, float[] Reconstruction, float[] ErrorMap, float[] NearestNormal, float[] Reactions);
