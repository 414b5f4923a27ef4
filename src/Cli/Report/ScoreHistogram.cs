using System.Globalization;

namespace LisNative.Cli.Report;

/// <summary>How the scores of good samples and of faulty ones are spread, and where a threshold parts them.</summary>
internal static class ScoreHistogram
{
    private const int FewestBins = 12, MostBins = 60, Width = 560, Height = 390;

    /// <summary>As a figure.</summary>
    internal static string Html(ScoreAxis axis, float[] good, float[] faulty, float threshold)
    {
        var frame = new ChartFrame(Width, Height);
        int bins = Math.Clamp((int)(3 * Math.Sqrt(Math.Min(good.Length, faulty.Length))), FewestBins, MostBins);
        double[] goodShares = Shares(axis, good, bins), faultyShares = Shares(axis, faulty, bins);
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

    private static double[] Shares(ScoreAxis axis, float[] scores, int bins)
    {
        var shares = new double[bins];
        foreach (float score in scores)
        {
            shares[Math.Min((int)(axis.Share(score) * bins), bins - 1)] += 1.0 / scores.Length;
        }

        return shares;
    }

    /// <summary>Around all bars, from the floor up and down again.</summary>
    private static string Outline(ChartFrame frame, double[] shares, double most) =>
        frame.Line(shares.SelectMany((share, i) => new[] { i, i + 1 }.Select(edge => (edge / (double)shares.Length, share / most)))
            .Prepend((0, 0)).Append((1, 0)));
}
