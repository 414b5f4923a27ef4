using System.Globalization;
using System.Net;
using LisNative.Cli.Signals;

namespace LisNative.Cli.Report;

/// <summary>
/// How well a detector finds the events of signals, as a page: figures, and each signal with its scores, alarms and events.
/// </summary>
/// <param name="facts">What was evaluated, in words.</param>
/// <param name="all">The signals with their scores.</param>
/// <param name="rate">The share of false alarms asked for.</param>
/// <param name="warnings">Of the training.</param>
internal sealed class SignalPage(
    IReadOnlyList<(string Name, string Value)> facts, SignalEvaluation all, double rate, IEnumerable<string> warnings)
{
    /// <summary>The one section of the page.</summary>
    internal string Html()
    {
        var figures = all.Figures;
        (string, string)[] shown =
        [
            ("AUROC of rows", Text(figures.Auroc)), ("average precision of rows", Text(figures.AveragePrecision)),
            (string.Create(CultureInfo.InvariantCulture, $"false alarms, {rate:P1} asked for"), Text(figures.FalseAlarms)),
            ("events with an alarm", $"{figures.Found} of {figures.Events}"),
            ("rows from an event's start to its alarm, mean", double.IsNaN(figures.Delay) ? "–" : Text(figures.Delay)),
        ];
        return $"""
            <section>
            <div class="wide"><table class="facts">{Rows(facts)}</table></div>
            {string.Concat(warnings.Select(w => $"<p class=\"warning\">Warning: {WebUtility.HtmlEncode(w)}</p>\n"))}<h2>Figures</h2>
            <p>A row is found by its own score alone; rows of which no window ends have none.</p>
            <div class="wide"><table class="figures">{Rows(shown)}</table></div>
            {string.Join('\n', all.Signals.Select(s => new SignalChart(s, all.Threshold).Html()))}
            </section>
            """;
    }

    private static string Rows(IEnumerable<(string Name, string Value)> rows) => string.Concat(rows.Select(r =>
        $"<tr><th>{WebUtility.HtmlEncode(r.Name)}</th><td>{WebUtility.HtmlEncode(r.Value)}</td></tr>"));

    private static string Text(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
