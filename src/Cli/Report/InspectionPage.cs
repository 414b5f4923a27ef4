using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Cli.Inspecting;

namespace LisNative.Cli.Report;

/// <summary>
/// How well a detector finds the faults of a test set, as a page: figures, curves, the threshold to move, samples to look at.
/// </summary>
/// <param name="facts">What was evaluated on what, in words.</param>
/// <param name="measured">The figures.</param>
/// <param name="inspection">The scores.</param>
/// <param name="threshold">That normal data chose; +∞ where they were too few.</param>
/// <param name="warnings">Of the training.</param>
internal sealed class InspectionPage(
    IReadOnlyList<(string Name, string Value)> facts, JsonObject measured, Inspection inspection, float threshold,
    IEnumerable<string> warnings)
{
    private const string None = "–";

    private readonly float[] good = inspection.Good.Scores, faulty = inspection.AllFaulty.Scores;

    /// <summary>The one section of the page.</summary>
    internal string Html(ExampleLists examples)
    {
        var axis = new ScoreAxis(good.Concat(faulty), threshold);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <section class="inspection" data-least="{axis.Least:R}" data-most="{axis.Most:R}" data-logarithmic="{(axis.IsLogarithmic ? 1 : 0)}" data-at="{axis.Share(threshold):R}">
            <div class="wide"><table class="facts">{string.Concat(facts.Select(f => Row(f.Name, f.Value)))}</table></div>
            {string.Concat(warnings.Select(w => $"<p class=\"warning\">Warning: {WebUtility.HtmlEncode(w)}</p>\n"))}<h2>Figures</h2>
            <p>Over every threshold.</p>
            <div class="wide"><table class="figures">{string.Concat(Inspection.Figures.Where(f => measured.ContainsKey(f.Key)).Select(f => Row(f.Name, Number(measured[f.Key]))))}</table></div>
            <h2>Threshold</h2>
            {Control()}
            {Outcome()}
            <div class="charts">{ScoreHistogram.Html(axis, good, faulty, threshold)}{RocChart.Html(inspection, FalseAlarms, Missed)}</div>
            <h2>Kinds of faults</h2>
            {Kinds()}
            {examples.Html()}<script type="application/json">{Scores()}</script>
            </section>
            """);
    }

    private double FalseAlarms => measured["falseAlarmRate"]!.GetValue<double>();

    private double Missed => measured["missRate"]!.GetValue<double>();

    /// <summary>What moves the threshold, for the page's script, which shows it.</summary>
    private string Control() => $"""
        <div class="control">
        <p class="move" hidden><label for="threshold">Move it</label> <input id="threshold" type="range" min="0" max="1000" step="1">
        <button type="button">as normal data chose it</button></p>
        <p><span class="nowrap">Flagged is what scores above <b data-value="threshold">{Threshold()}</b>;</span> <span class="nowrap">false alarms <b data-value="falseAlarms">{Percent(FalseAlarms)}</b>,</span>
        <span class="nowrap">missed <b data-value="missed">{Percent(Missed)}</b></span></p>
        </div>
        """;

    private string Outcome()
    {
        int wrong = inspection.Good.Flagged(threshold), missed = inspection.AllFaulty.Passed(threshold);
        return $"""
            <div class="wide"><table class="outcome"><tr><th></th><th>flagged</th><th>passed</th></tr>
            <tr><th scope="row">faulty ({faulty.Length})</th><td>true positives <b data-value="truePositives">{faulty.Length - missed}</b></td><td>false negatives <b data-value="falseNegatives">{missed}</b></td></tr>
            <tr><th scope="row">good ({good.Length})</th><td>false positives <b data-value="falsePositives">{wrong}</b></td><td>true negatives <b data-value="trueNegatives">{good.Length - wrong}</b></td></tr></table></div>
            """;
    }

    private string Kinds() => $"""
        <div class="wide"><table class="kinds"><tr><th>kind</th><th>samples</th><th>AUROC</th><th>missed</th><th>share missed</th></tr>
        {string.Join('\n', inspection.Faulty.Zip(measured["kinds"]!.AsArray(), (set, figures) => Kind(set, figures!)))}</table></div>
        """;

    private string Kind(ScoredSet set, JsonNode figures)
    {
        int missed = set.Passed(threshold);
        return $"<tr><th scope=\"row\">{WebUtility.HtmlEncode(set.Kind)}</th><td>{set.Scores.Length}</td>"
            + $"<td>{Number(figures["auroc"])}</td><td class=\"missed\">{missed}</td>"
            + $"<td class=\"share\">{Percent(missed / (double)set.Scores.Length)}</td></tr>";
    }

    /// <summary>For the page's script: scores from the lowest on, exact as floats are.</summary>
    private string Scores()
    {
        static JsonArray Sorted(float[] scores) =>
            [.. scores.Order().Select(s => (JsonNode?)JsonValue.Create(Math.Clamp(s, float.MinValue, float.MaxValue)))];
        return JsonSerializer.Serialize(new JsonObject
        {
            ["threshold"] = float.IsFinite(threshold) ? threshold : null,
            ["good"] = Sorted(good),
            ["kinds"] = new JsonArray([.. inspection.Faulty.Select(k => Sorted(k.Scores))]),
        });
    }

    private string Threshold() => float.IsFinite(threshold) ? ScoreAxis.Text(threshold) : "∞";

    private static string Row(string name, string value) =>
        $"<tr><th scope=\"row\">{WebUtility.HtmlEncode(name)}</th><td>{WebUtility.HtmlEncode(value)}</td></tr>\n";

    private static string Number(JsonNode? value) =>
        value is null ? None : value.GetValue<double>().ToString("F4", CultureInfo.InvariantCulture);

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:F1} %");
}
