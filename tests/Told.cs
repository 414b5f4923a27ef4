using LisNative.Training;

namespace LisNative.Tests;

/// <summary>Does something whenever it is told how far a fit is, at once and on its thread.</summary>
internal sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => action(value);
}
