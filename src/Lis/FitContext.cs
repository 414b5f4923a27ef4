using LisNative.Data;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>What a method learns from: prepared normal data, those held out removed, and negatives where there are some.</summary>
internal sealed record FitContext(Device Device, Dataset Normal, Dataset? Negatives, Philox Random, IProgress<TrainingProgress>? Progress, Checkpoint? Checkpoint, Communicator? Ranks, CancellationToken Cancellation)
{
    /// <summary>Minimises a phase's loss, or what is left of it after a checkpoint; returns the loss of every step.</summary>
    internal double[] Train(Phase phase) => Trainer.Run(phase, Progress, Checkpoint, Ranks, Cancellation);

    /// <summary>Its sizes.</summary>
    internal TrainingPlan Plan => new(Device, Normal.Name, Normal.SampleShape, Normal.Count, Negatives is not null, Ranks);

    /// <inheritdoc cref="TrainingPlan.SliceOf"/>
    internal BatchSlice SliceOf(int batch) => Plan.SliceOf(batch);

    /// <summary>Tells how far some work is, and stops when asked to.</summary>
    internal void Report(string phase, int done, int all)
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Report(new(phase, done, all, double.NaN));
    }
}
