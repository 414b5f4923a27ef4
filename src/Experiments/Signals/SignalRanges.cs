using System.Text.Json;
using LisNative.Data;

namespace LisNative.Experiments;

/// <summary>Stretches of time that are anomalous, in seconds, both ends included.</summary>
/// <param name="All">The stretches.</param>
/// <param name="AreOfAll">Whether the file does not say which signal they are of.</param>
internal sealed record SignalRanges(IReadOnlyList<(double Start, double End)> All, bool AreOfAll)
{
    /// <summary>
    /// Those of one signal: of JSON {"file.csv": [["start", "end"], …]}, by the file's name with or without folders before it; or of rows
    /// start,end.
    /// </summary>
    /// <exception cref="InputException">They cannot be read, or the file has none of that name.</exception>
    internal static SignalRanges Read(string path, string signal)
    {
        try
        {
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? new(OfJson(path, signal), AreOfAll: false)
                : new(OfRows(path), AreOfAll: true);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                path, $"expected {{\"file.csv\": [[\"start\", \"end\"], …]}} or rows start,end, found none ({e.Message})", e);
        }
    }

    /// <summary>1 for each time within a range.</summary>
    internal int[] Labels(IReadOnlyList<double> times) => [.. times.Select(t => All.Any(r => Holds(r, t)) ? 1 : 0)];

    internal static bool Holds((double Start, double End) range, double time) => time >= range.Start && time <= range.End;

    private static (double, double)[] OfJson(string path, string signal)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var own = json.RootElement.EnumerateObject().Where(p => p.Name.Split('/')[^1] == signal).ToArray();
        return own.Length == 1
            ? [.. own[0].Value.EnumerateArray().Select(r => r.GetArrayLength() == 2 ? Range(path, Text(r[0]), Text(r[1]))
                : throw new InputException(path, $"expected ranges [start, end] of {signal}, found {r.GetRawText()}"))]
            : throw new InputException(
                path, $"expected the ranges of {signal}, found {(own.Length == 0 ? "none" : $"{own.Length}")} of that name");
    }

    private static (double, double)[] OfRows(string path) =>
        [.. File.ReadLines(path).Index().Where(l => l.Item.Trim().Length > 0 && (l.Index > 0 || !IsHeading(l.Item))).Select(l =>
            l.Item.Split(',') is [var start, var end] ? Range($"{path}, line {l.Index + 1}", start, end)
            : throw new InputException(path, $"expected start,end in line {l.Index + 1}, found {l.Item}"))];

    private static bool IsHeading(string line) => line.Split(',').All(c => !Timestamps.TryParse(c, out _));

    private static string Text(JsonElement time) => time.ValueKind == JsonValueKind.String ? time.GetString()! : time.GetRawText();

    private static (double, double) Range(string where, string start, string end) =>
        Timestamps.TryParse(start, out double first) && Timestamps.TryParse(end, out double last) && first <= last ? (first, last)
        : throw new InputException(where, $"expected a time and one that is not before it, found {start} and {end}");
}
