using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Cli.Scoring;

namespace LisNative.Cli.Bench;

/// <summary>What one process measured, as people and programs read it.</summary>
/// <param name="Device">Where.</param>
/// <param name="Batch">Samples of a layer, a step or a score.</param>
/// <param name="Cold">Whether caches were flushed before each run.</param>
/// <param name="Before">The ceilings before all cases; null where no case counts operations or bytes.</param>
/// <param name="After">And after them.</param>
/// <param name="Results">Of the cases.</param>
internal sealed record Measurements(
    Device Device, int Batch, bool Cold, Ceilings? Before, Ceilings? After, IReadOnlyList<Result> Results)
{
    private static readonly string[] Columns =
    [
        "case", "ms_median", "ms_min", "host_ms_median", "gflops", "gbps", "intensity", "limit", "note", "caches", "batch", "threads",
        "device", "backend", "command",
    ];

    /// <summary>The better of those before and after.</summary>
    internal Ceilings? Ceilings => Before?.Or(After);

    /// <summary>The device, in words.</summary>
    internal string Where => $"{Device} ({Device.Backend.Info.Description})";

    internal string Caches => Cold ? "cold" : "warm";

    /// <summary>Both ceilings, before and after, in words; empty where none were measured.</summary>
    internal string CeilingsText => Before is null ? "" : string.Create(CultureInfo.InvariantCulture,
        $"ceilings before and after: {Before.Gflops:F1} and {After?.Gflops:F1} GFLOP/s ({Bench.Ceilings.Product}), "
        + $"{Before.Gbps:F1} and {After?.Gbps:F1} GB/s ({Bench.Ceilings.Copy})");

    internal IEnumerable<string> Text() =>
    [
        $"{Where}, caches {Caches}; one case again: lisnative bench --device {Device.Name} --batch {Batch} --only CASE",
        .. Results.Select(Text), .. Before is null ? [] : new[] { CeilingsText },
    ];

    /// <summary>A line a case, one for the ceilings, and one for the memory.</summary>
    internal IEnumerable<string> JsonLines()
    {
        JsonObject[] ceilings = Before is null ? [] : [new()
        {
            ["case"] = "ceilings",
            ["gflops_before"] = Math.Round(Before.Gflops, 1),
            ["gflops_after"] = Rounded(After?.Gflops ?? 0, 1),
            ["gbps_before"] = Math.Round(Before.Gbps, 1),
            ["gbps_after"] = Rounded(After?.Gbps ?? 0, 1),
        }];
        JsonObject memory = new()
        {
            ["case"] = "peak_rss_mib",
            ["mib"] = Process.GetCurrentProcess().PeakWorkingSet64 >> 20,
            ["threads"] = Device.DefaultThreads,
        };
        return Results.Select(Json).Concat(ceilings).Append(memory).Select(line => line.ToJsonString());
    }

    /// <summary>A header, and a line a case.</summary>
    internal IEnumerable<string> Csv() => Results.Select(Json)
        .Select(line => string.Join(',', Columns.Select(c => ScoreWriter.Escaped(line[c]?.ToString() ?? ""))))
        .Prepend(string.Join(',', Columns));

    private string Text(Result r)
    {
        string Part(double value, FormattableString text) =>
            value > 0 ? text.ToString(CultureInfo.InvariantCulture) : new(' ', text.ToString(CultureInfo.InvariantCulture).Length);
        var (limit, note) = (r.Limit(Ceilings), r.Note(Ceilings, Cold));
        string share = note == Result.InCache ? note : limit > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{limit,5:P0} of the ceiling{(note is null ? "" : $", {note}")}") : "";
        return (string.Create(CultureInfo.InvariantCulture, $"{r.Case.Name,-28}{r.Ms,10:F3} ms ")
            + Part(r.Gflops, $"{r.Gflops,8:F1} GFLOP/s ") + Part(r.Gbps, $"{r.Gbps,7:F1} GB/s ")
            + Part(r.Case.Intensity, $"{r.Case.Intensity,7:F1} flop/byte ") + share).TrimEnd();
    }

    private JsonObject Json(Result r)
    {
        var line = new JsonObject
        {
            ["case"] = r.Case.Name,
            ["ms_median"] = Math.Round(r.Ms, 4),
            ["ms_min"] = Math.Round(r.Timing.Whole.Min(), 4),
            ["host_ms_median"] = Math.Round(Robust.Median(r.Timing.Host), 4),
            ["batch"] = Batch,
            ["threads"] = Device.DefaultThreads,
            ["caches"] = Caches,
            ["device"] = Device.Name,
            ["backend"] = Device.Backend.Info.Description,
            ["command"] = $"lisnative bench --device {Device.Name} --batch {Batch}{(Cold ? " --flush" : "")} "
                + (r.Case.Line is { } own ? $"--case \"{own}\"" : $"--only {r.Case.Name}"),
            ["gflops"] = Rounded(r.Gflops, 1),
            ["gbps"] = Rounded(r.Gbps, 1),
            ["intensity"] = Rounded(r.Case.Intensity, 3),
            ["limit"] = Rounded(r.Limit(Ceilings), 3),
            ["note"] = r.Note(Ceilings, Cold),
            ["ms"] = new JsonArray([.. r.Timing.Whole.Select(ms => Math.Round(ms, 6))]),
        };
        foreach (string absent in line.Where(f => f.Value is null).Select(f => f.Key).ToArray())
        {
            line.Remove(absent);
        }

        return line;
    }

    /// <summary>Null for 0: there is none.</summary>
    private static double? Rounded(double value, int digits) => value > 0 ? Math.Round(value, digits) : null;
}
