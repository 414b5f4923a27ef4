namespace LisNative.Layers;

/// <summary>A run of a parameter's memory.</summary>
/// <param name="Parameter">Which one.</param>
/// <param name="Start">The first element.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ParameterPart(int Parameter, int Start, int Count)
{
    /// <summary>These elements of the parameter, or of its gradient or moments in the same memory order, [<see cref="Count"/>].</summary>
    internal Tensor Of(Tensor whole)
    {
        using var all = whole.InMemoryOrder();
        return all.Slice(0, Start, Count);
    }

    /// <summary>All elements of tensors of such sizes, in their order, cut into so many runs of nearly equal length; a cut lies where a vector begins.</summary>
    internal static IReadOnlyList<ParameterPart>[] Divide(IReadOnlyList<int> counts, int among)
    {
        const int Vector = 16;
        long total = counts.Sum(c => (long)c);
        long Cut(int k) => k == among ? total : total * k / among / Vector * Vector;
        return [.. Enumerable.Range(0, among).Select(k => Between(Cut(k), Cut(k + 1)))];

        IReadOnlyList<ParameterPart> Between(long from, long to)
        {
            var parts = new List<ParameterPart>();
            long begin = 0;
            for (int i = 0; i < counts.Count; begin += counts[i++])
            {
                long start = Math.Max(from, begin), end = Math.Min(to, begin + counts[i]);
                if (start < end)
                {
                    parts.Add(new(i, (int)(start - begin), (int)(end - start)));
                }
            }

            return parts;
        }
    }
}
