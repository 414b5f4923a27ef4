using System.Globalization;
using System.Net;
using System.Text;
using LisNative.Cli.Signals;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Report;

/// <summary>
/// A signal over time as a drawing: its columns, below them its scores with the threshold, alarms, and the labelled events.
/// </summary>
/// <param name="signal">With its scores.</param>
/// <param name="threshold">Above it is an alarm.</param>
internal sealed class SignalChart(ScoredSignal signal, float threshold)
{
    /// <summary>Of the drawing, in pixels; of more columns the first are drawn.</summary>
    private const int Left = 90, Width = 980, Panel = 90, Between = 14, Bottom = 40, MostColumns = 8;

    private readonly int count = signal.Scores.Length;

    /// <summary>As a figure.</summary>
    internal string Html()
    {
        var rows = signal.Rows;
        int columns = rows.SampleShape.Count, drawn = Math.Min(columns, MostColumns), height = ((drawn + 1) * (Panel + Between)) + Bottom;
        float[] values = rows.ToFloats();
        var inside = new StringBuilder();
        foreach (var e in SignalFigures.EventsOf(rows.Labels))
        {
            double from = X(e.First), wide = Math.Max(1, X(e.End) - from);
            inside.Append(CultureInfo.InvariantCulture, $"""<rect class="event" x="{from:F1}" width="{wide:F1}" y="0" height="{height - Bottom}"/>""");
        }

        for (int column = 0; column < drawn; column++)
        {
            float[] own = [.. Enumerable.Range(0, count).Select(i => values[(i * columns) + column])];
            inside.Append(Line(rows.NameOf(column), column, own));
        }

        inside.Append(Line("score", drawn, signal.Scores)).Append(Alarms(drawn));
        string ends = rows.Times is { } times ? $"{Timestamps.Text(times[0])} to {Timestamps.Text(times[^1])}" : $"rows 0 to {count - 1}";
        string name = WebUtility.HtmlEncode(rows.Name), left = columns > drawn ? $"; {columns - drawn} more columns are not drawn" : "";
        return $"""
            <figure class="signal"><h2>{name}</h2>
            <svg class="chart" role="img" aria-label="{name}" viewBox="0 0 {Left + Width} {height}">{inside}<text class="tick" text-anchor="middle" x="{Left + (Width / 2)}" y="{height - 8}">{ends}</text></svg>
            <figcaption>Shaded: labelled events. Marks below: alarms. Dashed: the threshold{left}.</figcaption></figure>
            """;
    }

    private double X(double row) => Left + (row / count * Width);

    /// <summary>The least and the greatest number of each pixel's rows, so that nothing short is lost.</summary>
    private string Line(string name, int panel, float[] values)
    {
        bool isScore = ReferenceEquals(values, signal.Scores);
        float[] known = [.. values.Where(v => !float.IsNaN(v))];
        var (low, high) = known.Length == 0 ? (0, 1) : Range(known, isScore);
        var path = new StringBuilder();
        bool drawing = false;
        for (int pixel = 0; pixel < Math.Min(Width, count); pixel++)
        {
            int first = (int)((long)pixel * count / Math.Min(Width, count)), end = (int)((pixel + 1L) * count / Math.Min(Width, count));
            float[] own = [.. values[first..end].Where(v => !float.IsNaN(v))];
            if (own.Length > 0)
            {
                double y(float v) => Y(panel, (Math.Clamp(v, low, high) - low) / (high - low));
                path.Append(CultureInfo.InvariantCulture, $"{(drawing ? 'L' : 'M')}{X(first):F1} {y(own.Min()):F1}V{y(own.Max()):F1}");
            }

            drawing = own.Length > 0;
        }

        string limit = !isScore || !float.IsFinite(threshold) ? "" : string.Create(CultureInfo.InvariantCulture,
            $"""<path class="threshold" d="M{Left} {Y(panel, (threshold - low) / (high - low)):F1}H{Left + Width}"/>""");
        return string.Create(CultureInfo.InvariantCulture, $"""
            <text class="tick" text-anchor="end" x="{Left - 8}" y="{Y(panel, 0.5) + 4:F1}">{WebUtility.HtmlEncode(name)}</text>
            <path class="rule" d="M{Left} {Y(panel, 0):F1}H{Left + Width}"/><path class="{(isScore ? "score" : "line")}" d="{path}"/>{limit}
            """);
    }

    /// <summary>Of scores all that is not far above the threshold and the most of them.</summary>
    private (float Low, float High) Range(float[] known, bool isScore)
    {
        const double Shown = 0.995;
        float[] sorted = [.. known.Order()];
        float low = sorted[0], high = !isScore ? sorted[^1]
            : Math.Max(sorted[(int)(Shown * (sorted.Length - 1))], float.IsFinite(threshold) ? threshold : low);
        return high > low ? (low, high) : (low, low + 1);
    }

    private static double Y(int panel, double share) => ((panel + 1) * (Panel + Between)) - (share * Panel);

    private string Alarms(int panel)
    {
        double y = Y(panel, 0) + 4;
        return $"""<path class="alarm" d="{string.Concat(SignalFigures.EventsOf([.. signal.Scores.Select(s => s > threshold ? 1 : 0)])
            .Select(e => string.Create(CultureInfo.InvariantCulture, $"M{X(e.First):F1} {y:F1}H{Math.Max(X(e.First) + 1, X(e.End)):F1}")))}"/>""";
    }
}
