namespace LisNative.Experiments;

/// <summary>What the store has for entries. Each is asked for once: the keys of its cells take long to write.</summary>
/// <param name="seeds">How many count.</param>
/// <param name="stored">The results.</param>
public sealed class Summaries(int seeds, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored)
{
    private readonly Dictionary<Entry, Summary?> known = [];

    /// <summary>Seeds 1 to this count.</summary>
    public int Seeds => seeds;

    /// <summary>An entry's; null where no seed has all its cells.</summary>
    public Summary? Of(Entry entry) =>
        known.TryGetValue(entry, out var summary) ? summary : known[entry] = Summary.TryCreate(entry, seeds, stored);
}
