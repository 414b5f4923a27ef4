using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Experiments;

/// <summary>A way to score a signal.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Options">The detector's, which learns from windows; null for a baseline that is none.</param>
/// <param name="Simple">Learns from windows and scores others, where it is no detector.</param>
internal sealed record SignalMethod(string Name, DetectorOptions? Options, Func<Dataset, Dataset, float[]>? Simple = null)
{
    /// <summary>What others are compared with.</summary>
    internal static IReadOnlyList<SignalMethod> Baselines { get; } =
    [
        new("moving z-score", null, MovingZScore.Score), new("autoregression", null, Autoregression.Score),
        new("isolation-forest", new IsolationForestOptions()),
    ];

    /// <summary>
    /// What is compared with them. The settings of the networks are those by which drawn faults were best told from held-out normal
    /// windows; no label had a part in it.
    /// </summary>
    internal static IReadOnlyList<SignalMethod> Own { get; } =
    [
        new("lis-ae", new LisOptions { Width1 = 128, Width2 = 128, Latent = 32, Epochs1 = 20, Epochs2 = 40 }),
        new("outlier-exposure", new OutlierExposureOptions { Width1 = 128, Width2 = 128 }),
        .. new[] { "linear-lis", "ae", "linear-ae", "knn", "kde", "mahalanobis" }
            .Select(name => new SignalMethod(name, Methods.Get(name).Defaults)),
    ];
}

/// <summary>What a method came to on a series.</summary>
/// <param name="Chosen">The AUROC of faults drawn on normal windows held out of the normal data: what labels have no part in.</param>
/// <param name="Figures">By the labels.</param>
internal sealed record SignalResult(double Chosen, SignalFigures Figures);

/// <summary>Runs methods on series, each with windows of one length.</summary>
internal sealed class SignalComparison(Device device, Windows windows, double falseAlarms)
{
    private const ulong NegativeStream = 1, DrawnStream = 2;

    private const int Negatives = 8192, Drawn = 700;

    /// <summary>What each row is scored by.</summary>
    internal Windows Windows => windows;

    /// <summary>The share of normal windows above the threshold.</summary>
    internal double FalseAlarms => falseAlarms;

    /// <summary>What a method comes to on a series.</summary>
    internal SignalResult Run(SignalMethod method, SignalSeries series, CancellationToken cancellation)
    {
        var normal = series.Normal.Windowed(windows);
        var test = series.Test.Windowed(normal.Windows! with { Stride = 1 });
        var random = new Philox(1, 0x51A1);
        var (train, heldOut) = Detector.HoldOut(normal, new IsolationForestOptions());
        var faulty = SyntheticNegatives.Make(heldOut, Drawn, random.FoldIn(DrawnStream), SyntheticNegatives.Best(normal));
        Func<Dataset, float[]> score;
        Detector? detector = null;
        if (method.Options is { } options)
        {
            var negatives = Methods.Find(options).UsesNegatives
                ? SyntheticNegatives.Make(train, Negatives, random.FoldIn(NegativeStream), SyntheticNegatives.Best(normal)) : null;
            detector = Detector.Fit(device, normal, negatives, options, cancellation: cancellation);
            score = set => detector.Score(set);
        }
        else
        {
            score = set => method.Simple!(train, set);
        }

        using (detector)
        {
            float[] good = score(heldOut), scores = new float[series.Test.Count];
            Array.Fill(scores, float.NaN);
            foreach (var (window, of) in score(test).Index())
            {
                scores[test.LastRow(window)] = of;
            }

            return new(Metrics.Auc(good, score(faulty)),
                SignalFigures.Of(series.Name, scores, series.Test.Labels, Metrics.Threshold(good, falseAlarms)));
        }
    }
}
