using LisNative.Random;

namespace LisNative.Scoring;

/// <summary>
/// Tells when scores that come in turn are no longer drawn like those of held-out normal samples: a conformal test martingale, the simple
/// jumper (Vovk, Petej, Nouretdinov, Ahlberg, Carlsson, Gammerman 2021). It bets on the p-value of each score among all before it, and the
/// alarm is a capital of 1/ε: while scores stay exchangeable it is ever raised with probability at most ε, however long the stream is
/// (Ville's inequality). Anomalies that are many are a drift, too.
/// </summary>
public sealed class DriftMonitor
{
    /// <summary>The share of the capital that changes its bet after each score.</summary>
    private const double Jump = 0.01;

    /// <summary>What is bet: 1 + ε(p − ½) for each ε, on greater or smaller scores than before, and on none of it.</summary>
    private static readonly double[] Bets = [-1, -0.5, 0, 0.5, 1];

    private readonly double[] shares = [.. Enumerable.Repeat(1.0 / Bets.Length, Bets.Length)];
    private readonly RankList seen;
    private readonly Philox random;
    private readonly double alarm;
    private long before, added;

    /// <param name="calibration">Scores of normal samples.</param>
    /// <param name="falseAlarmRate">ε: the probability of ever raising an alarm in a stream without drift, between 0 and 1.</param>
    /// <param name="seed">Decides between equal scores.</param>
    /// <exception cref="InputException">No normal data were held out.</exception>
    /// <exception cref="ArgumentException">The rate is outside (0, 1).</exception>
    public DriftMonitor(Calibration calibration, double falseAlarmRate = 0.01, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        if (falseAlarmRate is not (> 0 and < 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"DriftMonitor: expected a rate between 0 and 1, found {falseAlarmRate}"),
                nameof(falseAlarmRate));
        }

        if (calibration.Scores.Length == 0)
        {
            throw new InputException(nameof(DriftMonitor), "expected normal data held out of training, found none");
        }

        (seen, random, alarm) = (new(calibration.Scores), new(seed), -Math.Log(falseAlarmRate));
        before = calibration.Scores.Length;
    }

    /// <summary>Scores added so far; NaN are none.</summary>
    public long Count { get; private set; }

    /// <summary>The natural logarithm of the capital, which begins with 0.</summary>
    public double LogCapital { get; private set; }

    /// <summary>The greatest it has been.</summary>
    public double GreatestLogCapital { get; private set; }

    /// <summary>The number of the score, from 0, NaN counted, at which the alarm was raised; null while it was not.</summary>
    public long? AlarmAt { get; private set; }

    /// <summary>Adds the next score.</summary>
    /// <returns>Whether the alarm has been raised, now or before.</returns>
    public bool Add(float score)
    {
        long number = added++;
        if (float.IsNaN(score))
        {
            return AlarmAt is not null;
        }

        var (greater, equal) = seen.Add(score);
        double u = random.Uniform((ulong)Count), p = (greater + (u * (equal + 1))) / ++before, sum = 0;
        for (int i = 0; i < Bets.Length; i++)
        {
            shares[i] = (((1 - Jump) * shares[i]) + (Jump / Bets.Length)) * (1 + (Bets[i] * (p - 0.5)));
            sum += shares[i];
        }

        for (int i = 0; i < Bets.Length; i++)
        {
            shares[i] /= sum;
        }

        LogCapital += Math.Log(sum);
        GreatestLogCapital = Math.Max(GreatestLogCapital, LogCapital);
        AlarmAt ??= LogCapital >= alarm ? number : null;
        Count++;
        return AlarmAt is not null;
    }
}
