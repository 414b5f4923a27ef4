namespace LisNative.Data;

/// <summary>Samples and their names.</summary>
/// <param name="Names">One for each sample but those that are carried.</param>
/// <param name="Samples">The samples.</param>
internal sealed record NamedSamples(IReadOnlyList<string> Names, Dataset Samples)
{
    /// <summary>How many of the first samples were the last ones before, since windows go on (<see cref="ReadOptions.Carried"/>).</summary>
    internal int Carried { get; init; }
}
