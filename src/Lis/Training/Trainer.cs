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
        using var work = new Work(phase);
        var losses = new double[phase.Schedule.Total];
        for (int step = 0; step < losses.Length; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            phase.Load(step);
            work.Differentiate();
            losses[step] = work.Loss;
            if (!double.IsFinite(losses[step]))
            {
                throw new InputException(phase.Name, $"the loss became {losses[step]} at step {step + 1}; expected a finite number (a lower learning rate may help)");
            }

            optimiser.LearningRate = phase.Schedule.At(step);
            optimiser.Step(work.Gradients);
            progress?.Report(new(phase.Name, step + 1, losses.Length, losses[step]));
        }

        return losses;
    }

    /// <summary>Loss and gradients of a step: recorded the first time and replayed from then on, or done anew where the device cannot record.</summary>
    private sealed class Work(Phase phase) : IDisposable
    {
        private readonly Device device = phase.Parameters[0].Value.Device;
        private Scope? scope;
        private Capture? capture;
        private Var? loss;

        internal Var[] Gradients { get; private set; } = [];

        internal double Loss => loss!.Value.Item();

        internal void Differentiate()
        {
            if (capture is not null)
            {
                capture.Replay();
                return;
            }

            scope?.Dispose();
            scope = new Scope();
            if (device.Backend.CanCapture)
            {
                capture = new Capture(device, Once);
            }
            else
            {
                Once();
            }
        }

        public void Dispose()
        {
            scope?.Dispose();
            capture?.Dispose();
        }

        private void Once()
        {
            loss = phase.Loss();
            Gradients = Gradient.Of(loss, phase.Parameters, release: true);
        }
    }
}
