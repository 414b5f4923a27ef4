using LisNative.Data;
using LisNative.Numerics;

namespace LisNative.Experiments;

/// <summary>
/// A baseline: each column of a row as a linear function of all rows before it in the window, by ridge least squares in closed form. The
/// score is the sum of the squared residuals, each over its mean on the normal data.
/// </summary>
internal static class Autoregression
{
    /// <summary>λ, for each window that is learnt from; columns are standardised.</summary>
    private const double Ridge = 1e-3;

    /// <summary>Learns from some windows and scores others.</summary>
    internal static float[] Score(Dataset normal, Dataset windows)
    {
        var scaler = Scaler.Fit(normal);
        int columns = normal.RowLength, inputs = normal.SampleShape.Count - columns + 1;
        double[][] learnt = Rows(scaler.Apply(normal), inputs), asked = Rows(scaler.Apply(windows), inputs);
        double[][] products = [.. Enumerable.Range(0, inputs).Select(i => new double[inputs])],
            targets = [.. Enumerable.Range(0, columns).Select(_ => new double[inputs])];
        foreach (double[] row in learnt)
        {
            var x = row.AsSpan(0, inputs);
            for (int i = 0; i < inputs; i++)
            {
                Vectors.Add(products[i], x, x[i]);
            }

            for (int c = 0; c < columns; c++)
            {
                Vectors.Add(targets[c], x, row[inputs + c]);
            }
        }

        for (int i = 0; i < inputs; i++)
        {
            products[i][i] += Ridge * learnt.Length;
        }

        // (L·Lᵀ)⁻¹·y = (L⁻¹)ᵀ·(L⁻¹·y).
        double[][] inverse = Cholesky.InvertedFactor(products), weights = [.. targets.Select(y =>
        {
            var w = new double[inputs];
            for (int i = 0; i < inputs; i++)
            {
                Vectors.Add(w, inverse[i], Vectors.Dot(inverse[i], y));
            }

            return w;
        })];
        double Square(double[] row, int c) => Math.Pow(row[inputs + c] - Vectors.Dot(row.AsSpan(0, inputs), weights[c]), 2);
        double[] mean = [.. Enumerable.Range(0, columns).Select(c => Math.Max(learnt.Average(row => Square(row, c)), 1e-12))];
        return [.. asked.Select(row => (float)Enumerable.Range(0, columns).Sum(c => Square(row, c) / mean[c]))];
    }

    /// <summary>Of each window the rows before the last, 1, and the last row.</summary>
    private static double[][] Rows(Dataset windows, int inputs) => [.. Enumerable.Range(0, windows.Count).Select(i =>
    {
        var window = new double[windows.SampleShape.Count];
        windows.Read(i, window);
        return (double[])[.. window[..(inputs - 1)], 1, .. window[(inputs - 1)..]];
    })];
}
