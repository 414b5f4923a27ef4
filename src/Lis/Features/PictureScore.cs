using LisNative.Scoring;

namespace LisNative.Features;

/// <summary>
/// How the scores of a picture's places become its own: the mean of the worst, less what is common to all of the picture. Light, noise and
/// grain differ from picture to picture and raise the scores of all places alike, a fault those of some.
/// </summary>
/// <param name="Share">The share of places, one at least, that are the worst.</param>
/// <param name="Highest">The largest median that is subtracted: a picture that is odd as a whole stays so. Null where none is.</param>
internal sealed record PictureScore(float Share, float? Highest = null)
{
    /// <summary>What normal data choose among; the first where they cannot.</summary>
    private static readonly float[] Shares = [0.01f, 0, 0.03f, 0.1f, 0.3f];

    internal static PictureScore Usual { get; } = new(Shares[0]);

    /// <summary>
    /// That by which pictures with faults are best told from good ones, by the scores of their places; the first of several.
    /// </summary>
    internal static PictureScore Best(float[][] good, float[][] faulty)
    {
        float highest = good.Max(Median);
        float[] Scores(float[][] pictures, PictureScore how) => [.. pictures.Select(p => how.Of(p))];
        return Shares.Select(share => new PictureScore(share, highest)).MaxBy(how => Metrics.Auc(Scores(good, how), Scores(faulty, how)))!;
    }

    /// <summary>Of a picture with such places.</summary>
    internal float Of(ReadOnlySpan<float> places)
    {
        float[] sorted = Sorted(places);
        var worst = sorted.AsSpan(sorted.Length - Math.Max(1, (int)(Share * sorted.Length)));
        double sum = 0;
        foreach (float score in worst)
        {
            sum += score;
        }

        float common = Highest is { } highest ? Math.Min(Middle(sorted), highest) : 0;
        return (float)(sum / worst.Length) - common;
    }

    private static float Median(float[] places) => Middle(Sorted(places));

    private static float Middle(float[] sorted) => sorted[sorted.Length / 2];

    private static float[] Sorted(ReadOnlySpan<float> places)
    {
        float[] sorted = places.ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
