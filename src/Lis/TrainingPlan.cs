using LisNative.Data;
using LisNative.Distributed;

namespace LisNative;

/// <summary>What is known of a fit before its samples are read: enough to refuse what cannot fit.</summary>
/// <param name="Device">Where it computes.</param>
/// <param name="Name">The normal data.</param>
/// <param name="SampleShape">The shape of a sample.</param>
/// <param name="Count">Normal samples that are learnt from.</param>
/// <param name="HasNegatives">Whether there are negatives.</param>
/// <param name="Ranks">Who trains it.</param>
internal sealed record TrainingPlan(Device Device, string Name, Shape SampleShape, int Count, bool HasNegatives, Communicator? Ranks)
{
    /// <summary>The negatives given, where they have been read.</summary>
    internal Dataset? Negatives { get; init; }

    /// <summary>Bytes of samples that are held.</summary>
    internal long Samples { get; init; }

    /// <summary>Bytes that the fit may take.</summary>
    internal long Memory { get; init; } = Available;

    /// <summary>Bytes that this process has.</summary>
    internal static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>
    /// The part of every batch that is this process's. A batch is all normal samples where there are fewer than are asked for.
    /// </summary>
    internal BatchSlice SliceOf(int batch)
    {
        batch = Math.Min(batch, Count);
        return Ranks?.SliceOf(batch) ?? BatchSlice.Whole(batch);
    }
}
