using LisNative.Data;
using LisNative.Random;

namespace LisNative.Training;

/// <summary>What is set aside of training data to see when training gains no more; the samples that set thresholds are others.</summary>
internal static class ValidationSplit
{
    /// <summary>Of fewer samples none are set aside; and no more than these are looked at, so that looking stays cheap.</summary>
    internal const int Least = 20, Most = 512;

    private const int Share = 10;

    /// <summary>A tenth, whole groups where there are some; none of too few samples or of a single group.</summary>
    internal static (Dataset Train, Dataset? Validation) Of(Dataset all, Philox random)
    {
        if (all.Count < Least || all.Groups?.Distinct().Skip(1).Any() == false)
        {
            return (all, null);
        }

        int tenth = all.Count / Share;
        var (order, aside) = Detector.SetAside(all, all.Groups is null ? Math.Min(tenth, Most) : tenth, random);
        return (all.Select(all.Name, order.AsSpan(aside)),
            all.Select($"{all.Name} (validation)", order.AsSpan(0, Math.Min(aside, Most))));
    }
}
