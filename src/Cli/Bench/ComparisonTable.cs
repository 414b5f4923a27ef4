using System.Globalization;
using System.Text.Json.Nodes;

namespace LisNative.Cli.Bench;

/// <summary>Two files of results, case by case, in the order of the new one.</summary>
internal static class ComparisonTable
{
    /// <summary>Its lines, as text or as JSON.</summary>
    /// <exception cref="InputException">A file cannot be read, or they have no case in common.</exception>
    internal static IEnumerable<string> Of(string oldPath, string newPath, bool json)
    {
        ResultFile before = ResultFile.Read(oldPath), after = ResultFile.Read(newPath);
        string[] settings = [.. before.Settings.Union(after.Settings)];
        if (settings.Length > 1)
        {
            Terminal.Warn($"the files differ in more than the build: {string.Join("; ", settings)}");
        }

        var all = Comparison.All(before, after);
        return all.Length == 0 ? throw new InputException(newPath, $"expected a case that is in {oldPath} too, found none")
            : json ? all.Select(Json) : [Header, .. all.Select(Text), Sum(all, before.Cases.Count, after.Cases.Count)];
    }

    private static string Header => $"{"case",-32}{"old, ms",12}{"new, ms",12}{"spread",9}{"ratio",8}  verdict";

    private static string Text(Comparison c) => string.Create(CultureInfo.InvariantCulture,
        $"{c.Case,-32}{c.Old,12:F4}{c.New,12:F4}{c.Spread,9:P1}{c.Ratio,8:F3}  {c.Verdict}");

    private static string Json(Comparison c) => new JsonObject
    {
        ["case"] = c.Case,
        ["old_ms"] = Math.Round(c.Old, 6),
        ["new_ms"] = Math.Round(c.New, 6),
        ["spread"] = Math.Round(c.Spread, 4),
        ["noise"] = Math.Round(c.Noise, 4),
        ["ratio"] = Math.Round(c.Ratio, 4),
        ["verdict"] = c.Verdict,
    }.ToJsonString();

    private static string Sum(Comparison[] all, int before, int after)
    {
        int Count(string verdict) => all.Count(c => c.Verdict == verdict);
        return $"{Count("faster")} faster, {Count("slower")} slower, {Count("same")} same"
            + (before > all.Length ? $"; {before - all.Length} in the old file alone" : "")
            + (after > all.Length ? $"; {after - all.Length} in the new file alone" : "");
    }
}
