using System.Globalization;
using System.Net;
using LisNative.Cli.Inspecting;
using LisNative.Scoring;

namespace LisNative.Cli.Report;

/// <summary>The ROC curve: the share of faults found against the share of false alarms, over every threshold.</summary>
internal static class RocChart
{
    /// <summary>More kinds than the first are drawn together alone.</summary>
    private const int MostKinds = 5, Width = 420, Height = 390;

    private static readonly (double, string)[] Tenths = [.. Enumerable.Range(0, 6).Select(i => (i / 5.0, $"{20 * i} %"))];

    /// <summary>As a figure, with the point of a threshold.</summary>
    internal static string Html(Inspection inspection, double falseAlarms, double missed)
    {
        var (good, faulty, all) = (inspection.Good, inspection.Faulty, inspection.AllFaulty);
        var frame = new ChartFrame(Width, Height);
        bool each = faulty.Count is > 1 and <= MostKinds;
        string kinds = each ? string.Concat(faulty.Select((k, i) => Curve(frame, good, k, $"kind k{i}"))) : "",
            legend = each ? string.Concat(faulty.Select((k, i) => Entry($"kind k{i}", k.Kind!)).Prepend(Entry("all", all.Kind!))) : "";
        string inside = string.Create(CultureInfo.InvariantCulture, $"""
            <path class="chance" d="{frame.Line([(0, 0), (1, 1)])}"/>{kinds}{Curve(frame, good, all, "all")}
            <circle class="point" r="6" cx="{frame.X(falseAlarms):F1}" cy="{frame.Y(1 - missed):F1}"/>
            """);
        return $"""
            <figure class="roc">{frame.Svg("ROC curve: faults found against false alarms", "good samples flagged (false alarms)", "faults found", Tenths, Tenths, inside)}
            <figcaption>{legend}<span class="key">● at the threshold</span></figcaption></figure>
            """;
    }

    private static string Entry(string kind, string name) =>
        $"""<span class="key"><svg viewBox="0 0 24 8" aria-hidden="true"><path class="{kind}" d="M0 4H24"/></svg> {WebUtility.HtmlEncode(name)}</span>""";

    private static string Curve(ChartFrame frame, ScoredSet good, ScoredSet faulty, string kind) =>
        $"""<path class="{kind}" d="{frame.Line(Metrics.Roc(good.Scores, faulty.Scores))}"/>""";
}
