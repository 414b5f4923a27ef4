namespace LisNative.Training;

/// <summary>What became of a phase.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Losses">The loss of every step.</param>
/// <param name="Length">How long it was, where that followed from the data.</param>
/// <param name="HeldOut">The loss of held-out samples after some of the steps; empty where nothing was held out.</param>
internal sealed record TrainedPhase(
    string Name, IReadOnlyList<double> Losses, TrainingLength? Length = null, IReadOnlyList<(int Step, double Loss)>? HeldOut = null);
