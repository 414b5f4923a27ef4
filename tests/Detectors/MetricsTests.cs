using LisNative.Scoring;

namespace LisNative.Tests.Detectors;

public class MetricsTests
{
    [Theory]
    [InlineData(new float[] { 1, 2 }, new float[] { 3, 4 }, 1)]
    [InlineData(new float[] { 3, 4 }, new float[] { 1, 2 }, 0)]
    [InlineData(new float[] { 1, 1 }, new float[] { 1, 1 }, 0.5)]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 2, 4 }, 0.75)]
    [InlineData(new float[] { 0, float.PositiveInfinity }, new float[] { 5 }, 0.5)]
    public void Auc_counts_pairs_with_ties_half(float[] normal, float[] anomalous, double expected) =>
        Assert.Equal(expected, Metrics.Auc(normal, anomalous), 1e-12);

    [Fact]
    public void Auc_is_that_of_all_pairs()
    {
        var random = new Random.Philox(1);
        float[] normal = [.. Enumerable.Range(0, 200).Select(i => MathF.Round(random.Normal((ulong)i) * 4))];
        float[] anomalous = [.. Enumerable.Range(200, 150).Select(i => MathF.Round((random.Normal((ulong)i) * 4) + 2))];
        double pairs = normal.Sum(n => anomalous.Sum(a => a > n ? 1 : a == n ? 0.5 : 0)) / (200.0 * 150);
        Assert.Equal(pairs, Metrics.Auc(normal, anomalous), 1e-12);
    }

    [Fact]
    public void Average_precision_by_hand()
    {
        // Falling scores: anomaly, normal, anomaly: precision 1 at recall ½, ⅔ at recall 1.
        Assert.Equal((1 + (2 / 3.0)) / 2, Metrics.AveragePrecision([2], [1, 3]), 1e-12);
        Assert.Equal(0.5, Metrics.AveragePrecision([1], [1]), 1e-12);
    }

    [Fact]
    public void False_positive_rate_by_hand()
    {
        float[] normal = [0, 1, 2, 3, 10], anomalous = [.. Enumerable.Range(0, 20).Select(i => i + 2.5f)];
        Assert.Equal(0.4, Metrics.FalsePositiveRate(normal, anomalous, 1), 1e-12);
        Assert.Equal(0.2, Metrics.FalsePositiveRate(normal, anomalous), 1e-12);
    }

    [Fact]
    public void Threshold_keeps_its_promise_and_says_when_it_cannot()
    {
        float[] scores = [.. Enumerable.Range(1, 99).Select(i => (float)i)];
        Assert.Equal(95, Metrics.Threshold(scores, 0.05));
        Assert.Equal(99, Metrics.Threshold(scores, 0.01));
        Assert.Equal(float.PositiveInfinity, Metrics.Threshold(scores, 0.005));
        Assert.Throws<ArgumentException>(() => Metrics.Threshold([], 0.1));
        Assert.Throws<ArgumentException>(() => Metrics.Threshold(scores, 0));
        Assert.Throws<ArgumentException>(() => Metrics.Threshold([1, float.NaN], 0.5));
    }

    [Fact]
    public void Trade_off_runs_from_none_to_all()
    {
        var curve = Metrics.TradeOff([1, 2, 3], [2, 4], 4);
        Assert.Equal([(1f, 1 / 3.0, 1.0), (2f, 2 / 3.0, 0.5), (3f, 1.0, 0.5), (4f, 1.0, 0.0)], curve);
    }

    [Fact]
    public void Empty_sets_and_NaN_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Metrics.Auc([], [1]));
        Assert.Throws<ArgumentException>(() => Metrics.Auc([1], [float.NaN]));
    }

    [Fact]
    public void Thresholds_of_a_trade_off_rise_whatever_the_scores_are()
    {
        foreach (float high in new[] { 2, 1e38f, float.MaxValue, float.PositiveInfinity })
        {
            var curve = Metrics.TradeOff([0, 1, -high], [2, high], 11);
            Assert.Equal(curve.Select(p => p.Alpha).Order(), curve.Select(p => p.Alpha));
            Assert.Equal((1, 0), (curve[^1].Normal, curve[^1].Anomalous));
            Assert.All(curve.Take(10), p => Assert.True(p.Alpha < high && p.Anomalous > 0));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.TradeOff([0], [1], -1));
    }
}
