namespace LisNative.Data;

/// <summary>Samples and their names.</summary>
/// <param name="Names">One for each sample.</param>
/// <param name="Samples">The samples.</param>
internal sealed record NamedSamples(IReadOnlyList<string> Names, Dataset Samples);
