using System.Globalization;
using System.Text;

namespace LisNative.Cli.Report;

/// <summary>
/// A drawing inlined in a page, whose script and colours reach it: the axes, and where shares from 0 to 1 of either are.
/// </summary>
internal sealed class ChartFrame(int width, int height)
{
    private const int Left = 62, Right = 26, Top = 12, Bottom = 46;

    /// <summary>Where the plot is in the drawing, for the page's script.</summary>
    private string Data => $"data-left=\"{Left}\" data-width=\"{width - Left - Right}\" "
        + $"data-top=\"{Top}\" data-height=\"{height - Top - Bottom}\"";

    internal double X(double share) => Left + (share * (width - Left - Right));

    internal double Y(double share) => height - Bottom - (share * (height - Top - Bottom));

    /// <summary>As SVG, with what is drawn inside.</summary>
    internal string Svg(
        string label, string across, string up, (double At, string Text)[] columns, (double At, string Text)[] rows, string inside)
    {
        var axes = new StringBuilder();
        foreach (var (at, text) in columns)
        {
            axes.Append(CultureInfo.InvariantCulture, $"""<text class="tick" text-anchor="middle" x="{X(at):F1}" y="{Y(0) + 17:F1}">{text}</text>""");
        }

        foreach (var (at, text) in rows)
        {
            axes.Append(CultureInfo.InvariantCulture, $"""
                <path class="rule" d="M{X(0):F1} {Y(at):F1}H{X(1):F1}"/><text class="tick" text-anchor="end" x="{X(0) - 6:F1}" y="{Y(at) + 4:F1}">{text}</text>
                """);
        }

        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg class="chart" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" {Data}>
            {axes}<text class="tick" text-anchor="middle" x="{X(0.5):F1}" y="{height - 8}">{across}</text>
            <text class="tick" text-anchor="middle" transform="translate(13 {Y(0.5):F1}) rotate(-90)">{up}</text>
            {inside}</svg>
            """);
    }

    /// <summary>A line through points, as the data of a path, without those between two others on a level or upright line.</summary>
    internal string Line(IEnumerable<(double X, double Y)> shares)
    {
        var kept = new List<(string X, string Y)>();
        foreach (var (x, y) in shares)
        {
            static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
            var point = (X: Text(X(x)), Y: Text(Y(y)));
            if (kept is [.., var before, var last]
                && ((before.X == last.X && last.X == point.X) || (before.Y == last.Y && last.Y == point.Y)))
            {
                kept[^1] = point;
            }
            else if (kept.Count == 0 || kept[^1] != point)
            {
                kept.Add(point);
            }
        }

        return $"M{string.Join('L', kept.Select(p => $"{p.X} {p.Y}"))}";
    }
}
