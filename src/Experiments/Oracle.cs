using LisNative.Data;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Experiments;

/// <summary>
/// The protocol of published one-class SVM results: a setting is chosen by the AUC on a random tenth of the labelled test data. Nobody who
/// looks for unknown anomalies has that oracle. It exists to compare with such numbers, and whatever prints one says so.
/// </summary>
public static class Oracle
{
    private const ulong NormalStream = 1, AnomaliesStream = 2;

    private const double Share = 0.1;

    /// <summary>The candidate with the best AUC on a random tenth of the test data, and the task without that tenth.</summary>
    /// <exception cref="InputException">The method's published numbers need no oracle.</exception>
    public static (DetectorOptions Options, TaskData Task) Ask(DetectorOptions options, TaskData task, Func<DetectorOptions, Detector> fit)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (options is not OneClassSvmOptions svm)
        {
            throw new InputException("--oracle", $"expected a method whose published numbers need it, found {Methods.Find(options).Name}");
        }

        var random = new Philox(options.Seed, 0x04AC1E);
        var (normal, normalRest) = Split(task.TestNormal, random.FoldIn(NormalStream));
        var (anomalies, anomaliesRest) = Split(task.TestAnomalies, random.FoldIn(AnomaliesStream));
        var best = Candidates(svm).MaxBy(candidate =>
        {
            using var detector = fit(candidate);
            return Metrics.Auc(detector.Score(normal), detector.Score(anomalies));
        })!;
        return (best, task with { TestNormal = normalRest, TestAnomalies = anomaliesRest });
    }

    /// <summary>γ from 2^−10 to 2^−1, as in Ruff et al. 2018.</summary>
    private static IEnumerable<OneClassSvmOptions> Candidates(OneClassSvmOptions options) =>
        Enumerable.Range(1, 10).Select(i => options with { Gamma = Math.Pow(2, i - 11) });

    private static (Dataset Tenth, Dataset Others) Split(Dataset set, Philox random)
    {
        int[] order = random.Permutation(set.Count);
        int tenth = Math.Max(1, (int)(set.Count * Share));
        return (set.Select(set.Name, order.AsSpan(0, tenth)), set.Select(set.Name, order.AsSpan(tenth)));
    }
}
