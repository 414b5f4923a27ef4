namespace LisNative.Data;

/// <summary>Some samples that can be read.</summary>
/// <param name="Names">Each one's name.</param>
/// <param name="Read">Reads them; throws an <see cref="Layers.InputException"/> where they cannot be read.</param>
public sealed record SampleBatch(IReadOnlyList<string> Names, Func<Dataset> Read);
