using System.Globalization;
using System.Net;
using LisNative.Cli.Bench;

namespace LisNative.Cli.Report;

/// <summary>The roofline: GFLOP/s against operations a byte, both logarithmic, under what memory and arithmetic allow.</summary>
internal sealed class RooflineChart
{
    private const int Width = 860, Height = 460;

    private readonly ChartFrame frame = new(Width, Height);
    private readonly Ceilings ceilings;
    private readonly Result[] shown;
    private readonly bool cold;

    /// <summary>The powers of ten at which the axes begin and end.</summary>
    private readonly int left, right, bottom, top;

    internal RooflineChart(Measurements measured)
    {
        (ceilings, cold) = (measured.Ceilings!, measured.Cold);
        shown = [.. measured.Results.Where(r => r.Gflops > 0)];
        double ridge = ceilings.Gflops / ceilings.Gbps;
        (left, right) = Powers(shown.Select(r => r.Case.Intensity).Append(ridge));
        (bottom, top) = Powers(shown.Select(r => r.Gflops).Append(ceilings.Gflops));
    }

    /// <summary>As a figure.</summary>
    internal string Html() => $"""
        <figure class="roofline">{frame.Svg("Roofline: GFLOP/s against operations a byte", "flop/byte, logarithmic", "GFLOP/s, logarithmic", Ticks(left, right), Ticks(bottom, top), string.Concat(shown.Select(Dot)) + Roof())}
        <figcaption>A dot a case; hover for its name. Hollow: Winograd's form, in cache, or above the ceiling.</figcaption></figure>
        """;

    /// <summary>From the left edge, or where it comes up through the floor, over the ridge to the right edge.</summary>
    private string Roof()
    {
        double start = Math.Max(Math.Pow(10, left), Math.Pow(10, bottom) / ceilings.Gbps), ridge = ceilings.Gflops / ceilings.Gbps,
            middle = Math.Sqrt(start * ridge), end = Math.Pow(10, right);
        var (memory, arithmetic) = (Point(middle, ceilings.At(middle)), Point(end, ceilings.Gflops));
        string line = frame.Line([Shares(start, ceilings.At(start)), Shares(ridge, ceilings.Gflops), Shares(end, ceilings.Gflops)]);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <path class="roof" d="{line}"/>
            <text class="tick over" x="{memory.X + 8:F1}" y="{memory.Y + 14:F1}">{ceilings.Gbps:F1} GB/s ({Ceilings.Copy})</text>
            <text class="tick over" text-anchor="end" x="{arithmetic.X:F1}" y="{arithmetic.Y - 8:F1}">{ceilings.Gflops:F1} GFLOP/s ({Ceilings.Product})</text>
            """);
    }

    private string Dot(Result r)
    {
        var (x, y) = Point(r.Case.Intensity, r.Gflops);
        string kind = r.Note(ceilings, cold) is null ? "dot" : "dot noted";
        return string.Create(CultureInfo.InvariantCulture, $"""
            <circle class="{kind}" r="4.5" cx="{x:F1}" cy="{y:F1}"><title>{WebUtility.HtmlEncode(r.Case.Name)}: {r.Gflops:F1} GFLOP/s at {r.Case.Intensity:F1} flop/byte, {r.Limit(ceilings):P0} of the ceiling</title></circle>

            """);
    }

    private (double X, double Y) Point(double intensity, double gflops) =>
        Shares(intensity, gflops) is var (x, y) ? (frame.X(x), frame.Y(y)) : default;

    private (double X, double Y) Shares(double intensity, double gflops) =>
        ((Math.Log10(intensity) - left) / (right - left), (Math.Log10(gflops) - bottom) / (top - bottom));

    private static (int From, int To) Powers(IEnumerable<double> values)
    {
        double[] logarithms = [.. values.Select(Math.Log10)];
        return ((int)Math.Floor(logarithms.Min() - 0.1), (int)Math.Ceiling(logarithms.Max() + 0.1));
    }

    private static (double, string)[] Ticks(int from, int to) => [.. Enumerable.Range(from, to - from + 1)
        .Select(p => ((p - from) / (double)(to - from), Math.Pow(10, p).ToString("0.#########", CultureInfo.InvariantCulture)))];
}
