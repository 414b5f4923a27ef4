using System.Globalization;
using System.Runtime.InteropServices;
using LisNative.Distributed;
using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Training;

/// <summary>The steps of one phase, taken one by one; adversaries alternate two of these.</summary>
/// <remarks>Loss and gradients are recorded once and replayed, or done anew where the device cannot record.</remarks>
internal sealed class TrainingStep : IDisposable
{
    /// <summary>Reports stay on the device for so many steps: to read one is to wait for everything before it.</summary>
    private const int ReadEvery = 16;

    private const string LossesName = "losses",
        Advice = "a lower learning rate or a bound on the gradients' norm (clip) may help";

    private readonly Phase phase;
    private readonly Optimiser optimiser;
    private readonly List<double> losses = [];
    private readonly List<Tensor> kept = [];
    private readonly Tensor recent;
    private readonly float[] read, before;
    private readonly BucketedAllReduce? exchange;
    private readonly Capture? capture, finish;
    private (Var[] Gradients, Var Loss) own;
    private (Var[] Gradients, Var Report) recorded;
    private readonly BestWeights best;
    private int taken;

    /// <summary>Loads the first samples and records the work.</summary>
    public TrainingStep(Phase phase, Communicator? ranks = null)
    {
        (this.phase, best) = (phase, new(phase.Parameters));
        Parameter[] parameters = [.. phase.Parameters.Select(p => p.Value)];
        before = new float[1 + parameters.Length];
        exchange = ranks is null ? null : new BucketedAllReduce(ranks, parameters);
        optimiser = phase.Optimiser?.Invoke(parameters) ?? new Adam(parameters);
        phase.Load(0);
        var device = parameters[0].Value.Device;
        if (device.CanCapture)
        {
            using var scope = new Scope();
            capture = new Capture(device, () =>
            {
                own = Differentiate();
                recorded = exchange is null ? Finish() : recorded;
            });
            if (exchange is not null)
            {
                exchange.Wait();
                finish = new Capture(device, () => recorded = Finish());
            }

            kept.AddRange(recorded.Gradients.Append(recorded.Report).Select(v => scope.Keep(v.Value)));
        }

        read = new float[ReadEvery * before.Length];
        recent = device.Zeros([ReadEvery, before.Length]);
    }

    /// <summary>The loss of every step taken, the last <see cref="ReadEvery"/> perhaps not read yet.</summary>
    public IReadOnlyList<double> Losses => losses;

    /// <summary>The last loss that was read.</summary>
    public double Latest { get; private set; }

    /// <summary>Steps in all.</summary>
    internal int Total => phase.Schedule.Total;

    /// <summary>Takes a step, counted from 0.</summary>
    /// <exception cref="InputException">The loss or a gradient became NaN or infinite; the message names the step and the
    /// layer.</exception>
    public void Step(int step)
    {
        using var scope = new Scope();
        phase.Load(step);
        var (gradients, report) = Compute();
        recent.Slice(0, step % ReadEvery, 1).CopyFrom(report.Value);
        optimiser.LearningRate = phase.Until?.RateAt(step) ?? phase.Schedule.RateAt(step);
        optimiser.Step(gradients);
        taken = step + 1;
        if (taken % ReadEvery == 0 || taken == Total || step == 0)
        {
            Read();
        }
    }

    /// <summary>
    /// Looks at the held-out samples when that is due after so many steps, and goes back to the best weights when training is to go on from
    /// there or ends. All ranks do so after the same steps, by the first one's clock.
    /// </summary>
    internal void Judge(int step, Communicator? ranks)
    {
        if (phase.Until is not { } until || !until.IsDue(step))
        {
            return;
        }

        Read();
        var (elapsed, left) = until.Time();
        double loss = HeldOutLoss(until), trained = until.Judged is null && step > 0 ? losses.TakeLast(ReadEvery).Average() : double.NaN;
        if (ranks is not null)
        {
            double[][] all = ranks.Gather(loss, trained, elapsed, left);
            (loss, trained, elapsed, left) = (all.Sum(a => a[0]), all[0][1], all[0][2], all[0][3]);
        }

        loss = until.Judged is null ? loss : Math.Exp(loss);
        if (until.Batches > 0 && until.Add(step, loss))
        {
            best.Keep();
        }

        if (until.Decide(step, trained, elapsed, left))
        {
            best.Restore();
        }
    }

    /// <summary>This rank's part of the mean loss over the held-out batches, the same ones each time.</summary>
    private double HeldOutLoss(Convergence until)
    {
        using var noGrad = new NoGrad();
        double sum = 0;
        for (int i = 0; i < until.Batches; i++)
        {
            using var scope = new Scope();
            until.Load(i);
            sum += (until.Judged ?? phase.Loss)().Value.Item() * phase.Slice.Weight / until.Batches;
        }

        return sum;
    }

    /// <summary>Adds losses and weights under names that begin with a prefix, and the moments if steps are still to come.</summary>
    /// <exception cref="InputException">A loss, gradient or weight is no number.</exception>
    internal void AddTo(SafeTensors file, string prefix, bool goesOn)
    {
        Read();
        file.Add(prefix + LossesName, [taken], [.. losses.Take(taken).Select(l => (float)l)]);
        foreach (var (name, parameter) in phase.Parameters)
        {
            float[] values = parameter.Value.ToArray();
            file.Add(prefix + name, parameter.Shape, Array.TrueForAll(values, float.IsFinite) ? values
                : throw new InputException(phase.Name, $"{name} is not finite after step {taken} ({Advice})"));
        }

        phase.Until?.AddTo(file, prefix);
        if (goesOn && phase.Until?.Ended is null)
        {
            optimiser.AddTo(file, prefix);
            best.AddTo(file, prefix);
        }
    }

    /// <summary>Goes on from what <see cref="AddTo"/> wrote after so many steps.</summary>
    /// <exception cref="InputException">Something is missing or has another shape.</exception>
    internal void Load(SafeTensors file, string prefix, int steps, bool goesOn)
    {
        float[] former = file.Get(prefix + LossesName, [steps]).ToFloats();
        losses.Clear();
        losses.AddRange(former.Select(l => (double)l));
        foreach (var (name, parameter) in phase.Parameters)
        {
            file.CopyTo(prefix + name, parameter.Value);
        }

        phase.Until?.Load(file, prefix);
        if (goesOn && phase.Until?.Ended is null)
        {
            optimiser.Load(file, prefix);
            if (phase.Until?.Losses.Count > 0)
            {
                best.Load(file, prefix);
            }
        }

        // The losses since the last reading are read once more.
        taken = steps;
        for (int i = FirstUnread; i < taken; i++)
        {
            using var place = recent.Slice(0, i % ReadEvery, 1).Slice(1, 0, 1);
            using var loss = recent.Device.Full([1, 1], losses[i]);
            place.CopyFrom(loss);
        }
    }

    /// <summary>Returns the recording's and the optimiser's memory.</summary>
    public void Dispose()
    {
        recent.Dispose();
        best.Dispose();
        kept.ForEach(t => t.Dispose());
        capture?.Dispose();
        finish?.Dispose();
        exchange?.Dispose();
        optimiser.Dispose();
    }

    /// <summary>The first step of those whose reports lie together on the device.</summary>
    private int FirstUnread => Math.Max(0, taken - 1) / ReadEvery * ReadEvery;

    /// <summary>Reads the last reports; nothing but finite numbers may be in them.</summary>
    private void Read()
    {
        int width = before.Length;
        recent.Read(read.AsSpan());
        for (int step = FirstUnread; step < taken; step++)
        {
            var report = read.AsSpan(step % ReadEvery * width, width);
            CollectionsMarshal.SetCount(losses, Math.Max(losses.Count, step + 1));
            losses[step] = report[0];
            for (int i = 0; i < width; i++)
            {
                if (!float.IsFinite(report[i]))
                {
                    throw new InputException(phase.Name, $"{Complaint(i, report[i], step + 1)} ({Advice})");
                }
            }

            report.CopyTo(before);
        }

        Latest = taken > 0 ? losses[taken - 1] : 0;
    }

    /// <summary>What became of the loss, or of a layer's gradient, and which layer was on its way there.</summary>
    private string Complaint(int part, float value, int step)
    {
        if (part > 0)
        {
            return $"the gradient of {phase.Parameters[part - 1].Name} became {(float.IsNaN(value) ? "NaN" : "infinite")} at step {step}; "
                + "expected a finite number";
        }

        var squares = before.AsSpan(1);
        int largest = MemoryExtensions.IndexOf(squares, before.Skip(1).Max());
        return string.Create(CultureInfo.InvariantCulture,
            $"the loss became {value} at step {step}; expected a finite number; the largest gradient read before it was that of "
            + $"{phase.Parameters[largest].Name}, of norm {MathF.Sqrt(squares[largest]):G3}");
    }

    private (Var[] Gradients, Var Report) Compute()
    {
        exchange?.Begin();
        capture?.Replay();
        own = capture is null ? Differentiate() : own;
        exchange?.Wait();
        finish?.Replay();
        return capture is null ? Finish() : recorded;
    }

    /// <summary>The loss and its gradients; those of several ranks go into the exchange.</summary>
    private (Var[] Gradients, Var Loss) Differentiate()
    {
        var loss = phase.Loss();
        Var[] parameters = [.. phase.Parameters.Select(p => p.Value)];
        if (exchange is null)
        {
            return (Gradient.Compute(loss, parameters, release: true), loss);
        }

        using (new NoGrad())
        {
            exchange.Add(loss * phase.Slice.Weight);
        }

        Gradient.Compute(loss, parameters, loss.Value.Device.Full(loss.Shape, phase.Slice.Weight), release: true, ready: exchange.Add);
        return default;
    }

    /// <summary>The gradients as the optimiser takes them, and the report of a step: the loss and Σg² of every parameter.</summary>
    private (Var[] Gradients, Var Report) Finish()
    {
        using var noGrad = new NoGrad();
        var (gradients, loss) = exchange?.Sums() ?? own;
        Var squares = Clipping.Squares(gradients);
        var report = Var.Concat(0, loss.Reshape(1), squares).Reshape(1, before.Length);
        return (phase.Clip is { } most ? Clipping.ByNorm(gradients, squares, most) : gradients, report);
    }
}
