namespace LisNative.Data;

/// <summary>Quantiles of numbers, between two of them by a straight line, as NumPy's are; and the ranks of numbers.</summary>
internal static class Quantiles
{
    /// <summary>The quantile of a share; the numbers are sorted by this.</summary>
    internal static double Of(double[] values, double share)
    {
        Array.Sort(values);
        return OfSorted(values, share);
    }

    /// <summary>The quantile of a share of numbers that ascend.</summary>
    internal static double OfSorted(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>How many of some numbers that ascend lie below another, or are equal to it, too.</summary>
    internal static int Below(ReadOnlySpan<float> sorted, float number, bool orEqual = false)
    {
        int low = 0;
        for (int high = sorted.Length; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < number || (orEqual && sorted[middle] == number) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
