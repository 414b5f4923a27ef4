namespace LisNative.Data;

/// <summary>
/// Which old pixels a new one is the mean of, along one side of a picture: where it becomes smaller those that the new pixel covers, by the
/// length covered; where it becomes larger the two whose centres are nearest, by how near they are. All weights are whole numbers.
/// </summary>
internal readonly record struct ResizeAxis(int Old, int Made)
{
    /// <summary>What the weights of each new pixel add up to.</summary>
    internal long Total => Made < Old ? Old : 2L * Made;

    internal int First(int to) => (int)(Made < Old ? (long)to * Old / Made : Centre(to) / (2L * Made));

    internal int Last(int to) => Made < Old ? (int)((((to + 1L) * Old) - 1) / Made) : Math.Min(First(to) + 1, Old - 1);

    internal uint Weight(int from, int to) => (uint)(Made < Old
        ? Math.Min((from + 1L) * Made, (to + 1L) * Old) - Math.Max((long)from * Made, (long)to * Old)
        : (2L * Made) - Math.Abs(Centre(to) - (2L * Made * from)));

    /// <summary>Where the new pixel's centre lies, from the first old one's to the last one's, 2 × Made from one to the next.</summary>
    private long Centre(int to) => Math.Clamp((((2L * to) + 1) * Old) - Made, 0, 2L * Made * (Old - 1));
}
