using LisNative.Data;
using LisNative.Exact;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Exact;

/// <summary>The closed form on what a trained network's latent layer reads.</summary>
public sealed class InnerLayerTests
{
    private static readonly Dataset Normal = Bars.Horizontal(256, 1), Negatives = Bars.Diagonal(128, 2), HeldOut = Bars.Horizontal(100, 3),
        Anomalies = Bars.Vertical(100, 4);

    [Fact]
    public void The_closed_form_and_phase_2_turn_to_what_negatives_have_and_normal_samples_have_not()
    {
        var options = new LisOptions
        {
            Width1 = 8,
            Width2 = 8,
            Latent = 4,
            Epochs1 = 30,
            Epochs2 = 30,
            Batch = 32,
            WarmUp = 10,
            NegativePool = 512,
            Rate1 = 5e-3,
            Rate2 = 5e-3,
        };
        using var fitted = options.FitOn(Normal, Negatives);
        var inner = InnerLayer.Of(Device.Cpu, fitted, Normal, HeldOut, Negatives, Anomalies, new Philox(1));
        Assert.Equal(Metrics.Auc(fitted.Score(HeldOut, "lis-ae"), fitted.Score(Anomalies, "lis-ae")), inner.Auc["phase2"]);
        Assert.Equal(Metrics.Auc(fitted.Score(HeldOut, "ae"), fitted.Score(Anomalies, "ae")), inner.Auc["phase1"]);
        Assert.Superset(new HashSet<string>(["phase1", "phase2", "autoencoder", "regularised", "minimiser"]), inner.Auc.Keys.ToHashSet());
        Assert.True(inner.Ratios["exact"] > 2 * inner.Ratios["random"], $"{inner.Ratios["exact"]} against {inner.Ratios["random"]}");
        Assert.True(inner.Ratios["phase2"] > inner.Ratios["random"], $"{inner.Ratios["phase2"]} against {inner.Ratios["random"]}");
        Assert.InRange(inner.Overlap, inner.Chance, 1);
    }

    [Fact]
    public void Another_method_is_refused()
    {
        using var fitted = new LinearAutoencoderOptions { Rank = 4 }.FitOn(Normal);
        var refused = Assert.Throws<InputException>(() => InnerLayer.Of(
            Device.Cpu, fitted, Normal, HeldOut, Negatives, Anomalies, new Philox(1)));
        Assert.Contains("expected lis-ae, found linear-ae", refused.Message, StringComparison.Ordinal);
    }
}
