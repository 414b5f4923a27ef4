using LisNative.Layers;

namespace LisNative.Training;

/// <summary>What training showed.</summary>
/// <param name="Losses">The loss of every step of every phase, by the phase's name.</param>
/// <param name="Unmoved">Names of trained parameters that did not change.</param>
/// <param name="Findings">What else went wrong, in words: saturation, a collapse, nothing gained.</param>
public sealed record TrainingHistory(IReadOnlyList<(string Phase, IReadOnlyList<double> Losses)> Losses, IReadOnlyList<string> Unmoved, IReadOnlyList<string> Findings)
{
    /// <summary>Of what was not trained, or not here.</summary>
    public static TrainingHistory None { get; } = new([], [], []);

    /// <summary>Copies of the parameters, to see later which moved.</summary>
    internal static Dictionary<string, float[]> Snapshot(Module network) =>
        network.Parameters.ToDictionary(p => p.Name, p => p.Value.Value.ToArray());

    internal static string[] UnmovedSince(Dictionary<string, float[]> before, Module network) =>
        [.. network.Parameters.Where(p => p.Value.Value.ToArray().AsSpan().SequenceEqual(before[p.Name])).Select(p => p.Name)];
}
