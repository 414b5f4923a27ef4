using LisNative.Distributed;

namespace LisNative.Training;

/// <summary>Runs phases.</summary>
internal static class Trainer
{
    /// <summary>Minimises a phase's loss; returns the loss of every step. The checkpoint is written when cancelled, too.</summary>
    /// <exception cref="InputException">The loss or a gradient became NaN or infinite; the message names the step, the layer and the last
    /// good checkpoint.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public static double[] Run(Phase phase, IProgress<TrainingProgress>? progress = null, Checkpoint? checkpoint = null,
        Communicator? ranks = null, CancellationToken cancellation = default)
    {
        if (phase.Schedule.Total == 0)
        {
            return [];
        }

        using var work = new TrainingStep(phase, ranks);
        Rounds(phase.Name, phase.Schedule.Total, [work], step =>
        {
            if (step == 0)
            {
                work.Judge(0, ranks);
            }

            work.Step(step);
            work.Judge(step + 1, ranks);
            progress?.Report(new(phase.Name, step + 1, phase.Schedule.Total, work.Latest, phase.Until)
            { StepsPerEpoch = phase.StepsPerEpoch });
        }, checkpoint, ranks, cancellation, phase.Until);
        return [.. work.Losses];
    }

    /// <summary>Takes the rounds of a stage that are still to be taken, each with its share of steps of all that is trained.</summary>
    internal static void Rounds(string name, int rounds, IReadOnlyList<TrainingStep> steps, Action<int> take, Checkpoint? checkpoint,
        Communicator? ranks, CancellationToken cancellation, Convergence? until = null)
    {
        try
        {
            for (int round = checkpoint?.Begin(name, rounds, steps) ?? 0; round < rounds && until?.Ended is null; round++)
            {
                if (ranks?.Stops ?? cancellation.IsCancellationRequested)
                {
                    checkpoint?.Write();
                    throw new OperationCanceledException(cancellation);
                }

                if (ranks is not null)
                {
                    ranks.WantsStop = cancellation.IsCancellationRequested;
                }

                take(round);
                checkpoint?.After(round + 1);
            }

            checkpoint?.End();
        }
        catch (InputException e) when (checkpoint is not null && e.Where != checkpoint.Path)
        {
            throw new InputException($"{e.Message}; {checkpoint.LastGood}", e);
        }
    }
}
