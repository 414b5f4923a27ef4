using LisNative.Data;
using LisNative.Distributed;
using LisNative.Layers;
using LisNative.Random;

namespace LisNative.Training;

/// <summary>
/// Feeds a phase its batches, and knows the ranks: which rows each step takes, where they are laid, and what this rank's part of them
/// weighs in the sum. Whatever a fit trains, it trains through one of these.
/// </summary>
/// <param name="context">The fit.</param>
/// <param name="batch">Samples a step, of all ranks together.</param>
internal sealed class BatchFeeder(FitContext context, int batch)
{
    private readonly List<Action<int>> loads = [], heldOutLoads = [];

    /// <summary>This rank's part of every batch.</summary>
    internal BatchSlice Slice { get; } = context.SliceOf(batch);

    /// <summary>Steps in a pass over the normal data.</summary>
    internal int StepsPerEpoch => context.Normal.Count / Slice.BatchSize;

    /// <summary>Held-out batches: enough for every sample that is held out.</summary>
    private int HeldOutBatches =>
        context.Validation is { } held ? (held.Count + Slice.BatchSize - 1) / Slice.BatchSize : 0;

    /// <summary>Lays samples of one or more sets one after another, each set in a random order of its own.</summary>
    /// <param name="sets">What is trained on, and what is held out of it, if anything.</param>
    /// <returns>[sets · slice, sample…], written anew before every step.</returns>
    internal Tensor Feed(params (Dataset Samples, Dataset? HeldOut, Philox Random)[] sets) => Feed(null, sets);

    /// <summary>The same samples, those that are trained on changed in every step, each with random numbers of its own.</summary>
    internal Tensor Feed(SampleChange? change, params (Dataset Samples, Dataset? HeldOut, Philox Random)[] sets)
    {
        var all = context.Device.Empty([sets.Length * Slice.Count, .. sets[0].Samples.SampleShape.Sizes]);
        foreach (var (i, (samples, heldOut, random)) in sets.Index())
        {
            var (order, place) = (Order(samples.Count, random), all.Slice(0, i * Slice.Count, Slice.Count));
            Before(step => samples.Load(order[step], place, change is null ? null : (row, sample) =>
                change(random.FoldIn(ChangeStream).FoldIn((ulong)step).FoldIn((ulong)(Slice.Start + row)), sample)),
                batch => heldOut!.Load(HeldOutRows(heldOut.Count, batch).AsSpan(Slice.Start, Slice.Count), place));
        }

        return all;
    }

    /// <summary>
    /// Random numbers for every sample of a batch, [slice, sample…], drawn before every step from a stream of its own: the same on any
    /// number of ranks.
    /// </summary>
    internal Tensor Noise(Distribution distribution, Philox random, Shape sample)
    {
        var noise = context.Device.Empty([Slice.Count, .. sample.Sizes]);
        void Draw(ulong stream) => noise.Draw(random.FoldIn(stream), distribution, (ulong)Slice.Start * (ulong)sample.Count);
        Before(step => Draw((ulong)step), batch => Draw(AfterSteps + (ulong)batch));
        return noise;
    }

    /// <summary>This rank's rows of every step.</summary>
    internal BatchOrder Order(int rows, Philox random) => new(rows, Slice, random);

    /// <summary>All ranks' rows of a held-out batch, the same every time; of few samples some stand in it twice.</summary>
    internal int[] HeldOutRows(int rows, int batch) =>
        [.. Enumerable.Range(0, Slice.BatchSize).Select(i => ((batch * Slice.BatchSize) + i) % rows)];

    /// <summary>Has something else done before every step, and before the loss of a held-out batch is taken.</summary>
    internal void Before(Action<int> load, Action<int>? heldOut = null)
    {
        loads.Add(load);
        heldOutLoads.Add(heldOut ?? (_ => { }));
    }

    /// <summary>So many passes over the normal data, or, where null, until the held-out samples gain no more.</summary>
    internal (LearningRateSchedule Schedule, Convergence? Until) Length(double rate, int warmUp, int? epochs, Func<Var>? judged = null) =>
        epochs is { } passes ? (Schedule(rate, warmUp, passes, 0.01), null)
        : (new(rate, warmUp, Convergence.MostSteps, 1), new(rate, warmUp, HeldOutBatches,
            batch => heldOutLoads.ForEach(load => load(batch)), context.Limit, context.Share, judged));

    /// <summary>A schedule for so many passes over the normal data.</summary>
    internal LearningRateSchedule Schedule(double rate, int warmUp, int epochs, double last) =>
        new(rate, warmUp, StepsPerEpoch * epochs, last);

    /// <summary>Minimises a loss over the batches, or goes on after a checkpoint.</summary>
    internal TrainedPhase Train(
        string name, IReadOnlyList<(string Name, Parameter Value)> parameters, LearningRateSchedule schedule, Func<Var> loss,
        Func<IReadOnlyList<Parameter>, Optimiser>? optimiser = null, double? clip = null, Convergence? until = null)
    {
        name = context.Title + name;
        double[] losses = Trainer.Run(
            Phase(name, parameters, schedule, loss, optimiser, clip) with { Until = until }, context.Progress, context.Checkpoint,
            context.Ranks, context.Cancellation);
        return until is null ? new(name, losses) : new(name, losses, new(name, losses.Length,
            Math.Round((double)losses.Length / StepsPerEpoch, 1), until.Batches > 0 ? until.Best.Step : losses.Length, until.Ended!),
            until.Losses);
    }

    /// <summary>The phase that <see cref="Train"/> runs, for steps of one's own.</summary>
    internal Phase Phase(
        string name, IReadOnlyList<(string Name, Parameter Value)> parameters, LearningRateSchedule schedule, Func<Var> loss,
        Func<IReadOnlyList<Parameter>, Optimiser>? optimiser = null, double? clip = null) =>
        new(name, parameters, schedule, Slice, Load, loss, optimiser, clip) { StepsPerEpoch = StepsPerEpoch };

    /// <summary>A number beyond that of any step, and of any pass.</summary>
    private const ulong AfterSteps = 1UL << 32, ChangeStream = AfterSteps;

    private void Load(int step) => loads.ForEach(load => load(step));
}

/// <summary>Changes a sample, in a way that its own random numbers decide.</summary>
internal delegate void SampleChange(Philox random, Span<float> sample);
