using System.Numerics;

namespace LisNative.Features;

/// <summary>Morlet wavelets: waves along some directions within a bell, less what makes their sum zero.</summary>
internal static class Wavelets
{
    internal const int Side = 7, Directions = 8;

    /// <summary>The bell's deviation in pixels; the wave's radians a pixel.</summary>
    private const double Deviation = 1.3, Frequency = 1.9;

    /// <summary>[2 · directions, side, side]: the real parts, then the imaginary ones. Magnitudes of a wavelet sum to 1.</summary>
    internal static float[] Bank()
    {
        Complex[][] all = [.. Enumerable.Range(0, Directions).Select(d => Wavelet(Math.PI * d / Directions))];
        return [.. all.SelectMany(w => w.Select(v => (float)v.Real)), .. all.SelectMany(w => w.Select(v => (float)v.Imaginary))];
    }

    /// <summary>The binomial weights of 5×5 neighbours, whose sum is 1.</summary>
    internal static float[] Blur()
    {
        float[] weights = [1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f];
        return [.. weights.SelectMany(a => weights.Select(b => a * b))];
    }

    private static Complex[] Wavelet(double direction)
    {
        var (sin, cos) = Math.SinCos(direction);
        (int X, int Y)[] points = [.. Enumerable.Range(0, Side * Side).Select(i => ((i % Side) - (Side / 2), (i / Side) - (Side / 2)))];
        double[] bell = [.. points.Select(p => Math.Exp(-((p.X * p.X) + (p.Y * p.Y)) / (2 * Deviation * Deviation)))];
        Complex[] wave = [.. points.Zip(bell, (p, e) => e * Complex.Exp(Complex.ImaginaryOne * Frequency * ((p.X * cos) + (p.Y * sin))))];
        var mean = wave.Aggregate(Complex.Zero, (a, b) => a + b) / bell.Sum();
        wave = [.. wave.Zip(bell, (w, e) => w - (mean * e))];
        double magnitude = wave.Sum(w => w.Magnitude);
        return [.. wave.Select(w => w / magnitude)];
    }
}
