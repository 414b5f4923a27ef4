using LisNative.Data;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Tests.Detectors;

/// <summary>A detector in use: renewed thresholds, batches, streams that drift. Each promise is held against many draws.</summary>
public sealed class LivingTests
{
    private const int Draws = 1000;

    /// <summary>Rows of two normal numbers, another for each number of a draw.</summary>
    private static Dataset Rows(ulong draw, int count, float offset = 0)
    {
        var values = new float[2 * count];
        new Philox(draw).Normals(values);
        return new("rows", [2], [.. values.Select(v => v + offset)], new int[count]);
    }

    private static float[] Scores(ulong draw, int count)
    {
        var values = new float[count];
        new Philox(draw).Normals(values);
        return values;
    }

    /// <summary>
    /// The least and the most of m normal samples that are flagged in at least 95 % of all draws, and in how many exactly: the flagged are
    /// beta-binomial with l = ⌊ε(n + 1)⌋ and n + 1 − l (Vovk 2012).
    /// </summary>
    private static (int Low, int High, double Share) Band(int held, int samples, double rate)
    {
        double l = Math.Floor(rate * (held + 1)), rest = held + 1 - l, p = 1;
        for (int i = 0; i < samples; i++)
        {
            p *= (rest + i) / (held + 1 + i);
        }

        var (low, high, below, share) = (-1, 0, 0.0, 0.0);
        for (int k = 0; below <= 0.975; k++)
        {
            below += p;
            low = low < 0 && below > 0.025 ? k : low;
            share += low < 0 ? 0 : p;
            high = k;
            p *= (samples - k) / (k + 1.0) * (k + l) / (samples - k - 1 + rest);
        }

        return (low, high, share);
    }

    [Fact]
    public void Renewed_thresholds_keep_their_promise_for_samples_like_those_that_renewed_them()
    {
        const int Held = 199, Samples = 400;
        const double Rate = 0.05;
        using var detector = new MahalanobisOptions().FitOn(Rows(1, 200));
        var (low, high, share) = Band(Held, Samples, Rate);
        double inside = 0, alarms = 0;
        for (ulong draw = 0; draw < Draws; draw++)
        {
            // The world has moved since: what was held out would flag nearly all.
            detector.Recalibrate(Rows(1000 + draw, Held, offset: 2));
            int flagged = detector.Predict(Rows(100_000 + draw, Samples, offset: 2), Rate).Count(f => f);
            inside += flagged >= low && flagged <= high ? 1 : 0;
            alarms += (double)flagged / Samples;
        }

        Assert.Equal(share, inside / Draws, 4 * Math.Sqrt(share * (1 - share) / Draws));
        double deviation = Math.Sqrt(Math.Pow(detector.Calibration.Deviation(Rate), 2) + (Rate * (1 - Rate) / Samples));
        Assert.Equal(Rate, alarms / Draws, 4 * deviation / Math.Sqrt(Draws));
    }

    [Fact]
    public void What_is_renewed_is_saved_and_scores_stay()
    {
        using var detector = new MahalanobisOptions().FitOn(Rows(1, 200));
        var recent = Rows(2, 60, offset: 1).Grouped([.. Enumerable.Range(0, 60).Select(i => $"{i / 10}")]);
        float[] before = detector.Score(recent);
        detector.Recalibrate(recent);
        using var stream = new MemoryStream();
        detector.Save(stream);
        using var loaded = Detector.Load(stream.ToArray());
        Assert.Equal(before, loaded.Score(recent));
        Assert.Equal(before.Order(), loaded.Calibration.Scores.ToArray());
        Assert.Equal((6, 1.0 / 7), (loaded.Calibration.Groups, loaded.Calibration.PromisedRate));
        Failure.Contains<InputException>("expected samples [2]", () => detector.Recalibrate(new("other", [3], new float[6], new int[2])));
    }

    [Fact]
    public void False_discoveries_are_found_by_steps()
    {
        double[] p = [0.01, 0.9, 0.02, 0.03, double.NaN, 0.5];
        Assert.Equal([true, false, true, true, false, false], FalseDiscoveries.Flag(p, 0.05));
        Assert.Equal([true, false, false, false, false, false], FalseDiscoveries.Flag([0.01, 0.9, 0.021, 0.031, double.NaN, 0.5], 0.0501));
        Assert.DoesNotContain(true, FalseDiscoveries.Flag([0.06, 0.07], 0.05));
        Assert.Empty(FalseDiscoveries.Flag([], 0.05));
        Assert.Throws<ArgumentException>(() => FalseDiscoveries.Flag(p, 1));
    }

    /// <summary>On average, with held-out samples drawn anew as well, at most q · (share of normal samples).</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Of_those_flagged_no_more_are_normal_than_was_asked_for(double wanted)
    {
        const int Held = 499, Normal = 80, Anomalous = 20;
        double[] shares = new double[Draws];
        double found = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            float[] scores = Scores((ulong)draw, Held + Normal + Anomalous);
            var calibration = new Calibration(scores.AsSpan(0, Held));
            bool[] flags = FalseDiscoveries.Flag(
                [.. scores.Skip(Held).Select((s, i) => calibration.PValue(i < Normal ? s : s + 3))], wanted);
            int wrong = flags.Take(Normal).Count(f => f), all = flags.Count(f => f);
            shares[draw] = wrong / Math.Max(1.0, all);
            found += (double)(all - wrong) / Anomalous / Draws;
        }

        double mean = shares.Average(), error = Math.Sqrt(shares.Average(s => (s - mean) * (s - mean)) / Draws);
        Assert.True(mean <= (wanted * Normal / (Normal + Anomalous)) + (4 * error), $"{mean} ± {error}");
        Assert.True(found > 0.5, $"{found} of the anomalies are found");
    }

    /// <summary>
    /// Of streams without drift at most ε ever raise an alarm: of 1,000 at most 50 + 4·√47.5 at ε = 0.05. Scores that are often equal are
    /// no drift either.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stream_without_drift_is_seldom_called_one(bool coarse)
    {
        const double Rate = 0.05;
        int alarms = 0;
        for (ulong draw = 0; draw < Draws; draw++)
        {
            float[] scores = Scores(draw, 1100);
            scores = coarse ? [.. scores.Select(s => MathF.Round(s))] : scores;
            var monitor = new DriftMonitor(new(scores.AsSpan(0, 100)), Rate, seed: draw);
            Array.ForEach(scores[100..], s => monitor.Add(s));
            alarms += monitor.AlarmAt is null ? 0 : 1;
        }

        Assert.True(alarms <= (Rate * Draws) + (4 * Math.Sqrt(Rate * (1 - Rate) * Draws)), $"{alarms} of {Draws}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_drift_is_told_soon_after_it_has_begun(float shift)
    {
        const int Before = 500;
        int late = 0, early = 0;
        for (ulong draw = 0; draw < 100; draw++)
        {
            float[] scores = Scores(draw, 1500);
            var monitor = new DriftMonitor(new(scores.AsSpan(0, 200)));
            foreach (var (i, score) in scores[200..].Index())
            {
                monitor.Add(i < Before ? score : score + shift);
            }

            early += monitor.AlarmAt < Before ? 1 : 0;
            late += monitor.AlarmAt is null or > Before + 200 ? 1 : 0;
        }

        Assert.True(early <= 5 && late <= 5, $"{early} before, {late} late or never");
    }

    [Fact]
    public void A_drift_is_watched_from_held_out_samples_on_and_nan_is_passed_over()
    {
        Failure.Contains<InputException>("held out", () => new DriftMonitor(new([])));
        Assert.Throws<ArgumentException>(() => new DriftMonitor(new([1, 2]), 0));
        var monitor = new DriftMonitor(new([1, 2]));
        Assert.False(monitor.Add(float.NaN));
        Assert.Equal((0, 0.0), (monitor.Count, monitor.LogCapital));
    }

    [Fact]
    public void Ranks_are_those_of_counting()
    {
        float[] scores = [.. Scores(7, 6000).Select(s => MathF.Round(100 * s))];
        float[] first = [.. scores[..3000].Order()];
        var list = new RankList(first);
        for (int i = first.Length; i < scores.Length; i++)
        {
            var (greater, equal) = (scores[..i].Count(s => s > scores[i]), scores[..i].Count(s => s == scores[i]));
            Assert.Equal((greater, equal), list.Add(scores[i]));
        }
    }
}
