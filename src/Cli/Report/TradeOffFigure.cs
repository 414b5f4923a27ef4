using LisNative.Experiments;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace LisNative.Cli.Report;

/// <summary>Trade-off curves (figure 4): a colour for each task, dashed after phase 1, solid after phase 2.</summary>
internal static class TradeOffFigure
{
    internal const int Width = 560, Height = 480;

    private static readonly OxyColor[] Colors =
        [OxyColors.SteelBlue, OxyColors.IndianRed, OxyColors.SeaGreen, OxyColors.DarkOrange, OxyColors.MediumPurple];

    /// <summary>What is stored of a pane; null when nothing is.</summary>
    internal static PlotModel? TryCreate(Pane pane, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored)
    {
        var plot = new PlotModel { Title = pane.Title, Background = OxyColors.White };
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomLeft });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "accuracy on normal data", Minimum = 0, Maximum = 1 });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "accuracy on anomalies", Minimum = 0, Maximum = 1 });
        foreach (var (cell, color) in pane.Of(1).Zip(Colors))
        {
            if (stored.GetValueOrDefault(cell.Key) is { } scores)
            {
                plot.Series.Add(Line($"{cell.Task.Normal}, AE", scores["ae"], color, LineStyle.Dash));
                plot.Series.Add(Line($"{cell.Task.Normal}, {cell.Method}", scores["lis-ae"], color, LineStyle.Solid));
            }
        }

        return plot.Series.Count == 0 ? null : plot;
    }

    /// <summary>Draws what is stored of a pane; false when nothing is.</summary>
    internal static bool Draw(string path, Pane pane, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored)
    {
        if (TryCreate(pane, stored) is not { } plot)
        {
            return false;
        }

        AtomicFile.Write(path, stream => Svg.Write(plot, stream, Width, Height));
        return true;
    }

    private static LineSeries Line(string title, CellResult result, OxyColor color, LineStyle style)
    {
        var line = new LineSeries { Title = title, Color = color, LineStyle = style };
        line.Points.AddRange(result.Curve.Select(p => new DataPoint(p.Normal, p.Anomalous)));
        return line;
    }
}
