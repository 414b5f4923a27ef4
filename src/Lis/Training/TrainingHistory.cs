using LisNative.Layers;

namespace LisNative.Training;

/// <summary>What training showed.</summary>
public sealed class TrainingHistory
{
    internal TrainingHistory(
        IReadOnlyList<TrainedPhase> phases, IReadOnlyList<string> unmoved, IReadOnlyList<string> findings) =>
        (Phases, Unmoved, Findings) = (phases, unmoved, findings);

    /// <summary>The phases, one after another.</summary>
    internal IReadOnlyList<TrainedPhase> Phases { get; }

    /// <summary>The loss of every step of every phase, by the phase's name.</summary>
    public IReadOnlyList<(string Phase, IReadOnlyList<double> Losses)> Losses => [.. Phases.Select(p => (p.Name, p.Losses))];

    /// <summary>How long the phases were whose length followed from the data.</summary>
    public IReadOnlyList<TrainingLength> Lengths => [.. Phases.Select(p => p.Length).OfType<TrainingLength>()];

    /// <summary>
    /// <see cref="TrainingProgress.HeldOutLoss"/> after some of the steps, of the phases that had such samples, by the phase's name.
    /// </summary>
    public IReadOnlyList<(string Phase, IReadOnlyList<(int Step, double Loss)> Losses)> HeldOutLosses =>
        [.. Phases.Where(p => p.HeldOut is { Count: > 0 }).Select(p => (p.Name, p.HeldOut!))];

    /// <summary>Names of trained parameters that did not change.</summary>
    public IReadOnlyList<string> Unmoved { get; }

    /// <summary>What else went wrong, in words: saturation, a collapse, nothing gained.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>The history of a model that was not trained, or not here.</summary>
    internal static TrainingHistory None { get; } = new([], [], []);

    /// <summary>The same and one more phase, with what it did not move and what else went wrong in it.</summary>
    internal TrainingHistory With(TrainedPhase phase, IReadOnlyList<string> unmoved, string? finding) => new(
        [.. Phases, phase], [.. Unmoved, .. unmoved.Select(n => $"{n} ({phase.Name})")],
        finding is null ? Findings : [.. Findings, finding]);

    /// <summary>Copies of the parameters, to see later which moved.</summary>
    internal static Dictionary<string, float[]> Snapshot(Module network) =>
        network.Parameters.ToDictionary(p => p.Name, p => p.Value.Value.ToArray());

    internal static string[] UnmovedSince(Dictionary<string, float[]> before, Module network) =>
        [.. network.Parameters.Where(p => p.Value.Value.ToArray().AsSpan().SequenceEqual(before[p.Name])).Select(p => p.Name)];
}
