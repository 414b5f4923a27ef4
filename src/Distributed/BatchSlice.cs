namespace LisNative.Distributed;

/// <summary>The part of every batch that this process takes; all of it, where it trains alone.</summary>
/// <param name="Start">Its first sample's place in the batch.</param>
/// <param name="Count">Its samples.</param>
/// <param name="BatchSize">Those of the whole batch.</param>
internal readonly record struct BatchSlice(int Start, int Count, int BatchSize)
{
    /// <summary>What the mean over these samples counts for in the mean over the batch.</summary>
    public double Weight => (double)Count / BatchSize;

    /// <summary>A whole batch.</summary>
    public static BatchSlice Whole(int batch) => new(0, batch, batch);
}
