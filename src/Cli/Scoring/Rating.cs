using System.CommandLine;
using System.Globalization;
using LisNative.Data;
using LisNative.Scoring;

namespace LisNative.Cli.Scoring;

/// <summary>What is said of scores: how likely a normal sample is to score so high, which are flagged, and whether they drift.</summary>
internal sealed class Rating
{
    private readonly Option<double> rate = new("--false-alarms")
    { Description = "Share of normal samples that may be flagged.", DefaultValueFactory = _ => 0.05, CustomParser = Common.Number };

    private readonly Option<double> discoveries = new("--false-discoveries")
    {
        Description = "In place of --false-alarms: the share of the flagged samples that may be normal ones (Benjamini-Hochberg over all "
        + "samples, which are written once all are scored).",
        CustomParser = Common.Number,
    };

    private readonly Option<double> drift = new("--drift")
    {
        Description = "Say at the end whether scores, in their order, have ceased to be those of the held-out normal samples; the number "
        + "is the probability of saying so wrongly, 0.01 for example.",
        CustomParser = Common.Number,
    };

    /// <summary>Rows to come whose windows share one with the last that was counted.</summary>
    private int shared;

    internal IReadOnlyList<Option> All => [rate, discoveries, drift];

    /// <summary>Refuses what cannot be before anything is read.</summary>
    /// <exception cref="InputException">A number is no share, or two options exclude each other.</exception>
    internal void Check(ParseResult parsed, bool watch)
    {
        Rate(parsed);
        Share(parsed, discoveries);
        Share(parsed, drift);
        if (Share(parsed, discoveries) is not null && (watch || parsed.IsGiven(rate)))
        {
            throw new InputException(
                discoveries.Name, $"expected no {(watch ? "--watch, which never has all samples" : rate.Name)}, found it");
        }
    }

    /// <summary>The wanted rate of false alarms.</summary>
    internal double Rate(ParseResult parsed) => CheckRate(rate.Name, parsed.GetValue(rate));

    /// <summary>The share of the flagged that may be normal; null where it is not asked for.</summary>
    internal double? Discoveries(ParseResult parsed) => Share(parsed, discoveries);

    /// <summary>The score beyond which samples are flagged; +∞ where all p-values decide together.</summary>
    internal float Threshold(Detector detector, ParseResult parsed) =>
        Discoveries(parsed) is null ? Threshold(detector, Rate(parsed)) : float.PositiveInfinity;

    /// <summary>What watches for a drift; null where nobody asked.</summary>
    internal DriftMonitor? Monitor(Detector detector, ParseResult parsed) =>
        Share(parsed, drift) is { } wanted ? new(detector.Calibration, wanted) : null;

    /// <summary>Rates scores as they come, or once all have come.</summary>
    internal IEnumerable<RatedBatch> Rated(
        IEnumerable<ScoredBatch> scored, Detector detector, float threshold, DriftMonitor? monitor, ParseResult parsed)
    {
        var rated = scored.Select(s =>
        {
            if (monitor is not null)
            {
                Watch(monitor, s, detector.Windows?.Length ?? 1);
            }

            return new RatedBatch(
                s.Names, s.Scores, PValues(detector, s.Scores), [.. s.Scores.Select(score => score > threshold)], s.Reasons)
            { Times = s.Times is null ? null : [.. s.Times.Select(Timestamps.Text)] };
        });
        return Discoveries(parsed) is { } wanted ? Flagged(detector, [.. rated], wanted) : rated;
    }

    /// <summary>Adds scores; of windows so long those that share no row, since others are no draws of their own.</summary>
    private void Watch(DriftMonitor monitor, ScoredBatch scored, int length)
    {
        shared = scored.Continues ? shared : 0;
        foreach (float score in scored.Scores)
        {
            bool counts = shared == 0 && !float.IsNaN(score);
            shared = counts ? length - 1 : Math.Max(0, shared - 1);
            monitor.Add(counts ? score : float.NaN);
        }
    }

    /// <summary>Says that scores drift.</summary>
    internal static void TellDrift(DriftMonitor? monitor)
    {
        if (monitor?.AlarmAt is { } at)
        {
            Terminal.Warn(string.Create(CultureInfo.InvariantCulture,
                $"the scores are no longer those of the held-out normal samples, seen from sample {at} on ({monitor.Count} looked at): "
                + $"thresholds and p-values do not hold for them; where they are normal, recalibrate or train anew"));
        }
    }

    internal static double CheckRate(string option, double rate) => rate is > 0 and < 1 ? rate
        : throw new InputException(option, FormattableString.Invariant($"expected a share between 0 and 1, found {rate}"));

    /// <summary>The threshold of a rate; +∞, with a warning, when too few normal samples were held out to promise it.</summary>
    internal static float Threshold(Detector detector, double rate)
    {
        if (rate < detector.Calibration.LeastRate)
        {
            Terminal.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{detector.Calibration.Scores.Length} normal samples were held out, too few to promise {rate:P2} false alarms (the least "
                + $"is {detector.Calibration.LeastRate:P2}); nothing is flagged"));
            return float.PositiveInfinity;
        }

        if (rate < detector.Calibration.PromisedRate)
        {
            var (held, fresh) = detector.Windows is null ? ("groups of normal samples", "groups")
                : ("normal windows that share no row", "stretches of time");
            Terminal.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{detector.Calibration.Groups} {held} were held out: for samples of new {fresh} no rate below "
                + $"{detector.Calibration.PromisedRate:P2} is promised, and the threshold of {rate:P2} is an estimate; a larger share held "
                + $"out (heldOut) promises more"));
        }

        return detector.Threshold(rate);
    }

    private static RatedBatch[] Flagged(Detector detector, RatedBatch[] rated, double wanted)
    {
        double[] all = [.. rated.SelectMany(r => r.PValues).Select(p => p ?? double.NaN)];
        int count = all.Count(p => !double.IsNaN(p));
        if (count > 0 && wanted / count < detector.Calibration.LeastRate)
        {
            Terminal.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{detector.Calibration.Scores.Length} normal samples were held out: of {count} samples at least "
                + $"{Math.Ceiling(count * detector.Calibration.LeastRate / wanted)} must lie beyond all of them before any is "
                + $"flagged"));
        }

        bool[] flags = FalseDiscoveries.Flag(all, wanted);
        int at = 0;
        return [.. rated.Select(r => r with { Anomalous = flags[at..(at += r.Scores.Length)] })];
    }

    private static double?[] PValues(Detector detector, float[] scores) =>
        [.. scores.Select(s => detector.Calibration.Scores.Length > 0 && !float.IsNaN(s) ? detector.Calibration.PValue(s) : (double?)null)];

    private static double? Share(ParseResult parsed, Option<double> option) =>
        parsed.IsGiven(option) ? CheckRate(option.Name, parsed.GetValue(option)) : null;
}
