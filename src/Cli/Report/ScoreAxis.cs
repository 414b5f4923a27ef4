using System.Globalization;

namespace LisNative.Cli.Report;

/// <summary>An axis for scores: linear, or logarithmic where the highest are many times the others.</summary>
internal sealed class ScoreAxis
{
    private const int Intervals = 6;

    /// <summary>Beyond both ends, so that a threshold can flag all or nothing.</summary>
    private const double Margin = 0.02;

    /// <summary>How many times the middle score the highest is before a logarithm helps, and the lowest before it hides.</summary>
    private const double Far = 20, TooFar = 1e6;

    internal ScoreAxis(IEnumerable<float> scores, float threshold)
    {
        double[] sorted = [.. scores.Append(threshold).Where(float.IsFinite).Select(s => (double)s).Order()];
        var (low, middle, high) = sorted.Length > 0 ? (sorted[0], sorted[sorted.Length / 2], sorted[^1]) : (0, 0, 1);
        IsLogarithmic = low > 0 && high > Far * middle && high < TooFar * low;
        (low, high) = (Scaled(low), Scaled(high));
        double margin = Math.Max(Margin * (high - low), 1e-6 * Math.Max(Math.Abs(low), Math.Max(Math.Abs(high), 1e-6)));
        (Least, Most) = (low - margin, high + margin);
    }

    internal bool IsLogarithmic { get; }

    /// <summary>Where it begins and ends; logarithms of scores on a logarithmic one.</summary>
    internal double Least { get; }

    /// <inheritdoc cref="Least"/>
    internal double Most { get; }

    /// <summary>Where a score is, from 0 to 1.</summary>
    internal double Share(double score) =>
        double.IsInfinity(score) ? (score > 0 ? 1 : 0) : Math.Clamp((Scaled(score) - Least) / (Most - Least), 0, 1);

    /// <summary>Round scores along it.</summary>
    internal (double At, string Text)[] Ticks() =>
        [.. (IsLogarithmic ? Logarithmic() : Linear(Least, Most)).Select(v => (Share(v), Text(v)))];

    /// <summary>A score in four digits.</summary>
    internal static string Text(double score)
    {
        var culture = CultureInfo.InvariantCulture;
        return double.Parse(score.ToString("G4", culture), culture).ToString(culture);
    }

    /// <summary>Round numbers from one to another, about so many.</summary>
    internal static IEnumerable<double> Linear(double from, double to)
    {
        double rough = (to - from) / Intervals, power = Math.Pow(10, Math.Floor(Math.Log10(rough))),
            step = power * new[] { 1.0, 2, 5, 10 }.First(s => s * power >= rough);
        for (double i = Math.Ceiling(from / step); i * step <= to; i++)
        {
            yield return Math.Round(i * step / power, 6) * power is var value && Math.Abs(value) < step / 2 ? 0 : value;
        }
    }

    /// <summary>1, 2 and 5 of every power of ten; the powers alone where those are too many.</summary>
    private double[] Logarithmic()
    {
        const int Most = 8;
        int first = (int)Math.Floor(Least / Math.Log(10)), last = (int)Math.Ceiling(this.Most / Math.Log(10));
        double[] powers = [.. Enumerable.Range(first, last - first + 1).Select(p => Math.Pow(10, p)).Where(IsInside)],
            all = [.. powers.Prepend(Math.Pow(10, first)).SelectMany(p => new[] { p, 2 * p, 5 * p }).Distinct().Where(IsInside)];
        return all.Length <= Most ? all : powers;
    }

    private bool IsInside(double score) => Scaled(score) >= Least && Scaled(score) <= Most;

    private double Scaled(double score) => IsLogarithmic ? Math.Log(Math.Max(score, double.Epsilon)) : score;
}
