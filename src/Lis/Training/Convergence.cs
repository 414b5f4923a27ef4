using System.Globalization;
using LisNative.Layers;

namespace LisNative.Training;

/// <summary>
/// Decides when a phase ends whose length follows from the data. The rate rises and stays at its peak while the loss of held-out samples
/// gains. When it has not for a while, or is twice that of the training samples, which are then learnt by heart, training goes on from the
/// best weights with a rate that falls to a hundredth, and the best of all are kept. Without held-out samples the number of steps is fixed.
/// </summary>
/// <param name="rate">The peak.</param>
/// <param name="warmUp">Steps over which it rises.</param>
/// <param name="batches">Held-out batches; 0 where too few samples are there to hold some out.</param>
/// <param name="load">Loads one of them in place of a batch to train on.</param>
/// <param name="limit">Bounds the time.</param>
/// <param name="judged">The logarithm of what is to be low on a held-out batch; null for the loss that is trained.</param>
/// <param name="share">The part of that time after which the phase must have ended.</param>
internal sealed class Convergence(double rate, int warmUp, int batches, Action<int> load, TimeLimit? limit = null, double share = 1,
    Func<Var>? judged = null)
{
    /// <summary>Steps of a phase at most, and in all where nothing is held out.</summary>
    internal const int MostSteps = 20_000, BlindSteps = 1_000;

    /// <summary>A gain is this part of the loss, in as many steps, at least, as this part of those taken.</summary>
    private const double Gain = 0.01, Patience = 0.25;

    /// <summary>The loss of held-out samples over that of training samples from which these are learnt by heart.</summary>
    private const double ByHeart = 2;

    /// <summary>Steps with a falling rate, as a part of those before; the rate at their end, as a part of the peak.</summary>
    private const double Annealing = 0.25, LastRate = 0.01;

    private const int LeastPatience = 300, LeastBetween = 10;

    private const string LossesName = "heldOut", StateName = "convergence";

    private readonly double begun = limit?.Elapsed ?? 0;
    private readonly List<(int Step, double Loss)> losses = [];
    private (int Step, double Loss) gained = (0, double.PositiveInfinity);
    private (int From, int Steps)? annealing;
    private string reason = "";

    /// <summary>The held-out loss after some of the steps.</summary>
    internal IReadOnlyList<(int Step, double Loss)> Losses => losses;

    /// <summary>The lowest of them.</summary>
    internal (int Step, double Loss) Best { get; private set; } = (0, double.PositiveInfinity);

    /// <summary>Why it ended, in words; null while it goes on.</summary>
    internal string? Ended { get; private set; }

    /// <summary>Steps in all; 0 while that is not known.</summary>
    internal int Steps => annealing is var (from, steps) ? from + steps : 0;

    /// <summary>Held-out batches.</summary>
    internal int Batches => batches;

    /// <summary>The logarithm of what is to be low on them; null for the loss that is trained.</summary>
    internal Func<Var>? Judged => judged;

    /// <summary>
    /// Looking at the held-out batches takes about a tenth of the time: a step's gradients cost as much as two of its losses.
    /// </summary>
    private int Between => Math.Max(LeastBetween, 4 * batches);

    /// <summary>The rate of a step, counted from 0.</summary>
    internal double RateAt(int step) => annealing is var (from, steps)
        ? new LearningRateSchedule(rate, 0, steps, LastRate).RateAt(step - from)
        : new LearningRateSchedule(rate, warmUp, MostSteps, 1).RateAt(step);

    /// <summary>Loads a held-out batch.</summary>
    internal void Load(int batch) => load(batch);

    /// <summary>Whether to look after so many steps.</summary>
    internal bool IsDue(int step) => step % Between == 0 || step == Steps;

    /// <summary>Seconds of this phase, and seconds left to it.</summary>
    internal (double Elapsed, double Left) Time() =>
        limit is null ? (0, double.PositiveInfinity) : (limit.Elapsed - begun, (share * limit.Seconds) - limit.Elapsed);

    /// <summary>Takes the held-out loss after so many steps; whether the weights are the best yet.</summary>
    internal bool Add(int step, double loss)
    {
        loss = float.IsFinite((float)loss) ? (float)loss : float.MaxValue;
        losses.Add((step, loss));
        gained = loss < gained.Loss * (1 - Gain) ? (step, loss) : gained;
        bool best = loss < Best.Loss;
        Best = best ? (step, loss) : Best;
        return best;
    }

    /// <summary>
    /// Decides after so many steps, by the mean loss of training samples in the last of them, and by the seconds of this phase and those
    /// left to it. Whether training is to go back to the best weights, since the rate falls from here, or ends.
    /// </summary>
    internal bool Decide(int step, double trained = double.NaN, double elapsed = 0, double left = double.PositiveInfinity)
    {
        if (annealing is null && Reason(step, trained, elapsed, left) is { } why)
        {
            reason = why;
            double inTime = Math.Max(0, left) * step / Math.Max(elapsed, double.Epsilon);
            annealing = (step, (int)Math.Max(1, Math.Min(Math.Round(Annealing * step), inTime)));
            return true;
        }

        Ended = annealing is not null && (step >= Steps || left <= 0) ? reason : null;
        return Ended is not null;
    }

    private string? Reason(int step, double trained, double elapsed, double left)
    {
        int patience = (int)Math.Max(Math.Max(LeastPatience, 5 * Between), Patience * step);
        return elapsed >= (elapsed + left) / (1 + Annealing) ? "time"
            : batches == 0 ? step >= BlindSteps / (1 + Annealing) ? "too few samples to hold some out" : null
            : step >= MostSteps / (1 + Annealing) ? "step limit"
            : losses[^1].Loss > ByHeart * trained ? $"learnt by heart from step {step}"
            : step - Math.Max(gained.Step, warmUp) >= patience ? $"no gain since step {gained.Step}" : null;
    }

    /// <summary>Adds what was seen and decided, under names that begin with a prefix.</summary>
    internal void AddTo(SafeTensors file, string prefix)
    {
        file.Add(prefix + LossesName, [losses.Count, 2], [.. losses.SelectMany(l => new[] { l.Step, (float)l.Loss })]);
        file.Metadata[prefix + StateName] = string.Create(CultureInfo.InvariantCulture,
            $"{annealing?.From ?? 0},{annealing?.Steps ?? 0},{(Ended is null ? 0 : 1)},{reason}");
    }

    /// <summary>Goes on from what <see cref="AddTo"/> wrote.</summary>
    /// <exception cref="InputException">Something is missing or no such state.</exception>
    internal void Load(SafeTensors file, string prefix)
    {
        float[] all = file[prefix + LossesName].ToFloats();
        string[] state = (file.Metadata.TryGetValue(prefix + StateName, out string? text) ? text : "").Split(',', 4);
        int[] numbers = [.. state.Take(3)
            .Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)];
        if (state.Length < 4 || numbers.Contains(-1) || numbers[1] > MostSteps)
        {
            throw new InputException(file.Source, $"expected the state of a phase \"{prefix}{StateName}\", found {text ?? "none"}");
        }

        for (int i = 0; i + 1 < all.Length; i += 2)
        {
            Add((int)all[i], all[i + 1]);
        }

        (annealing, reason) = (numbers[1] == 0 ? null : (numbers[0], numbers[1]), state[3]);
        Ended = numbers[2] == 1 ? reason : null;
    }
}
