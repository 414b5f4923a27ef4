using LisNative.Exact;
using MathNet.Numerics.LinearAlgebra;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace LisNative.Cli;

/// <summary>What the linear analysis looks like.</summary>
internal static class TheoryFigures
{
    private const int Shown = 8;

    /// <summary>
    /// The paper's figure 2, eight normal samples (green) and eight anomalies: (a) inputs, (b) orthogonal vectors U_cc, (c) the
    /// autoencoder's reconstruction of (b), (d) the LIS-AE's of (b), (e) the autoencoder's of the inputs, (f) the LIS-AE's. In (b) to (d)
    /// grey is the absolute value.
    /// </summary>
    internal static void Figure2(string path, TheoryReport report, Shape sample)
    {
        Matrix<double> Some(Matrix<double> x) => x.SubMatrix(0, x.RowCount, 0, Math.Min(Shown, x.ColumnCount));
        var pca = report.Pca;
        var inputs = Some(report.Data.HeldOut).Append(Some(report.Data.Anomalies));
        var orthogonal = pca.Uc * pca.Uc.TransposeThisAndMultiply(inputs);
        LinearModel autoencoder = LinearModel.Create(pca, report.B * 0), lis = LinearModel.Create(pca, report.B);
        Matrix<double>[] rows =
        [
            inputs, orthogonal.PointwiseAbs(), autoencoder.Reconstruct(orthogonal).PointwiseAbs(),
            lis.Reconstruct(orthogonal).PointwiseAbs(),
            autoencoder.Reconstruct(inputs), lis.Reconstruct(inputs),
        ];
        ImageGrid.Write(path, sample, [.. rows.Select(r => r.ToColumnMajorArray().Select(v => (float)v).ToArray())],
            (_, column) => column < Math.Min(Shown, report.Data.HeldOut.ColumnCount));
    }

    /// <summary>The singular values of BᵀC⁻⊥, and by how much each latent direction is tilted.</summary>
    internal static void Spectrum(string path, TheoryReport report)
    {
        var plot = new PlotModel { Title = "Tilt of the encoder towards the negatives", Background = OxyColors.White };
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.TopRight });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "number", Minimum = 0 });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "norm", Minimum = 0 });
        plot.Series.Add(Line("singular values of BᵀC⁻⊥", report.Spectrum, OxyColors.SteelBlue));
        plot.Series.Add(Line("row norms: latent directions", report.Tilt, OxyColors.IndianRed));
        AtomicFile.Write(path, stream => Svg.Write(plot, stream, 720, 400));
    }

    private static LineSeries Line(string title, IReadOnlyList<double> values, OxyColor color)
    {
        var line = new LineSeries { Title = title, Color = color, MarkerType = MarkerType.Circle, MarkerSize = 3, MarkerFill = color };
        line.Points.AddRange(values.Select((v, i) => new DataPoint(i + 1, v)));
        return line;
    }
}
