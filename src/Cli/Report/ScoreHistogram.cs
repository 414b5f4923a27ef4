using System.Globalization;

namespace LisNative.Cli.Report;

/// <summary>How the scores of good samples and of faulty ones are spread, and where a threshold parts them.</summary>
internal static class ScoreHistogram
{
    private const int Bins = 50;

    /// <summary>As a figure.</summary>
    internal static string Html(ScoreAxis axis, float[] good, float[] faulty, float threshold)
    {
        var frame = new ChartFrame(560, 390);
        double[] goodShares = Shares(axis, good), faultyShares = Shares(axis, faulty);
        double most = goodShares.Concat(faultyShares).Max(), at = frame.X(axis.Share(threshold));
        (double, string)[] rows =
            [.. ScoreAxis.Linear(0, most).Select(v => (v / most, string.Create(CultureInfo.InvariantCulture, $"{100 * v:0.##} %")))];
        string inside = string.Create(CultureInfo.InvariantCulture, $"""
            <path class="good" d="{Outline(frame, goodShares, most)}"/><path class="faulty" d="{Outline(frame, faultyShares, most)}"/>
            <path class="threshold" d="M0 {frame.Y(0):F1}V{frame.Y(1):F1}" transform="translate({at:F1} 0)"/>
            """);
        return $"""
            <figure class="histogram">{frame.Svg("Histogram of the scores of good and of faulty samples", axis.IsLogarithmic ? "score, on a logarithmic scale" : "score", "share of the samples", axis.Ticks(), rows, inside)}
            <figcaption><span class="key good">■ good</span><span class="key faulty">■ faulty</span><span class="key">┃ threshold</span></figcaption></figure>
            """;
    }

    private static double[] Shares(ScoreAxis axis, float[] scores)
    {
        var shares = new double[Bins];
        foreach (float score in scores)
        {
            shares[Math.Min((int)(axis.Share(score) * Bins), Bins - 1)] += 1.0 / scores.Length;
        }

        return shares;
    }

    /// <summary>Around all bars, from the floor up and down again.</summary>
    private static string Outline(ChartFrame frame, double[] shares, double most) =>
        frame.Line(shares.SelectMany((share, i) => new[] { (i / (double)Bins, share / most), ((i + 1) / (double)Bins, share / most) })
            .Prepend((0, 0)).Append((1, 0)));
}
