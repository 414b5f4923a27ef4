using System.Globalization;
using System.Net;
using LisNative.Cli.Bench;

namespace LisNative.Cli.Report;

/// <summary>What a process measured, as a page: the roofline, and every case with its share of the ceiling.</summary>
internal static class BenchPage
{
    /// <summary>Writes it.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal static void Write(string path, Measurements measured) =>
        Page.Write(path, $"Times on {measured.Device.Name}", Sections(measured), "bench");

    private static IEnumerable<string> Sections(Measurements measured)
    {
        yield return $"<p>{WebUtility.HtmlEncode(measured.Where)}, batch {measured.Batch}, caches {measured.Caches}"
            + $"{(measured.Before is null ? "" : $"; {measured.CeilingsText}")}.</p>";
        if (measured.Ceilings is not null && measured.Results.Any(r => r.Gflops > 0))
        {
            yield return new RooflineChart(measured).Html();
        }

        yield return $"""
            <div class="wide"><table><tr><th>case</th><th>ms</th><th>GFLOP/s</th><th>GB/s</th><th>flop/byte</th><th colspan="2">share of the ceiling</th><th class="note">note</th></tr>
            {string.Join('\n', measured.Results.Select(r => Row(r, measured)))}</table></div>
            <p>A share is that of the lower of two: what the matrix product reaches, and what the copy allows at the case's operations a
            byte. Cases whose operations are not counted are compared with the copy alone, and are not in the drawing.</p>
            """;
    }

    private static string Row(Result r, Measurements measured)
    {
        var (limit, note) = (r.Limit(measured.Ceilings), r.Note(measured.Ceilings, measured.Cold));
        return string.Create(CultureInfo.InvariantCulture,
            $"<tr><th scope=\"row\">{WebUtility.HtmlEncode(r.Case.Name)}</th><td>{r.Ms:F3}</td><td>{Number(r.Gflops)}</td>"
            + $"<td>{Number(r.Gbps)}</td><td>{Number(r.Case.Intensity)}</td>"
            + $"<td class=\"bar\">{(limit > 0 ? $"<i style=\"width:{(int)(100 * Math.Min(limit, 1))}%\"></i>" : "")}</td>"
            + $"<td class=\"share\">{(limit > 0 && note != Result.InCache ? limit.ToString("P0", CultureInfo.InvariantCulture) : "")}</td>"
            + $"<td class=\"note\">{note}</td></tr>");
    }

    private static string Number(double value) => value > 0 ? value.ToString("F1", CultureInfo.InvariantCulture) : "";
}
