using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Features;
using LisNative.Scoring;

namespace LisNative.Cli.Inspecting;

/// <summary>How well a detector finds the faults of a test set.</summary>
internal sealed class Inspection
{
    private readonly Detector detector;
    private readonly TestSet test;
    private readonly ReadOptions how;
    private readonly PixelMetrics pixels = new();

    internal Inspection(Detector detector, TestSet test, ReadOptions how)
    {
        (this.detector, this.test, this.how) = (detector, test, how);
        Good = Score(test.Good, null);
        Faulty = [.. test.Kinds.Select(k => Score(k.Path, k.Name))];
    }

    /// <summary>The good samples.</summary>
    internal ScoredSet Good { get; }

    /// <summary>The others, by kind.</summary>
    internal IReadOnlyList<ScoredSet> Faulty { get; }

    /// <summary>What was measured, at a threshold that normal data chose.</summary>
    internal JsonObject Measures(float threshold)
    {
        float[] good = Good.Scores, faulty = [.. Faulty.SelectMany(k => k.Scores)];
        var measured = new JsonObject
        {
            ["auroc"] = Metrics.Auc(good, faulty),
            ["averagePrecision"] = Metrics.AveragePrecision(good, faulty),
            ["f1Max"] = Metrics.MaxF1(good, faulty),
            ["threshold"] = float.IsFinite(threshold) ? threshold : null,
            ["falseAlarmRate"] = good.Count(s => s > threshold) / (double)good.Length,
            ["missRate"] = faulty.Count(s => s <= threshold) / (double)faulty.Length,
            ["kinds"] = new JsonArray([.. Faulty.Select(k => new JsonObject
            {
                ["name"] = k.Kind,
                ["count"] = k.Scores.Length,
                ["auroc"] = Metrics.Auc(good, k.Scores),
            })]),
        };
        if (pixels.Any)
        {
            (measured["pixelAuroc"], measured["aupro"]) = pixels.Compute();
        }

        return measured;
    }

    private ScoredSet Score(string path, string? kind)
    {
        var (names, scores) = (new List<string>(), new List<float>());
        foreach (var batch in SampleStream.Open(path, how))
        {
            how.Cancellation.ThrowIfCancellationRequested();
            if (batch.Read() is not { } read)
            {
                continue;
            }

            names.AddRange(read.Names);
            if (test.Masks is null)
            {
                scores.AddRange(detector.Score(read.Samples));
                continue;
            }

            foreach (var (explained, name) in detector.Explain(read.Samples).Zip(read.Names))
            {
                scores.Add(explained.Score);
                AddMap(explained.ErrorMap, name, kind);
            }
        }

        return scores.Count > 0 ? new(kind, path, names, [.. scores])
            : throw new InputException(path, "expected samples that can be read, found none");
    }

    /// <summary>The map in the picture's own pixels, beside its mask; a good picture has none.</summary>
    private void AddMap(float[] map, string picture, string? kind)
    {
        var (height, width) = TestSet.SizeOf(picture);
        bool[] mask = kind is null ? new bool[height * width] : test.ReadMask(kind, picture).Mask;
        var grid = new PlaceGrid(PlaceAxis.Even(detector.SampleShape[1], height), PlaceAxis.Even(detector.SampleShape[2], width));
        pixels.Add(grid.Enlarge(map, height, width), mask, width);
    }
}
