using LisNative.Distributed;
using LisNative.Random;

namespace LisNative.Training;

/// <summary>Which rows each step takes: every epoch visits all rows in an order of its own, the incomplete last batch left out.</summary>
/// <param name="count">Rows.</param>
/// <param name="share">Rows a step, at most <paramref name="count"/>, and which of them are this process's.</param>
/// <param name="random">Decides the orders.</param>
internal sealed class BatchOrder(int count, BatchSlice share, Philox random)
{
    private int epoch = -1;
    private int[] order = [];

    /// <summary>For a process that takes all rows.</summary>
    public BatchOrder(int count, int batch, Philox random) : this(count, BatchSlice.Whole(batch), random)
    {
    }

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch { get; } = count / share.BatchSize;

    /// <summary>This process's rows of a step.</summary>
    public ReadOnlySpan<int> this[int step]
    {
        get
        {
            if (step / StepsPerEpoch != epoch)
            {
                epoch = step / StepsPerEpoch;
                order = random.FoldIn((ulong)epoch).Permutation(count);
            }

            return order.AsSpan((step % StepsPerEpoch * share.BatchSize) + share.Start, share.Count);
        }
    }
}
