using OxyPlot;

namespace LisNative.Cli;

/// <summary>Plots as SVG, in whatever sans-serif font the viewer has.</summary>
internal static class Svg
{
    internal static void Write(PlotModel plot, Stream to, int width, int height)
    {
        plot.DefaultFont = "sans-serif";
        new SvgExporter { Width = width, Height = height, TextMeasurer = new WideText(width, height) }.Export(plot, to);
    }

    /// <summary>
    /// OxyPlot measures with Helvetica and clips at what it measured; Verdana and DejaVu Sans, which Linux often has alone, are wider by up
    /// to a half and taller.
    /// </summary>
    private sealed class WideText(int width, int height) : PdfRenderContext(width, height, OxyColors.Undefined)
    {
        private const double Wider = 1.5, Taller = 1.25;

        public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
        {
            var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
            return new(size.Width * Wider, size.Height * Taller);
        }
    }
}
