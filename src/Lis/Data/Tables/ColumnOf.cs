namespace LisNative.Data;

/// <summary>One column of cells [rows · columns].</summary>
/// <param name="cells">NaN where one is missing.</param>
/// <param name="column">Which.</param>
/// <param name="columns">How many there are.</param>
internal readonly struct ColumnOf(double[] cells, int column, int columns)
{
    /// <summary>Cells, missing ones included.</summary>
    internal int Count => cells.Length / columns;

    private ref double this[int row] => ref cells[(row * columns) + column];

    /// <summary>The values that are there, in their order.</summary>
    internal double[] Present()
    {
        var present = new List<double>(Count);
        for (int row = 0; row < Count; row++)
        {
            if (!double.IsNaN(this[row]))
            {
                present.Add(this[row]);
            }
        }

        return [.. present];
    }

    /// <summary>The most frequent words, equally frequent ones by name; the places of words become those among them.</summary>
    internal string[] Sorted(RawColumn words)
    {
        string[] all = [.. words.Words];
        var counts = new int[all.Length];
        foreach (double place in Present())
        {
            counts[(int)place]++;
        }

        int[] order = [.. Enumerable.Range(0, all.Length).Where(w => counts[w] > 0).OrderByDescending(w => counts[w])
            .ThenBy(w => all[w], StringComparer.Ordinal).Take(ColumnEncoder.MostCategories)];
        var places = new int[all.Length];
        Array.Fill(places, order.Length);
        foreach (var (place, word) in order.Index())
        {
            places[word] = place;
        }

        for (int row = 0; row < Count; row++)
        {
            this[row] = double.IsNaN(this[row]) ? double.NaN : places[(int)this[row]];
        }

        return [.. order.Select(w => all[w])];
    }

    /// <summary>The numbers that a missing cell is taken for; in a column of so many words those of the most frequent one.</summary>
    internal double[] Typical(ColumnKind kind, int words, Missing missing)
    {
        double[] present = Present();
        if (kind == ColumnKind.Category)
        {
            return [1, .. new double[words]];
        }

        if (kind == ColumnKind.Number)
        {
            return [missing == Missing.Mean ? present.Average() : Quantiles.Of(present, 0.5)];
        }

        double[] sums = new double[Dates.Features], one = new double[Dates.Features];
        foreach (double seconds in present)
        {
            Dates.Encode(seconds, one);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += one[i];
            }
        }

        return [.. sums.Select(s => s / present.Length)];
    }
}
