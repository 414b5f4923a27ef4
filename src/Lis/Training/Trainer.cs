using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Training;

/// <summary>Runs phases.</summary>
public static class Trainer
{
    /// <summary>Minimises a phase's loss with Adam; returns the loss of every step.</summary>
    /// <exception cref="InputException">The loss became NaN or infinite; the message names the step.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public static double[] Run(Phase phase, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var optimiser = new Adam(phase.Parameters);
        var losses = new double[phase.Schedule.Total];
        for (int step = 0; step < losses.Length; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            optimiser.LearningRate = phase.Schedule.At(step);
            losses[step] = Step(phase, optimiser, step);
            progress?.Report(new(phase.Name, step + 1, losses.Length, losses[step]));
        }

        return losses;
    }

    private static double Step(Phase phase, Optimiser optimiser, int step)
    {
        using var scope = new Scope();
        var loss = phase.Loss(step);
        double value = loss.Value.Item();
        if (!double.IsFinite(value))
        {
            throw new InputException(phase.Name, $"the loss became {value} at step {step + 1}; expected a finite number (a lower learning rate may help)");
        }

        optimiser.Step(Gradient.Of(loss, phase.Parameters, release: true));
        return value;
    }
}
