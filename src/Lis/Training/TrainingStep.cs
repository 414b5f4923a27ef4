using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Training;

/// <summary>The steps of one phase, taken one by one; adversaries alternate two of these.</summary>
/// <remarks>Loss and gradients are recorded once and replayed, or done anew where the device cannot record.</remarks>
public sealed class TrainingStep : IDisposable
{
    /// <summary>Losses stay on the device for so many steps: to read one is to wait for everything before it.</summary>
    private const int ReadEvery = 16;

    private readonly Phase phase;
    private readonly Optimiser optimiser;
    private readonly double[] losses;
    private readonly List<Tensor> kept = [];
    private readonly Tensor recent;
    private readonly Capture? capture;
    private (Var Loss, Var[] Gradients) recorded;

    /// <summary>Loads the first samples and records the work.</summary>
    public TrainingStep(Phase phase)
    {
        ArgumentNullException.ThrowIfNull(phase);
        this.phase = phase;
        losses = new double[phase.Schedule.Total];
        optimiser = phase.Optimiser?.Invoke(phase.Parameters) ?? new Adam(phase.Parameters);
        phase.Load(0);
        var device = phase.Parameters[0].Value.Device;
        if (device.Backend.CanCapture)
        {
            using var scope = new Scope();
            capture = new Capture(device, () => recorded = Once());
            kept.AddRange(recorded.Gradients.Prepend(recorded.Loss).Select(v => scope.Keep(v.Value)));
        }

        recent = device.Empty([ReadEvery]);
    }

    /// <summary>The loss of every step taken, the last <see cref="ReadEvery"/> perhaps not read yet.</summary>
    public IReadOnlyList<double> Losses => losses;

    /// <summary>The last loss that was read.</summary>
    public double Latest { get; private set; }

    /// <summary>Takes a step, counted from 0.</summary>
    /// <exception cref="InputException">The loss became NaN or infinite; the message names the step.</exception>
    public void Take(int step)
    {
        using var scope = new Scope();
        phase.Load(step);
        capture?.Replay();
        var (loss, gradients) = capture is null ? Once() : recorded;
        recent.Slice(0, step % ReadEvery, 1).CopyFrom(loss.Value);
        optimiser.LearningRate = phase.Schedule.At(step);
        optimiser.Step(gradients);
        if ((step + 1) % ReadEvery == 0 || step + 1 == losses.Length || step == 0)
        {
            Read(step);
        }
    }

    /// <summary>Returns the recording's and the optimiser's memory.</summary>
    public void Dispose()
    {
        recent.Dispose();
        kept.ForEach(t => t.Dispose());
        capture?.Dispose();
        optimiser.Dispose();
    }

    /// <summary>The losses up to a step, since the last multiple of <see cref="ReadEvery"/>.</summary>
    private void Read(int step)
    {
        int first = step / ReadEvery * ReadEvery;
        recent.Slice(0, 0, step + 1 - first).Read(losses.AsSpan(first, step + 1 - first));
        int bad = Array.FindIndex(losses, first, step + 1 - first, loss => !double.IsFinite(loss));
        if (bad >= 0)
        {
            throw new InputException(phase.Name, $"the loss became {losses[bad]} at step {bad + 1}; expected a finite number (a lower learning rate may help)");
        }

        Latest = losses[step];
    }

    private (Var Loss, Var[] Gradients) Once()
    {
        var loss = phase.Loss();
        return (loss, Gradient.Of(loss, phase.Parameters, release: true));
    }
}
