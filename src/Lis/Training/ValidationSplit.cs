using LisNative.Data;
using LisNative.Random;

namespace LisNative.Training;

/// <summary>What is set aside of training data to see when training gains no more; the samples that set thresholds are others.</summary>
internal static class ValidationSplit
{
    /// <summary>The fewest samples of which some are set aside, and the most that are: looking at them must stay cheap.</summary>
    internal const int Least = 20, Most = 512;

    private const int Share = 10;

    /// <summary>
    /// A tenth, whole groups where there are some; none of too few samples or of a single group, or where half of the windows would share
    /// rows with it.
    /// </summary>
    internal static (Dataset Train, Dataset? Validation) Of(Dataset all, Philox random)
    {
        if (all.Count < Least || (all.Windows is null && all.Groups?.Distinct().Skip(1).Any() == false))
        {
            return (all, null);
        }

        int tenth = all.Count / Share;
        var (order, aside) = Detector.SetAside(all, all.Groups is null || all.Windows is not null ? Math.Min(tenth, Most) : tenth, random);
        if (2 * (order.Length - aside) < all.Count)
        {
            return (all, null);
        }

        return (all.Select(order.AsSpan(aside)), all.Select($"{all.Name} (validation)", order.AsSpan(0, Math.Min(aside, Most))));
    }

    /// <summary>
    /// Pools of the negatives to train on, a batch at least, and of those held out; the same where none are. A pool is made of a set, and
    /// of how many at least and at most.
    /// </summary>
    internal static (Dataset Train, Dataset HeldOut) OfNegatives(
        FitContext context, bool aside, int batch, Func<Dataset, int, int, Dataset> pool)
    {
        var (train, heldOut) = aside ? Of(context.Negatives!, context.Random.FoldIn(Streams.ValidationNegatives))
            : (context.Negatives!, null);
        var made = pool(train, batch, int.MaxValue);
        return (made, heldOut is null ? made : pool(heldOut, 1, Most));
    }
}
