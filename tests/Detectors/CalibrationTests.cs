using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Tests.Detectors;

public class CalibrationTests
{
    private static readonly Calibration Hundred = new([.. Enumerable.Range(0, 99).Select(i => (float)((i * 37) % 99))]);

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.99)]
    [InlineData(98, 0.02)]
    [InlineData(99, 0.01)]
    public void P_value_counts_the_scores_at_least_as_high(float score, double expected) =>
        Assert.Equal(expected, Hundred.PValue(score), 1e-12);

    [Fact]
    public void A_score_passes_the_threshold_of_a_rate_exactly_when_its_p_value_is_at_most_that_rate()
    {
        foreach (double rate in new[] { 0.01, 0.025, 0.1, 0.333, 0.9 })
        {
            for (float score = -1; score < 100; score += 0.5f)
            {
                Assert.Equal(score > Hundred.Threshold(rate), Hundred.PValue(score) <= rate);
            }
        }
    }

    [Fact]
    public void False_alarms_keep_the_promise_and_spread_as_stated()
    {
        const int Held = 99, Sets = 2000;
        const double Rate = 0.05;
        var scores = new float[Held * Sets];
        var random = new Philox(5);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = random.Uniform((ulong)i);
        }

        // The threshold of uniform scores tells its rate of false alarms: 1 − α.
        double[] rates = [.. scores.Chunk(Held).Select(s => 1.0 - new Calibration(s).Threshold(Rate))];
        double mean = rates.Average(), deviation = Math.Sqrt(rates.Average(r => (r - mean) * (r - mean))), stated = Hundred.Deviation(Rate);
        Assert.Equal(Rate, mean, 4 * stated / Math.Sqrt(Sets));
        Assert.Equal(stated, deviation, 0.1 * stated);
    }

    [Fact]
    public void Says_what_it_cannot_promise()
    {
        Assert.Equal(0.01, Hundred.LeastRate);
        Assert.Equal(float.PositiveInfinity, Hundred.Threshold(0.005));
        Assert.Equal([0.5, 0.2, 0.1, 0.05, 0.02, 0.01], Hundred.Sweep().Select(r => r.Rate));
        Assert.All(Hundred.Sweep(), r => Assert.True(float.IsFinite(r.Threshold)));
        Failure.Contains<InputException>("held out", () => new Calibration([]).PValue(1));
        Assert.Throws<ArgumentException>(() => new Calibration([1, float.NaN]));
    }

    [Fact]
    public void What_could_not_be_read_has_no_p_value() => Assert.Equal(double.NaN, Hundred.PValue(float.NaN));
}
