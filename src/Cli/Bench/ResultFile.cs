using System.Text.Json;

namespace LisNative.Cli.Bench;

/// <summary>What one process or several measured, as their --json lines have it.</summary>
/// <param name="Cases">Milliseconds of every case's runs, by processes.</param>
/// <param name="Ceilings">Before and after each process's cases.</param>
/// <param name="Settings">Devices, threads, batches and caches, in words.</param>
internal sealed record ResultFile(
    IReadOnlyDictionary<string, List<double[]>> Cases, IReadOnlyList<(Ceilings Before, Ceilings After)> Ceilings,
    IReadOnlySet<string> Settings)
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It cannot be read, or holds something else.</exception>
    internal static ResultFile Read(string path)
    {
        var cases = new Dictionary<string, List<double[]>>(StringComparer.Ordinal);
        var (ceilings, settings) = (new List<(Ceilings, Ceilings)>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (number, text) in ShapeCases.Lines(path).Index().Where(l => !string.IsNullOrWhiteSpace(l.Item)))
        {
            var line = Parse($"{path}, line {number + 1}", text);
            if (line.GflopsAfter > 0 && line.GbpsAfter > 0)
            {
                ceilings.Add((new(line.GflopsBefore, line.GbpsBefore), new(line.GflopsAfter, line.GbpsAfter)));
            }
            else if (line.Times is { } times)
            {
                cases.TryAdd(line.Case!, []);
                cases[line.Case!].Add(times);
                settings.Add($"{line.Device}, {line.Threads} threads, batch {line.Batch}, caches {line.Caches}");
            }
        }

        return cases.Count > 0 ? new(cases, ceilings, settings)
            : throw new InputException(path, "expected lines of lisnative bench --json, found none with a time");
    }

    /// <summary>How far the copy moved from one file to the other, and any ceiling within a process, as logarithms.</summary>
    internal (double Between, double Within) Drift(ResultFile other)
    {
        static double Moved(double from, double to) => Math.Abs(Math.Log(to / from));
        static double Copy(ResultFile file) => Robust.Median([.. file.Ceilings.Select(c => c.Before.Or(c.After).Gbps)]);
        return (Ceilings.Count > 0 && other.Ceilings.Count > 0 ? Moved(Copy(this), Copy(other)) : 0,
            Ceilings.Concat(other.Ceilings)
                .Select(c => Math.Max(Moved(c.Before.Gflops, c.After.Gflops), Moved(c.Before.Gbps, c.After.Gbps))).DefaultIfEmpty().Max());
    }

    private static Line Parse(string where, string text)
    {
        const string Expected = "expected a line of lisnative bench --json";
        try
        {
            return JsonSerializer.Deserialize<Line>(text, Names) is { Case: not null } line && line.Times?.All(ms => ms > 0) != false ? line
                : throw new InputException(where, $"{Expected}, found one without a case, or with a time that is not above 0");
        }
        catch (JsonException e)
        {
            throw new InputException(where, $"{Expected}, found \"{(text.Length > 60 ? $"{text[..60]}…" : text)}\"", e);
        }
    }

    private sealed record Line(
        string? Case, double[]? Ms, double? MsMedian, string? Device, int Threads, int Batch, string? Caches, double GflopsBefore,
        double GflopsAfter, double GbpsBefore, double GbpsAfter)
    {
        /// <summary>A peer's line may have the median alone.</summary>
        internal double[]? Times => Ms is { Length: > 0 } ? Ms : MsMedian is { } median ? [median] : null;
    }
}
