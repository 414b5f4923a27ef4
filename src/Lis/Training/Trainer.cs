using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Training;

/// <summary>Runs phases.</summary>
public static class Trainer
{
    /// <summary>Losses stay on the device for so many steps: to read one is to wait for everything before it.</summary>
    private const int ReadEvery = 16;

    /// <summary>Minimises a phase's loss with Adam; returns the loss of every step.</summary>
    /// <exception cref="InputException">The loss became NaN or infinite; the message names the step.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public static double[] Run(Phase phase, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var losses = new double[phase.Schedule.Total];
        if (losses.Length == 0)
        {
            return losses;
        }

        using var optimiser = new Adam(phase.Parameters);
        phase.Load(0);
        using var work = new Work(phase);
        double latest = 0;
        using var recent = phase.Parameters[0].Value.Device.Empty([ReadEvery]);
        for (int step = 0; step < losses.Length; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = new Scope();
            phase.Load(step);
            var (loss, gradients) = work.Do();
            recent.Slice(0, step % ReadEvery, 1).CopyFrom(loss.Value);
            optimiser.LearningRate = phase.Schedule.At(step);
            optimiser.Step(gradients);
            if ((step + 1) % ReadEvery == 0 || step + 1 == losses.Length || step == 0)
            {
                Read(phase, recent, losses, step);
                latest = losses[step];
            }

            progress?.Report(new(phase.Name, step + 1, losses.Length, latest));
        }

        return losses;
    }

    /// <summary>The losses up to a step, since the last multiple of <see cref="ReadEvery"/>.</summary>
    private static void Read(Phase phase, Tensor recent, double[] losses, int step)
    {
        int first = step / ReadEvery * ReadEvery;
        recent.Slice(0, 0, step + 1 - first).Read(losses.AsSpan(first, step + 1 - first));
        int bad = Array.FindIndex(losses, first, step + 1 - first, loss => !double.IsFinite(loss));
        if (bad >= 0)
        {
            throw new InputException(phase.Name, $"the loss became {losses[bad]} at step {bad + 1}; expected a finite number (a lower learning rate may help)");
        }
    }

    /// <summary>Loss and gradients of the samples loaded: recorded once and replayed for each step, or done anew where the device cannot record.</summary>
    private sealed class Work : IDisposable
    {
        private readonly Phase phase;
        private readonly List<Tensor> kept = [];
        private readonly Capture? capture;
        private (Var Loss, Var[] Gradients) recorded;

        internal Work(Phase phase)
        {
            this.phase = phase;
            var device = phase.Parameters[0].Value.Device;
            if (device.Backend.CanCapture)
            {
                using var scope = new Scope();
                capture = new Capture(device, () => recorded = Once());
                kept.AddRange(recorded.Gradients.Prepend(recorded.Loss).Select(v => scope.Keep(v.Value)));
            }
        }

        internal (Var Loss, Var[] Gradients) Do()
        {
            capture?.Replay();
            return capture is null ? Once() : recorded;
        }

        public void Dispose()
        {
            kept.ForEach(t => t.Dispose());
            capture?.Dispose();
        }

        private (Var Loss, Var[] Gradients) Once()
        {
            var loss = phase.Loss();
            return (loss, Gradient.Of(loss, phase.Parameters, release: true));
        }
    }
}
