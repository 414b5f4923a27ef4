namespace LisNative.Data;

/// <summary>A column as it is read: numbers, dates in seconds, or the places of words in the order in which they came.</summary>
/// <param name="Name">Its name, or its number from 1.</param>
/// <param name="Kind">What its cells are.</param>
internal sealed record RawColumn(string Name, ColumnKind Kind)
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly bool isClosed;

    /// <summary>A column of which a model knows the words.</summary>
    internal RawColumn(ColumnEncoder known)
        : this(known.Name, known.Kind)
    {
        (isClosed, places) = (true, known.Categories.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal));
    }

    /// <summary>The words met so far, in their order.</summary>
    internal IEnumerable<string> Words => places.OrderBy(p => p.Value).Select(p => p.Key);

    /// <summary>The place of a word; one beyond those that a model knows where it does not know this one.</summary>
    internal int PlaceOf(ReadOnlySpan<char> cell, out bool isUnknown)
    {
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        isUnknown = false;
        if (lookup.TryGetValue(cell, out int place))
        {
            return place;
        }

        isUnknown = isClosed;
        if (!isClosed)
        {
            lookup[cell] = places.Count;
            return places.Count - 1;
        }

        return places.Count;
    }
}
