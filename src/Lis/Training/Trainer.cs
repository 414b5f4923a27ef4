using LisNative.Layers;

namespace LisNative.Training;

/// <summary>Runs phases.</summary>
public static class Trainer
{
    /// <summary>Minimises a phase's loss; returns the loss of every step.</summary>
    /// <exception cref="InputException">The loss became NaN or infinite; the message names the step.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public static double[] Run(Phase phase, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (phase.Schedule.Total == 0)
        {
            return [];
        }

        using var work = new TrainingStep(phase);
        for (int step = 0; step < phase.Schedule.Total; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            work.Take(step);
            progress?.Report(new(phase.Name, step + 1, phase.Schedule.Total, work.Latest));
        }

        return [.. work.Losses];
    }
}
