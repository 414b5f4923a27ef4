namespace LisNative.Cli.Bench;

/// <summary>The middle and the spread of times, of which some are disturbed.</summary>
internal static class Robust
{
    /// <summary>Of a normal distribution, its deviation over the median distance from its middle.</summary>
    private const double Normal = 1.4826;

    internal static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The standard deviation, from the median distance to the median.</summary>
    internal static double Deviation(IReadOnlyCollection<double> values)
    {
        double middle = Median(values);
        return Normal * Median([.. values.Select(v => Math.Abs(v - middle))]);
    }
}
