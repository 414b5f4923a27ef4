namespace LisNative.Data;

/// <summary>Quantiles of numbers, between two of them by a straight line, as NumPy's are.</summary>
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
}
