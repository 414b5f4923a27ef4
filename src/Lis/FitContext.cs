using LisNative.Data;
using LisNative.Distributed;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>A fit: what a method learns from, where, and who is told, asked and trained with.</summary>
/// <param name="Device">Where it computes.</param>
/// <param name="Normal">Prepared normal data, those held out removed.</param>
/// <param name="Negatives">Prepared negatives, where there are some.</param>
/// <param name="Random">Draws all that is random; <see cref="Streams"/> says what for.</param>
/// <param name="Progress">Told after every step.</param>
/// <param name="Checkpoint">Where the state of training is kept.</param>
/// <param name="Ranks">The processes that train together; null trains in this one alone.</param>
/// <param name="Cancellation">Stops between two steps.</param>
/// <param name="Limit">Bounds the time; null does not.</param>
internal sealed record FitContext(
    Device Device, Dataset Normal, Dataset? Negatives, Philox Random,
    IProgress<TrainingProgress>? Progress, Checkpoint? Checkpoint, Communicator? Ranks, CancellationToken Cancellation,
    TimeLimit? Limit = null)
{
    /// <summary>Normal data set aside to see when a phase gains no more; null where its length is fixed, or they are too few.</summary>
    internal Dataset? Validation { get; private init; }

    /// <summary>The share of the time after which the phase at hand must have ended.</summary>
    internal double Share { get; private init; } = 1;

    /// <summary>The share that had passed before it.</summary>
    private double Begun { get; init; }

    /// <summary>What the names of phases begin with, where several networks are trained one after another.</summary>
    internal string Title { get; private init; } = "";

    /// <summary>Its sizes.</summary>
    internal TrainingPlan Plan => new(Device, Normal.Name, Normal.SampleShape, Normal.Count, Negatives is not null, Ranks)
    {
        Negatives = Negatives,
        Samples = Normal.HeldBytes + (Negatives?.HeldBytes ?? 0),
        Memory = Memory,
    };

    /// <summary>Whether the samples vary alike in all directions, so that reconstructing some of these gains little.</summary>
    internal bool IsWhitened { get; init; }

    /// <summary>Whether the negatives are of every distance from the normal data (<see cref="Dataset.IsGraded"/>).</summary>
    internal bool IsGraded { get; init; }

    /// <summary>Bytes that it may take.</summary>
    internal long Memory { get; init; } = TrainingPlan.Available;

    /// <summary>The same fit for a phase of so many passes, or, where null, until convergence: for that some data are set aside.</summary>
    internal FitContext ForPhase(int? epochs)
    {
        var (train, validation) = epochs is null ? ValidationSplit.Of(Normal, Random.FoldIn(Streams.Validation)) : (Normal, null);
        return this with { Normal = train, Validation = validation };
    }

    /// <summary>The same fit for a phase that must have ended after a part of its time.</summary>
    internal FitContext ForPart(double part) => this with { Share = Begun + ((Share - Begun) * part) };

    /// <summary>The same fit for one of several methods, each with random numbers of its own; the networks share the time.</summary>
    internal FitContext ForMember(int member, int networks) => this with
    {
        Random = Random.FoldIn(Streams.FirstMember + (ulong)member),
        Title = networks > 1 ? $"network {member + 1} of {networks}: " : "",
        Begun = Math.Min(1, member / (double)networks),
        Share = Math.Min(1, (member + 1) / (double)networks),
    };

    /// <summary>The negatives, where a method cannot learn without.</summary>
    /// <exception cref="InputException">There are none.</exception>
    internal Dataset RequireNegatives(string method) =>
        Negatives ?? throw new InputException(method, "expected negatives to learn from, found none");

    /// <inheritdoc cref="TrainingPlan.SliceOf"/>
    internal BatchSlice SliceOf(int batch) => Plan.SliceOf(batch);

    /// <summary>Tells how far some work is, and stops when asked to.</summary>
    internal void Report(string phase, int done, int all, string? counted = null)
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Report(new(phase, done, all, double.NaN) { Counted = counted });
    }
}
