using LisNative.Random;

namespace LisNative.Training;

/// <summary>Which rows each step takes: every epoch visits all rows in an order of its own, the incomplete last batch left out.</summary>
/// <param name="count">Rows.</param>
/// <param name="batch">Rows a step; at most <paramref name="count"/>.</param>
/// <param name="random">Decides the orders.</param>
public sealed class BatchOrder(int count, int batch, Philox random)
{
    private int epoch = -1;
    private int[] order = [];

    /// <summary>Steps in an epoch.</summary>
    public int StepsPerEpoch { get; } = count / batch;

    /// <summary>The rows of a step.</summary>
    public ReadOnlySpan<int> this[int step]
    {
        get
        {
            if (step / StepsPerEpoch != epoch)
            {
                epoch = step / StepsPerEpoch;
                order = random.Split((ulong)epoch).Permutation(count);
            }

            return order.AsSpan(step % StepsPerEpoch * batch, batch);
        }
    }
}
