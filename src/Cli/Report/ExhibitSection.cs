using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Experiments;

namespace LisNative.Cli.Report;

/// <summary>One detector in a report: its training, its scores, the threshold to move, and what lies at that border.</summary>
internal static class ExhibitSection
{
    /// <summary>As HTML.</summary>
    internal static string Html(Exhibit exhibit)
    {
        string[] histograms = [.. Enumerable.Range(0, exhibit.Scores.Count).Reverse().Select(score => Histogram(exhibit, score))];
        return $"""
            <section class="exhibit">
            <h2>{WebUtility.HtmlEncode(exhibit.Title)}</h2>
            <div class="charts"><figure>{Charts.Losses(exhibit)}</figure>{string.Concat(histograms)}</div>
            <p><label>Threshold α of {exhibit.Scores[0]} <input class="alpha" type="range" min="0" max="1000"></label> <output class="alpha"></output></p>
            <table class="rates"><tr><th>false alarms (normal above α)</th><th>accuracy on normal</th><th>accuracy on {exhibit.Others}</th><th>balanced accuracy</th></tr>
            <tr><td class="false-alarms"></td><td class="normal"></td><td class="other"></td><td class="balanced"></td></tr></table>
            {Pictures(exhibit)}
            <script type="application/json">{Numbers(exhibit)}</script>
            </section>
            """;
    }

    private static string Histogram(Exhibit exhibit, int score)
    {
        var (image, left, right, minimum, maximum) = Charts.Histogram(exhibit, score);
        return score > 0 ? $"<figure>{image}</figure>" : string.Create(CultureInfo.InvariantCulture,
            $"""<figure class="movable" data-left="{left:F3}" data-right="{right:F3}" data-minimum="{minimum:R}" data-maximum="{maximum:R}">{image}<div class="line"></div></figure>""");
    }

    private static string Pictures(Exhibit exhibit)
    {
        if (exhibit.Pictures is not { } pictures)
        {
            return "";
        }

        string names = string.Join(", ", exhibit.Scores.Reverse().Take(pictures.Rows.Count - 1).Prepend("inputs"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <h3>At the border</h3>
            <p>The samples below with scores nearest to α. Rows: {names}. Green frames are normal, red ones {exhibit.Others}.</p>
            <div class="border"><div><span>taken as normal</span><div class="below"></div></div><div><span>raised as anomalies</span><div class="above"></div></div></div>
            <h3>Reconstructions</h3>
            <p>From the least to the most anomalous of each kind, evenly among their ranks.</p>
            <img class="grid" alt="{names}" data-columns="{pictures.Scores.Count}" src="data:image/png;base64,{Convert.ToBase64String(Grid(pictures, zoom: 1))}">
            """);
    }

    /// <summary>As in figure 3, from the top: inputs, the autoencoder, the LIS-AE.</summary>
    internal static byte[] Grid(Pictures pictures, int zoom) =>
        ImageGrid.Encode([.. pictures.Sample],
            [.. pictures.Rows.Skip(1).Reverse().Prepend(pictures.Rows[0]).Select(r => r.Select(b => b / 255f).ToArray())], (_, column) =>
            column < pictures.NormalCount, zoom);

    private static string Numbers(Exhibit exhibit)
    {
        JsonArray Of(IEnumerable<float> values) =>
            [.. values.Select(v => (JsonNode?)float.Parse(v.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];
        return JsonSerializer.Serialize(
            new JsonObject
            {
                ["normal"] = Of(exhibit.Normal[0]),
                ["other"] = Of(exhibit.Other[0]),
                ["shown"] = Of(exhibit.Pictures?.Scores ?? [])
            });
    }
}
