using System.Net;
using LisNative.Experiments;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LisNative.Cli.Report;

/// <summary>The charts of a report as HTML images: inlined SVG would share its names with every other one on the page.</summary>
internal static class Charts
{
    private const int Width = 520, Height = 300, Bins = 60;

    private static readonly OxyColor Normal = OxyColor.FromAColor(150, OxyColors.SeaGreen),
        Other = OxyColor.FromAColor(150, OxyColors.IndianRed);
    private static readonly OxyColor[] Phases = [OxyColors.SteelBlue, OxyColors.DarkOrange, OxyColors.MidnightBlue, OxyColors.SaddleBrown];

    /// <summary>The loss along every phase.</summary>
    internal static string Losses(Exhibit exhibit)
    {
        var plot = Plot("Loss against the share of the phase's steps");
        foreach (var ((phase, losses), color) in exhibit.Training.Zip(Phases))
        {
            var line = new LineSeries { LineStyle = LineStyle.Solid, Color = color };
            line.Points.AddRange(losses.Select((loss, i) => new DataPoint((i + 0.5) / losses.Length, loss)));
            plot.Series.Add(line);
        }

        return Image(plot) + Caption(exhibit.Training.Keys.Zip(Phases));
    }

    /// <summary>
    /// How the scores of normal samples and others are spread, and where in the drawing the axis of scores begins and ends, in hundredths
    /// of its width.
    /// </summary>
    internal static (string Image, double Left, double Right, double Minimum, double Maximum) Histogram(Exhibit exhibit, int score)
    {
        float[][] all = [.. exhibit.Normal.Concat(exhibit.Other).Where(s => s.Length > 0)];
        double least = Math.Min(0, all.Min(s => s[0])), most = all.Max(s => s[^1]);
        var plot = Plot($"Shares of samples by their score of {exhibit.Scores[score]}");
        plot.Axes[0].Minimum = least;
        plot.Axes[0].Maximum = most;
        plot.Series.Add(Bars(exhibit.Normal[score], Normal, least, most));
        if (exhibit.Other[score].Length > 0)
        {
            plot.Series.Add(Bars(exhibit.Other[score], Other, least, most));
        }

        string image = Image(plot) + Caption([("normal", Normal), (exhibit.Others, Other)]);
        return (image, 100 * plot.PlotArea.Left / Width, 100 * plot.PlotArea.Right / Width, least, most);
    }

    /// <summary>A plot within the page.</summary>
    internal static string Image(PlotModel plot, int width = Width, int height = Height)
    {
        using var svg = new MemoryStream();
        Svg.Write(plot, svg, width, height);
        return $"<img alt=\"{WebUtility.HtmlEncode(plot.Title)}\" "
            + $"src=\"data:image/svg+xml;base64,{Convert.ToBase64String(svg.ToArray())}\">";
    }

    private static RectangleBarSeries Bars(float[] scores, OxyColor color, double least, double most)
    {
        var bars = new RectangleBarSeries { FillColor = color, StrokeThickness = 0 };
        double width = Math.Max((most - least) / Bins, 1e-12);
        foreach (var bin in scores.GroupBy(s => Math.Min((int)((s - least) / width), Bins - 1)))
        {
            bars.Items.Add(new(least + (bin.Key * width), 0, least + ((bin.Key + 1) * width), bin.Count() / (double)scores.Length));
        }

        return bars;
    }

    private static PlotModel Plot(string title)
    {
        var plot = new PlotModel { Title = title, TitleFontSize = 13, Background = OxyColors.White };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0 });
        return plot;
    }

    /// <summary>A legend in the page's own letters: a drawing does not know how wide they are.</summary>
    private static string Caption(IEnumerable<(string Name, OxyColor Color)> series) =>
        $"<figcaption>{string.Join(", ", series.Select(s =>
            $"<span style=\"color:rgb({s.Color.R},{s.Color.G},{s.Color.B})\">■</span> {WebUtility.HtmlEncode(s.Name)}"))}</figcaption>";
}
