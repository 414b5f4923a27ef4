using LisNative.Data;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>What a method learns from: prepared normal data, those held out removed, and negatives where there are some.</summary>
internal sealed record TrainingSet(Device Device, Dataset Normal, Dataset? Negatives, Philox Random, IProgress<TrainingProgress>? Progress, CancellationToken Cancellation)
{
    /// <summary>Tells how far some work is, and stops when asked to.</summary>
    internal void Report(string phase, int done, int all)
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Report(new(phase, done, all, double.NaN));
    }
}
