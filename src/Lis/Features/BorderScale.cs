namespace LisNative.Features;

/// <summary>
/// Mean and deviation of the scores of normal places, by their distance from the picture's border. Near it networks see what they pad
/// with, and products end: places score higher there without any fault. What is subtracted and divided by makes places comparable.
/// </summary>
/// <param name="Mean">Of the outermost places first; the last also of all that lie further in.</param>
/// <param name="Deviation">Above 0.</param>
internal sealed record BorderScale(float[] Mean, float[] Deviation)
{
    internal const int Distances = 8;

    /// <summary>Where places hardly differ their scale is at least such a part of that of all.</summary>
    private const double LeastShare = 0.01;

    /// <summary>From the scores of the places of normal pictures.</summary>
    internal static BorderScale Fit(PlaceGrid grid, IReadOnlyCollection<float[]> maps)
    {
        var scores = maps.SelectMany(m => m.Select((score, place) => (Distance: Distance(grid, place), Score: (double)score)))
            .ToLookup(p => p.Distance, p => p.Score);
        double least = LeastShare * DeviationOf([.. scores.SelectMany(s => s)]);
        var (mean, deviation) = (new float[Distances], new float[Distances]);
        for (int distance = 0; distance < Distances; distance++)
        {
            // Small pictures have no places so far from their border.
            double[] at = [.. scores[Math.Min(distance, scores.Max(s => s.Key))]];
            (mean[distance], deviation[distance]) = ((float)at.Average(), (float)Math.Max(DeviationOf(at), least) is > 0 and var d ? d : 1);
        }

        return new(mean, deviation);
    }

    /// <summary>Scores of the places of one picture or several, in deviations from the mean at their distance.</summary>
    internal float[] Apply(PlaceGrid grid, float[] scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            int distance = Distance(grid, i % grid.Count);
            scores[i] = (scores[i] - Mean[distance]) / Deviation[distance];
        }

        return scores;
    }

    /// <summary>Places between a place and the border.</summary>
    private static int Distance(PlaceGrid grid, int place)
    {
        var (rows, columns) = (grid.Down.Count, grid.Across.Count);
        int row = place / columns, column = place % columns;
        return Math.Min(Distances - 1, Math.Min(Math.Min(row, rows - 1 - row), Math.Min(column, columns - 1 - column)));
    }

    private static double DeviationOf(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }
}
