using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Cli.Scoring;

/// <summary>Scores as lines, each as soon as it is known: CSV (RFC 4180) or JSON lines.</summary>
internal sealed class ScoreWriter(TextWriter output, bool jsonLines, float threshold)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal void Header()
    {
        if (!jsonLines)
        {
            output.WriteLine("sample,score,p,anomalous");
        }
    }

    /// <summary>One sample: its name, its score, and its p-value where normal data were held out.</summary>
    internal void Write(string name, float score, double? p)
    {
        bool anomalous = score > threshold;
        output.WriteLine(jsonLines
            ? new JsonObject { ["sample"] = name, ["score"] = score, ["p"] = p, ["anomalous"] = anomalous }.ToJsonString(OneLine)
            : string.Create(CultureInfo.InvariantCulture, $"{Quoted(name)},{score:G9},{p:G6},{(anomalous ? 1 : 0)}"));
    }

    /// <summary>As RFC 4180 has it; no terminal obeys a file's name.</summary>
    private static string Quoted(string name) =>
        Escaped(Console.IsOutputRedirected ? name : string.Concat(name.Select(c => char.IsControl(c) ? '�' : c)));

    /// <summary>A field of a line.</summary>
    internal static string Escaped(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
