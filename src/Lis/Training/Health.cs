using LisNative.Models;

namespace LisNative.Training;

/// <summary>
/// What can go wrong without an exception: a latent layer whose tanh is saturated passes no gradient, and the model stays at the
/// mean image while the loss looks reasonable.
/// </summary>
/// <param name="Saturated">Share of latent values beyond ±0.99 over the normal data.</param>
/// <param name="Unmoved">Names of trained parameters that did not change.</param>
/// <param name="DistinctScores">Share of different values among the held-out scores.</param>
/// <param name="Gain">Mean error of the untrained network divided by that of the trained one, on normal data.</param>
public sealed record Health(double Saturated, IReadOnlyList<string> Unmoved, double DistinctScores, double Gain)
{
    private const double MuchSaturated = 0.9, FewDistinct = 0.9, LittleGain = 1.2;

    /// <summary>The findings in words; none when training went well.</summary>
    public IReadOnlyList<string> Warnings { get; } =
    [
        .. Saturated > MuchSaturated ? [$"{Saturated:P0} of the latent values are saturated at ±1, so almost no gradient reaches the encoder; try a longer warm-up or a lower learning rate"] : Array.Empty<string>(),
        .. Unmoved.Count > 0 ? [$"training did not move {string.Join(", ", Unmoved)}; the model is not what it should be"] : Array.Empty<string>(),
        .. DistinctScores < FewDistinct ? [$"only {DistinctScores:P0} of the scores are distinct; the model reconstructs nearly the same for every input"] : Array.Empty<string>(),
        .. Gain < LittleGain ? [$"the trained model reconstructs normal data only {Gain:F2} times as well as an untrained one; train longer or check the data"] : Array.Empty<string>(),
    ];

    /// <summary>Copies of the parameters, to see later which moved.</summary>
    internal static Dictionary<string, float[]> Snapshot(Autoencoder network) =>
        network.Parameters.ToDictionary(p => p.Name, p => p.Value.Value.ToArray());

    internal static string[] UnmovedSince(Dictionary<string, float[]> before, Autoencoder network) =>
        [.. network.Parameters.Where(p => p.Value.Value.ToArray().AsSpan().SequenceEqual(before[p.Name])).Select(p => p.Name)];
}
