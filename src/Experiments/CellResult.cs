using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Experiments;

/// <summary>How well one score of a cell found the outliers.</summary>
/// <param name="Auc">Over all outlier classes.</param>
/// <param name="Deviation">Standard deviation of the AUC when the test samples are drawn anew (bootstrap, normal samples and outliers
/// apart).</param>
/// <param name="ByClass">The AUC against each outlier class alone.</param>
/// <param name="Curve">Accuracies on normal samples and on outliers at rising thresholds (figure 4).</param>
/// <param name="Date">When it was measured, yyyy-MM-dd.</param>
public sealed record CellResult(
    double Auc, double Deviation, IReadOnlyDictionary<int, double> ByClass, IReadOnlyList<(double Normal, double Anomalous)> Curve,
    string Date)
{
    /// <summary>Over all outlier classes; null in lines that were stored without.</summary>
    public double? AveragePrecision { get; init; }

    private const int Replicates = 200, CurvePoints = 51;

    /// <summary>Scores the test data of a task.</summary>
    internal static CellResult Measure(Detector detector, string score, TaskData task)
    {
        float[] normal = detector.Score(task.TestNormal, score), anomalies = detector.Score(task.TestAnomalies, score);
        int[] labels = task.TestAnomalies.Labels;
        return new(
            Metrics.Auc(normal, anomalies),
            Bootstrap(normal, anomalies),
            labels.Distinct().Order().ToDictionary(c => c, c => Metrics.Auc(normal, [.. anomalies.Where((_, i) => labels[i] == c)])),
            [.. Metrics.TradeOff(normal, anomalies, CurvePoints).Select(p => (p.Normal, p.Anomalous))],
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
        {
            AveragePrecision = Metrics.AveragePrecision(normal, anomalies),
        };
    }

    internal JsonObject Write()
    {
        JsonArray Rounded(IEnumerable<double> values) => new([.. values.Select(v => Math.Round(v, 4))]);
        return new()
        {
            ["auc"] = Math.Round(Auc, 6),
            ["deviation"] = Math.Round(Deviation, 6),
            ["averagePrecision"] = AveragePrecision is { } precision ? Math.Round(precision, 6) : null,
            ["byClass"] = new JsonObject(ByClass.ToDictionary(
                c => c.Key.ToString(CultureInfo.InvariantCulture), c => (JsonNode?)Math.Round(c.Value, 6))),
            ["curve"] = new JsonArray(Rounded(Curve.Select(p => p.Normal)), Rounded(Curve.Select(p => p.Anomalous))),
        };
    }

    internal static CellResult Read(JsonElement line, string date)
    {
        double[] Numbers(int row) => [.. line.GetProperty("curve")[row].EnumerateArray().Select(v => v.GetDouble())];
        return new(
            line.GetProperty("auc").GetDouble(),
            line.GetProperty("deviation").GetDouble(),
            line.GetProperty("byClass").EnumerateObject()
            .ToDictionary(c => int.Parse(c.Name, CultureInfo.InvariantCulture), c => c.Value.GetDouble()),
            [.. Numbers(0).Zip(Numbers(1))],
            date)
        {
            AveragePrecision = line.TryGetProperty("averagePrecision", out var precision) && precision.ValueKind == JsonValueKind.Number
                ? precision.GetDouble() : null,
        };
    }

    private static double Bootstrap(float[] normal, float[] anomalies)
    {
        var random = new Philox(1, 0xB007);
        float[] Drawn(float[] scores, Philox r) =>
            [.. Enumerable.Range(0, scores.Length).Select(i => scores[r.Below(scores.Length, (ulong)i)])];
        return Summary.Deviation([.. Enumerable.Range(0, Replicates).AsParallel().AsOrdered()
            .Select(b => Metrics.Auc(Drawn(normal, random.FoldIn(2 * (ulong)b)), Drawn(anomalies, random.FoldIn((2 * (ulong)b) + 1))))]);
    }
}
