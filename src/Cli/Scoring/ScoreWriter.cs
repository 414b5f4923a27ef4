using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Cli.Scoring;

/// <summary>Scores as lines, those of a batch as soon as they are known: CSV (RFC 4180) or JSON lines.</summary>
/// <param name="output">Where they are written.</param>
/// <param name="jsonLines">Whether each is an object.</param>
/// <param name="reasons">Whether the columns that made a score so are told.</param>
/// <param name="timed">Whether the times of samples are told.</param>
internal sealed class ScoreWriter(TextWriter output, bool jsonLines, bool reasons, bool timed)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes all, under a heading where there is one.</summary>
    internal void Write(IEnumerable<RatedBatch> rated)
    {
        bool first = true;
        var lines = new StringBuilder();
        foreach (var batch in rated)
        {
            if (first && !jsonLines)
            {
                lines.AppendLine($"sample,{(timed ? "time," : "")}score,p,anomalous{(reasons ? ",columns" : "")}");
            }

            first = false;
            for (int i = 0; i < batch.Scores.Length; i++)
            {
                lines.AppendLine(jsonLines ? Object(batch, i).ToJsonString(OneLine) : Line(batch, i));
            }

            output.Write(lines.ToString());     // at once, and before the next rows are waited for
            lines.Clear();
        }
    }

    /// <summary>A score; null where there is none (NaN).</summary>
    internal static JsonNode? Json(float score) => float.IsNaN(score) ? null : score;

    /// <summary>The columns of a row, and their shares, as JSON.</summary>
    internal static JsonArray Json(IReadOnlyList<ColumnShare> reasons) => [.. reasons.Select(r => (JsonNode)new JsonObject
    {
        ["column"] = r.Column,
        ["value"] = Json(r.Value),
        ["expected"] = Json(r.Expected),
        ["share"] = Math.Round(r.Share, 4),
    })];

    private static JsonNode Json(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number : text;

    private JsonObject Object(RatedBatch batch, int i)
    {
        var line = new JsonObject { ["sample"] = batch.Names[i] };
        if (timed)
        {
            line["time"] = batch.Times?[i];
        }

        (line["score"], line["p"], line["anomalous"]) = (Json(batch.Scores[i]), batch.PValues[i], batch.Anomalous[i]);
        if (batch.Reasons is { } reasons)
        {
            line["columns"] = Json(reasons[i]);
        }

        return line;
    }

    private string Line(RatedBatch batch, int i)
    {
        string why = batch.Reasons is not { } reasons ? "" : $",{Quoted(string.Join("; ", reasons[i]
            .Select(r => string.Create(
                CultureInfo.InvariantCulture, $"{r.Column}={r.Value} (expected {r.Expected}) {100 * r.Share:F0} %"))))}";
        float? score = float.IsNaN(batch.Scores[i]) ? null : batch.Scores[i];
        return string.Create(CultureInfo.InvariantCulture, $"{Quoted(batch.Names[i])},{(timed ? $"{batch.Times?[i]}," : "")}{score:G9},"
            + $"{batch.PValues[i]:G6},{(batch.Anomalous[i] ? 1 : 0)}{why}");
    }

    /// <summary>As RFC 4180 has it; no terminal obeys a file's name.</summary>
    private static string Quoted(string name) =>
        Escaped(Console.IsOutputRedirected ? name : string.Concat(name.Select(c => char.IsControl(c) ? '�' : c)));

    /// <summary>A field of a line.</summary>
    internal static string Escaped(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
