namespace LisNative.Data;

/// <summary>Some samples that can be read.</summary>
/// <param name="Names">Each one's name.</param>
/// <param name="Read">Reads those that can be read, null when none can; throws an <see cref="InputException"/> where nobody is told of
/// those that cannot (<see cref="ReadOptions.Unreadable"/>).</param>
/// <param name="Of">How many samples there are where it came from; 0 where that is not known before the end.</param>
internal sealed record SampleBatch(IReadOnlyList<string> Names, Func<NamedSamples?> Read, int Of = 0);
